import type { Comparison } from '../evaluation/evaluation.ts';
import { formatNumber } from '../statistics/figures.ts';
import { metricByName } from '../statistics/metrics/index.ts';

/** Why a better challenger waits for a person. */
export interface Hold {
  readonly kind: 'asked-for' | 'one-class' | 'selection' | 'worse-on-source';
  /** A sentence. */
  readonly because: string;
}

/** What holds are found in. */
export interface HoldEvidence {
  /** The pipeline asks for approval of every promotion. */
  readonly approve: boolean;
  /** It requires a signature, and nobody can sign unattended: why, as a sentence. Null: it does not, or somebody can. */
  readonly unsigned: string | null;
  /** Labels of the recent rows by class; empty for numbers. */
  readonly classes: readonly (readonly [string, number])[];
  /** What monitoring says of labels that depend on the answer, as a sentence; null where it found nothing. */
  readonly selection: string | null;
  readonly onSource: Comparison | null;
  /** The judging rows are of another world than the source: the champion is worse on them than it was, or worse on the source. */
  readonly hasDecayed: boolean;
  /** Share of the predictions of the judging rows' time whose label is known. */
  readonly labelledShare: number;
}

/** With so many of all rows labelled, which rows have a label cannot have made the difference. */
const nearlyAll = 0.8;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/**
 * What keeps a challenger that is better on the recent rows from being promoted unseen: doubt that the recent rows stand
 * for the population. Being worse on the source's test part is no doubt where the world changed: where nearly all recent
 * rows have labels and the champion itself does otherwise on them than on the source, that is of another time.
 */
export function findHolds(evidence: HoldEvidence): readonly Hold[] {
  const { approve, unsigned, classes, selection, onSource, hasDecayed, labelledShare } = evidence;
  const holds: Hold[] = [];
  if (approve)
    holds.push({ kind: 'asked-for', because: 'The pipeline asks for it (retrain.promotion: approve).' });
  if (unsigned !== null)
    holds.push({
      kind: 'asked-for',
      because: `The pipeline asks for a signature (deploy.require_signature), and nobody can sign unattended: ${unsigned} Approve it with --no-deploy, sign its version with \`aieng sign\`, then deploy that.`,
    });
  const present = classes.filter(([, count]) => count > 0);
  if (classes.length > 0 && present.length < 2)
    holds.push({
      kind: 'one-class',
      because: `All recent labels are ${present[0]?.[0] ?? 'missing'}: what a model learns of them is how often labels come, not what they depend on.`,
    });
  if (selection !== null) holds.push({ kind: 'selection', because: selection });
  if (onSource !== null && onSource.improvement.high < 0 && !(hasDecayed && labelledShare >= nearlyAll)) {
    const { metric, champion, challenger, rows } = onSource;
    const label = metricByName(metric)?.label ?? metric;
    holds.push({
      kind: 'worse-on-source',
      because: `On ${rows} rows of the source that neither has seen it is worse beyond noise: ${label} ${formatNumber(champion)} → ${formatNumber(challenger)}. ${
        hasDecayed
          ? `Only ${percent(labelledShare)} of the recent predictions have a label, so it may be the labelled ones that differ, and not the world.`
          : 'The champion is as good on the recent rows as it was when it was packaged, so the world has not changed.'
      }`,
    });
  }
  return holds;
}
