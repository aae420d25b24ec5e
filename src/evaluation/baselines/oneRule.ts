import { answersByGroup, chooseRule, groupAnswers, ruleLoss } from '../../statistics/oneRule.ts';
import { priorOf } from '../../statistics/prior.ts';
import { chooseThreshold } from '../threshold.ts';
import { groupingOf } from './groups.ts';
import type { Table } from '../../data/columns.ts';
import type { Task } from '../../modeling/model.ts';
import type { Baseline, BaselineKind, BaselineRows } from './baseline.ts';
import { finish } from '../../work.ts';
import type { Work } from '../../work.ts';
import type { Grouping } from './groups.ts';

/** A column that may be the rule, with the groups of the training rows. */
interface Candidate {
  readonly name: string;
  readonly grouping: Grouping;
  readonly groups: Int32Array;
}

function* candidatesOf({ table }: BaselineRows, columns: readonly string[]): Generator<Candidate> {
  for (const name of columns) {
    const cells = table.columns.get(name);
    const grouping = cells === undefined ? undefined : groupingOf(cells);
    if (cells !== undefined && grouping !== undefined)
      yield { name, grouping, groups: grouping.assign(cells) };
  }
}

/**
 * The best rule that looks at one column only: see `chooseRule`. It learns from the training part; the validation part
 * chooses.
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
  const answersOf = ({ grouping, groups }: Candidate, smoothing: number): Float64Array =>
    groupAnswers(task, { groups, count: grouping.groups }, train.target, prior, smoothing);
  const apply = ({ name, grouping }: Candidate, answers: Float64Array, table: Table): Float64Array => {
    const column = table.columns.get(name);
    const groups = column === undefined ? new Int32Array(0) : grouping.assign(column);
    return answersByGroup(groups, table.rows, answers, prior);
  };
  const lossOf = (candidate: Candidate, smoothing: number): number =>
    ruleLoss(task, apply(candidate, answersOf(candidate, smoothing), judge.table), judge.target);
  const best = yield* chooseRule(candidatesOf(train, columns), lossOf, train.target.length);
  if (best === undefined) return undefined;
  const { column: rule, smoothing } = best;
  const answers = answersOf(rule, smoothing);
  return {
    name: `one-rule: ${rule.name}`,
    description: `looking at ${rule.name} alone`,
    threshold: chooseThreshold(task, { scores: apply(rule, answers, judge.table), target: judge.target }),
    predict: (table) => apply(rule, answers, table),
  };
}
