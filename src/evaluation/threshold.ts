import { scoreColumn, scoredRows } from '../statistics/metrics/index.ts';
import type { Task } from '../modeling/model.ts';
import type { Scored } from './evaluation.ts';

/**
 * Decision threshold on the positive class's probability that maximises F1 on these rows (the validation part: never
 * the rows that judge). Half-way between two neighbouring scores, so that it does not sit on a row; of equally good
 * ones the nearest to .5. F1 is the default because the positive class is the rarer one and .5 would seldom be
 * reached. .5 for tasks without a positive class and for rows without a positive.
 */
export function chooseThreshold(task: Task, scored: Scored): number {
  if (task.kind !== 'binary') return 0.5;
  const rows = scoredRows(task, scored.scores, scored.target);
  const probability = scoreColumn(rows, rows.positive);
  const order = [...rows.target.keys()]
    .filter((row) => !Number.isNaN(rows.target[row]) && !Number.isNaN(probability[row]))
    .sort((left, right) => probability[right]! - probability[left]!);
  const positives = order.filter((row) => rows.target[row] === rows.positive).length;
  let best = 0;
  let threshold = 0.5;
  let hits = 0;
  order.forEach((row, index) => {
    if (rows.target[row] === rows.positive) hits += 1;
    const here = probability[row]!;
    const next = order[index + 1];
    const below = next === undefined ? 0 : probability[next]!;
    if (here === below) return;
    const f1 = (2 * hits) / (index + 1 + positives);
    const candidate = (here + below) / 2;
    const better = f1 > best + 1e-12;
    const nearer = f1 > best - 1e-12 && f1 > 0 && Math.abs(candidate - 0.5) < Math.abs(threshold - 0.5);
    if (!better && !nearer) return;
    best = Math.max(best, f1);
    threshold = candidate;
  });
  return threshold;
}
