import { dataError, usageError } from '../errors.ts';
import { families as plainFamilies } from './families/index.ts';
import { familyNamed } from './load.ts';
import type {
  FamilyOptions,
  LabelledRows,
  Score,
  Task,
  TrainedModel,
  TrainHooks,
  TrainingResult,
  TriedFamily,
} from './model.ts';
import { chooseTarget } from './target/choice.ts';
import { onTarget } from './target/learning.ts';
import { quantileAsked } from './target/quantile.ts';
import { trainAuto } from './protocol/auto.ts';
import { fitHoldout } from './protocol/holdout.ts';
import { joinRows } from './protocol/outOfFold.ts';
import { formatNumber } from '../statistics/figures.ts';
import { canBeUsed, plainFold } from './protocol/plan.ts';
import type { Fold } from './protocol/plan.ts';

/** How `auto` goes about it. */
export interface AutoPlan {
  /** Of the rows of the training part and then of the validation part. */
  readonly folds: readonly Fold[];
}

/** Every family, simplest first, each of which may learn labels transformed. */
const families = plainFamilies.map(onTarget);

/**
 * Fits the family that `options.family` names on the training part, stopped and calibrated on the validation part; or
 * (`auto`) chooses among all families by folds over both parts.
 *
 * @param score how wrong scores are, lower is better: watched by early stopping
 * @param plan for `auto`; where it has no fold that can be used there is one, of the two parts
 * @throws a usage error for an unknown family, a data error where a part has no rows or features, the interrupted
 * error where `hooks.signal` aborts
 */
export async function train(
  task: Task,
  training: LabelledRows,
  validation: LabelledRows,
  options: FamilyOptions & { readonly family: string },
  seed: number,
  score: Score,
  hooks: TrainHooks = {},
  plan: AutoPlan = { folds: [] },
): Promise<TrainingResult> {
  checkParts(task, training, validation);
  const job = { task, options, seed, score, hooks };
  if (options.family === 'auto') {
    requireMeans(task, options);
    const pool = joinRows(training, validation);
    const classes = task.kind !== 'regression';
    const usable = plan.folds.filter((fold) => canBeUsed(fold, pool.target, classes));
    const folds = usable.length > 0 ? usable : [plainFold(training.target.length, validation.target.length)];
    const able = families.filter(({ byName, canFit }) => byName !== true && (canFit?.(pool.rows) ?? true));
    const trained = await trainAuto({ ...job, ...plan, pool, families: able, folds });
    const done = trained.outOfFold?.folds ?? folds.length;
    return done === folds.length ? trained : { ...trained, cutTo: plan.folds.indexOf(folds[done - 1]!) + 1 };
  }
  const family = onTarget(familyNamed(options.family));
  const target = await chooseTarget(family, { ...job, training }, validation);
  const { model, known } = await fitHoldout(
    family,
    { ...job, training, options: target.options },
    validation,
  );
  const because = `The pipeline asks for ${family.name}.${target.because}${quantileWords(family.name, task, options, model)}`;
  const result = { model, others: [], tried: [summary(model)], because, outOfFold: null };
  return known === undefined ? result : { ...result, known };
}

/** @throws a usage error where one of the families that are compared would answer a quantile, and the others a mean. */
function requireMeans(task: Task, options: FamilyOptions): void {
  if (quantileAsked('gbdt', task, options) === null) return;
  throw usageError({
    code: 'quantile-of-trees',
    message: `model.gbdt.objective is quantile, which trees alone answer; model.family is auto, which compares them with families that answer a mean.`,
    hint: 'Set model.family to gbdt, or take model.gbdt.objective out of the pipeline.',
  });
}

function quantileWords(
  family: string,
  task: Task,
  options: FamilyOptions,
  { calibration }: TrainedModel,
): string {
  const quantile = quantileAsked(family, task, options);
  if (quantile === null) return '';
  const moved = calibration.method === 'quantile' ? '; the answers are moved to where it is' : '';
  return ` Its answer is the ${formatNumber(quantile)} quantile: ${calibration.because ?? ''}${moved}.`;
}

function summary(model: TrainedModel): TriedFamily {
  const { family, validation, parameters, history, bestEpoch } = model;
  return { family, validation, parameters, epochs: history.length, bestEpoch };
}

function checkParts(task: Task, training: LabelledRows, validation: LabelledRows): void {
  for (const [part, { rows, target }] of Object.entries({ training, validation })) {
    if (rows.rows !== target.length)
      throw new RangeError(`${part}: ${rows.rows} rows, ${target.length} labels`);
    if (rows.rows === 0)
      throw dataError({
        code: 'no-rows-to-train',
        message: `The ${part} part has no labelled rows.`,
        hint: 'Give more labelled rows, or a larger share to this part under `split:` in the pipeline.',
      });
  }
  if (training.rows.prepared.columns.length === 0)
    throw dataError({
      code: 'no-features',
      message: 'There is no feature to learn from: every column was dropped or is constant.',
      hint: 'Remove columns from `features.drop`, or add features to the pipeline.',
    });
  if (task.kind !== 'regression' && new Set(training.target).size < 2)
    throw dataError({
      code: 'one-class',
      message: 'All training rows have the same class; there is nothing to tell apart.',
      hint: 'Give rows of at least two classes, or use `split: {strategy: stratified}`.',
    });
}
