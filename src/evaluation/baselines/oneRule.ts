import { computeMetric, defaultMetric, scoredRows } from '../../statistics/metrics/index.ts';
import { chooseThreshold } from '../threshold.ts';
import { outputsOf, priorOf } from './baseline.ts';
import { groupingOf } from './groups.ts';
import type { Column, Table } from '../../data/columns.ts';
import type { Task } from '../../modeling/model.ts';
import type { Baseline, BaselineKind, BaselineRows } from './baseline.ts';
import { finish } from '../../work.ts';
import type { Work } from '../../work.ts';
import type { Grouping } from './groups.ts';

/** A group's own answer counts as much as the prior once it has this many rows: what columns are compared with. */
const usualSmoothing = 5;
/** What the best column is tried with besides: none for a rule that is always right. */
const otherSmoothing: readonly number[] = [1, 0.1, 0];

interface Rule {
  readonly column: string;
  readonly grouping: Grouping;
  /** `groups × outputs`. */
  readonly answers: Float64Array;
  readonly prior: Float64Array;
}

function answersOf(
  task: Task,
  groups: Int32Array,
  count: number,
  target: Float64Array,
  prior: Float64Array,
  smoothing: number,
): Float64Array {
  const outputs = prior.length;
  const rows = new Float64Array(count).fill(smoothing);
  const sums = new Float64Array(count * outputs);
  for (let g = 0; g < count; g += 1)
    for (let k = 0; k < outputs; k += 1) sums[g * outputs + k] = smoothing * prior[k]!;
  for (let i = 0; i < groups.length; i += 1) {
    const value = target[i]!;
    const group = groups[i]!;
    if (Number.isNaN(value) || group < 0) continue;
    rows[group]! += 1;
    if (task.kind === 'regression') sums[group]! += value;
    else sums[group * outputs + value]! += 1;
  }
  return sums.map((sum, i) => {
    const count = rows[Math.floor(i / outputs)]!;
    return count === 0 ? prior[i % outputs]! : sum / count;
  });
}

function fitRule(
  task: Task,
  column: string,
  cells: Column,
  target: Float64Array,
  prior: Float64Array,
  smoothing = usualSmoothing,
): Rule | undefined {
  const grouping = groupingOf(cells);
  if (grouping === undefined) return undefined;
  const answers = answersOf(task, grouping.assign(cells), grouping.groups, target, prior, smoothing);
  return { column, grouping, answers, prior };
}

function applyRule(rule: Rule, table: Table): Float64Array {
  const outputs = rule.prior.length;
  const scores = new Float64Array(table.rows * outputs);
  const column = table.columns.get(rule.column);
  const groups = column === undefined ? new Int32Array(0) : rule.grouping.assign(column);
  for (let i = 0; i < table.rows; i += 1) {
    const group = groups[i] ?? -1;
    for (let k = 0; k < outputs; k += 1)
      scores[i * outputs + k] = group < 0 ? rule.prior[k]! : rule.answers[group * outputs + k]!;
  }
  return scores;
}

/** Log loss or RMSE on labelled rows: what candidates are chosen by. */
function lossOf(task: Task, rule: Rule, rows: BaselineRows): number {
  const outputs = outputsOf(task);
  const scores = applyRule(rule, rows.table);
  const labelled = [...rows.target.keys()].filter((i) => !Number.isNaN(rows.target[i]));
  const kept = new Float64Array(labelled.length * outputs);
  labelled.forEach((row, i) => kept.set(scores.subarray(row * outputs, (row + 1) * outputs), i * outputs));
  const target = Float64Array.from(labelled, (row) => rows.target[row]!);
  return computeMetric(defaultMetric(task.kind), scoredRows(task, kept, target));
}

/**
 * The best rule that looks at one column only (Holte 1993): per category or quantile bin the class shares or the
 * mean of the training part, drawn towards the prior where there are few rows; missing is a group of its own. The
 * column, and then how far it is drawn, are chosen by log loss (numbers: RMSE) on the validation part, where a column of
 * many rare values cannot win by having memorised the training part. A rule that is always right is not drawn at all: no
 * model beats it by its being sure.
 */
export const oneRule: BaselineKind = {
  name: 'one-rule',
  tasks: ['binary', 'multiclass', 'regression'],
  fit: (...given) => finish(fitting(...given)),
  fitting,
};

function* fitting(
  task: Task,
  train: BaselineRows,
  validation: BaselineRows,
  columns: readonly string[],
): Work<Baseline | undefined> {
  const prior = priorOf(task, train.target);
  const judge = validation.target.some((value) => !Number.isNaN(value)) ? validation : train;
  let best: Rule | undefined;
  let bestLoss = Infinity;
  for (const name of columns) {
    const cells = train.table.columns.get(name);
    const rule = cells === undefined ? undefined : fitRule(task, name, cells, train.target, prior);
    if (rule === undefined) continue;
    const loss = lossOf(task, rule, judge);
    yield train.target.length;
    if (!(loss < bestLoss)) continue;
    best = rule;
    bestLoss = loss;
  }
  if (best === undefined) return undefined;
  let rule = best;
  for (const smoothing of otherSmoothing) {
    const cells = train.table.columns.get(rule.column)!;
    const other = fitRule(task, rule.column, cells, train.target, prior, smoothing)!;
    const loss = lossOf(task, other, judge);
    yield train.target.length;
    if (!(loss < bestLoss)) continue;
    rule = other;
    bestLoss = loss;
  }
  return {
    name: `one-rule: ${rule.column}`,
    description: `looking at ${rule.column} alone`,
    threshold: chooseThreshold(task, { scores: applyRule(rule, judge.table), target: judge.target }),
    predict: (table) => applyRule(rule, table),
  };
}
