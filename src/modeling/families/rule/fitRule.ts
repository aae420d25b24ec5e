import { dataError } from '../../../errors.ts';
import { answersByGroup, chooseRule, groupAnswers, ruleLoss } from '../../../statistics/oneRule.ts';
import { priorOf } from '../../../statistics/prior.ts';
import type { FitJob, FittedModel, Task } from '../../model.ts';
import { prepareTarget } from '../../objective.ts';
import { outputUnits, positiveIndex, scoresOf } from '../../outputs.ts';
import { inTurns, lookAround } from '../../turns.ts';
import { writeRule } from './files.ts';
import { assignGroups, groupCount, groupsOf, rescaled, ruleBackend, ruleSums } from './model.ts';
import type { Groups, RuleModel } from './model.ts';
import { ln } from '../../../statistics/exponential.ts';

/** Without rows that choose, every so-and-so-many-th of the training rows does: each answered by what the others say. */
const innerFolds = 5;
/** No probability is taken for less than this: a sum is finite. */
const smallest = 1e-7;

/** A prepared column that may be the rule, with the groups of the training rows. */
interface Candidate {
  readonly place: number;
  readonly groups: Groups;
  readonly count: number;
  readonly training: Int32Array;
}

function* candidatesOf({ training }: FitJob): Generator<Candidate> {
  for (const [place, column] of training.rows.prepared.columns.entries()) {
    const groups = groupsOf(column);
    const assigned = groups === undefined ? undefined : assignGroups(groups, column);
    if (groups !== undefined && assigned !== undefined)
      yield { place, groups, count: groupCount(groups), training: assigned };
  }
}

/** What a rule is learnt from, beside its column. */
interface Learning {
  readonly task: Task;
  readonly target: Float64Array;
  readonly prior: Float64Array;
  readonly weights: Float64Array | undefined;
}

const answersOf = (
  { training, count }: Candidate,
  { task, target, prior, weights }: Learning,
  smoothing: number,
): Float64Array => groupAnswers(task, { groups: training, count }, target, prior, smoothing, weights);

/** What a candidate loses on the rows that choose. */
function lossOn(job: FitJob, learning: Learning): (candidate: Candidate, smoothing: number) => number {
  const { task, stopping } = job;
  const { target, prior } = learning;
  if (stopping !== null)
    return (candidate, smoothing) => {
      const judged = assignGroups(candidate.groups, stopping.rows.prepared.columns[candidate.place]);
      const answers = answersOf(candidate, learning, smoothing);
      const scores = answersByGroup(judged ?? new Int32Array(0), stopping.target.length, answers, prior);
      return ruleLoss(task, scores, stopping.target);
    };
  return (candidate, smoothing) => {
    const scores = new Float64Array(target.length * prior.length);
    for (let fold = 0; fold < innerFolds; fold += 1) {
      const known = target.map((label, row) => (row % innerFolds === fold ? NaN : label));
      const answers = answersOf(candidate, { ...learning, target: known }, smoothing);
      const own = answersByGroup(candidate.training, target.length, answers, prior);
      for (let row = fold; row < target.length; row += innerFolds)
        for (let k = 0; k < prior.length; k += 1)
          scores[row * prior.length + k] = own[row * prior.length + k]!;
    }
    return ruleLoss(task, scores, target);
  };
}

/** Answers, `rows × classes`, as raw sums. */
function sumsOf(task: Task, answers: Float64Array): Float64Array {
  if (task.kind === 'regression') return answers;
  const bounded = (share: number): number => Math.min(1 - smallest, Math.max(smallest, share));
  if (task.kind === 'multiclass') return answers.map((share) => ln(bounded(share)));
  const positive = positiveIndex(task);
  return Float64Array.from({ length: answers.length / 2 }, (_, at) => {
    const share = bounded(answers[2 * at + positive]!);
    return ln(share / (1 - share));
  });
}

/** Finds the column and the groups that answer best. */
export async function fitRule(job: FitJob): Promise<FittedModel> {
  const { task, training, options, hooks } = job;
  const { target } = training;
  const balanced = task.kind !== 'regression' && options.class_weights === 'balanced';
  const prior = priorOf(task, target);
  const learning = {
    ...{ task, target, prior: balanced ? prior.fill(1 / prior.length) : prior },
    weights: balanced
      ? prepareTarget({ ...task, kind: 'multiclass' }, target, 'balanced').classWeights
      : undefined,
  };
  const choosing = chooseRule(candidatesOf(job), lossOn(job, learning), target.length);
  const chosen = await inTurns(choosing, hooks.signal);
  if (chosen === undefined)
    throw dataError({
      code: 'no-column-for-a-rule',
      message: 'There is no column that a rule could look at: all features are words of texts.',
      hint: 'Leave `family` out under `model:` in the pipeline, or set it to linear.',
    });
  const { column, smoothing, loss } = chosen;
  const { place, groups } = column;
  const sums = sumsOf(task, answersOf(column, learning, smoothing));
  const named = training.rows.columns[place];
  const units = outputUnits(task);
  const model: RuleModel = {
    ...{ place, groups, units, sums, name: named?.name ?? `column ${place}` },
    others: sumsOf(task, learning.prior),
    base: baseOf(sums, units, column.training),
  };
  const history = await judgeRule(job, model, loss);
  return {
    backend: ruleBackend,
    history,
    rounds: 1,
    margins: (rows) => ruleSums(model, rows),
    answers: (own) => scoresOf(task, own),
    seal: ({ calibration, shift }) => ({
      files: writeRule(task, rescaled(model, calibration.slope, shift)),
      parameters: sums.length,
      rule: named?.column ?? model.name,
    }),
    dispose: () => undefined,
  };
}

/** Mean sums over the training rows. */
function baseOf(sums: Float64Array, units: number, groups: Int32Array): Float64Array {
  const base = new Float64Array(units);
  for (const group of groups)
    for (let unit = 0; unit < units; unit += 1) base[unit]! += sums[group * units + unit]! / groups.length;
  return base;
}

/** A rule has one round. It is told as that of others is. */
async function judgeRule(
  { task, stopping, score, hooks }: FitJob,
  model: RuleModel,
  loss: number,
): Promise<FittedModel['history']> {
  if (stopping === null) return [];
  const sums = await inTurns(ruleSums(model, stopping.rows), hooks.signal);
  const validation = score(scoresOf(task, sums), stopping.target);
  hooks.onEpoch?.({ epoch: 1, epochs: 1, loss, validation, best: validation });
  await lookAround(hooks.signal);
  return [{ epoch: 1, loss, validation }];
}
