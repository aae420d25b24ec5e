import type { Attempt } from './attempt.ts';
import type { Challenger } from './challenger.ts';
import type { RetrainResult } from './result.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import { readDocument } from '../../packaging/documents.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { bestLevel, decideNorm, isWorse } from '../../retraining/index.ts';
import type { Level } from '../../retraining/index.ts';
import type { Training } from '../../tracking/retraining/retrainings.ts';

/** The levels that this pipeline served at, by its metric. */
async function servedLevels({ champion }: Attempt, metric: string): Promise<readonly Level[]> {
  const level = readDocument(champion.bundle, 'reference.json').performance.metrics[metric];
  return level === undefined ? [] : [level];
}

/** What the promotion of a challenger promises, and whether monitoring is to judge by it. */
export async function levelOf(
  attempt: Attempt,
  { fit }: Challenger,
  _bundle: Bundle,
): Promise<RetrainResult['level']> {
  const { metric, evaluation } = fit;
  const next = evaluation.intervals[metric];
  if (next === undefined) return null;
  const best = bestLevel(metric, await servedLevels(attempt, metric));
  return { metric, ...next, best: best?.value ?? null, ...decideNorm(metric, best, next) };
}

/** What was promised of the champion when it was promoted, and what came of it. */
export function promiseOf(
  { trainings, bundle }: { readonly trainings: readonly Training[]; readonly bundle: string },
  { performance }: Pick<MonitorReport, 'performance'>,
): RetrainResult['promise'] {
  const promised = trainings.find(({ record }) => record.challenger?.bundle === bundle)?.record;
  const { current, low, high, labelled, state } = performance;
  const level = promised?.level;
  if (promised === undefined || level === undefined || level === null) return null;
  if (state === 'not enough labels' || current === null || low === null || high === null) return null;
  if (level.metric !== performance.metric) return null;
  const { metric, value } = level;
  const kept = !isWorse(metric, level, { value: current, low, high });
  return { metric, promised: value, came: current, low, high, labels: labelled, at: promised.at, kept };
}
