import type { MonitorSection } from '../pipeline/pipeline.ts';
import { formatCount, formatList, formatNumber } from '../statistics/figures.ts';
import type { Metric, ScoredRows } from '../statistics/metrics/index.ts';
import { utcMinute } from '../utc.ts';
import { isWorse } from './dealtLabels.ts';
import type { Judged, Look } from './dealtLabels.ts';
import type { Selection } from './selection.ts';

type Policy = MonitorSection['performance'];

/** Labels and what is known of them, in the order of their predictions. */
export interface Known {
  readonly all: ScoredRows;
  readonly isLabelled: Uint8Array;
  /** Labelled rows alone. */
  readonly scored: ScoredRows;
  /** When the first and the last of them were predicted; null: nobody knows. */
  readonly from: number | null;
  readonly to: number | null;
}

/** What was judged, and metrics that too few positives make luck. */
export interface Findings {
  readonly judged: readonly Judged[];
  readonly luck: readonly Metric[];
}

const needed = ({ min_labels }: Policy): string =>
  `${min_labels} are needed: send more by POST /feedback or --labels, wait for those that come late (monitor.window_hours bounds how long ago a label came), or lower monitor.performance.min_labels`;

/** How many labels came, for when, and what to set. */
export function tooFewTold({ all, scored, from, to }: Known, policy: Policy): string {
  const labelled = scored.target.length;
  const days =
    from === null || to === null ? '' : `, of predictions from ${utcMinute(from)} to ${utcMinute(to)}`;
  const came =
    labelled === 0
      ? 'No label came'
      : `${formatCount(labelled, 'label')} came (of ${formatCount(all.target.length, 'prediction')} of that time${days})`;
  return `${came}; ${needed(policy)}.`;
}

const inPercent = (share: number): string => `${formatNumber(100 * share)} %`;

/** How far chance explains a gap; how it is charged stands in the report (`judged`, `looks`). */
function chanceTold(
  { p, adjustedP }: Pick<Judged, 'p' | 'adjustedP'>,
  { confidence }: Pick<Policy, 'confidence'>,
): string {
  const once = `If the model were as good as before, chance alone would still show a difference as large in ${inPercent(p)} of cases`;
  return adjustedP > p
    ? `${once}; counting every window and look here, in ${inPercent(adjustedP)}. Up to ${inPercent(1 - confidence)} is taken as real.`
    : `${once}. Up to ${inPercent(1 - confidence)} is taken as real.`;
}

/** What the labels were compared with, and what could not be: the sentences below the verdict. */
export function told(look: Look, selection: Selection | null, unlike: boolean, findings: Findings): string {
  const { judged, luck } = findings;
  const worse = judged.find((each) => isWorse(each, look.policy));
  const last = judged.at(-1);
  const sentences = [
    ...(selection === null ? [] : [`${selection.message}.`]),
    ...(unlike ? ['Too few test rows are like the labelled ones: nothing is judged.'] : []),
    ...(selection !== null && !unlike && last !== undefined && last.deals > 0
      ? [
          `Compared with the ${formatCount(last.against, 'test row')} that are like them: other rows are not judged.`,
        ]
      : []),
    ...(luck.length === 0
      ? []
      : [
          `${formatList(
            luck.map(({ label }) => label),
            3,
          )}: fewer than 5 rows of a class here or at training, which tells nothing.`,
        ]),
    ...(last?.deals === 0
      ? ['The bundle keeps no scored rows (it was packaged by an older aieng): judged by normal errors.']
      : []),
    ...(worse !== undefined && worse.labels < look.known.target.length
      ? [`Worse on the newest ${formatCount(worse.labels, 'label')}.`]
      : []),
    ...(last !== undefined && last.deals > 0 ? [chanceTold(last, look.policy)] : []),
  ];
  return sentences.join(' ');
}
