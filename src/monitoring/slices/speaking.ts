import type { MonitorSection } from '../../pipeline/pipeline.ts';
import { scoredRows } from '../../statistics/metrics/index.ts';
import type { ScoredRows } from '../../statistics/metrics/index.ts';
import { taking } from '../dealtLabels.ts';
import type { AnsweredRows } from '../performance.ts';
import type { PerformanceReport } from '../report.ts';

/** Labelled rows that speak: those that got worse, or else all; and their places among the answered ones. */
export interface SpeakingLabels {
  readonly rows: Int32Array;
  readonly scored: ScoredRows;
}

/** Undefined: there are too few labels, or they do not stand for the other rows. */
export function speakingLabels(
  { task, scores, target, threshold }: AnsweredRows,
  { min_labels }: Pick<MonitorSection['performance'], 'min_labels'>,
  { state, selection = null, judged = [] }: PerformanceReport,
): SpeakingLabels | undefined {
  const known = [...target.keys()].filter((row) => !Number.isNaN(target[row]));
  if (known.length < min_labels) return undefined;
  if (selection !== null && state !== 'worse') return undefined;
  const labels = state === 'worse' ? (judged.at(-1)?.labels ?? known.length) : known.length;
  const rows = Int32Array.from(known.slice(known.length - labels));
  return { rows, scored: taking(scoredRows(task, scores, target, threshold), rows) };
}
