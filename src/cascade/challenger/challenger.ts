import { takeRows } from '../../data/columns.ts';
import { hashOfId, takeIds } from '../../data/rowId.ts';
import type { Split } from '../../data/splitting.ts';
import { judge } from '../../evaluation/index.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import { hashText } from '../../hash.ts';
import { load, targetOf } from '../../modeling/index.ts';
import type { Task } from '../../modeling/model.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { ChallengerRows } from './rows.ts';
import { keptShare, teachersOf } from '../../retraining/index.ts';
import type { Recipe } from '../../retraining/index.ts';
import { answeringFitted, compareOn } from '../comparison.ts';
import type { Answering } from '../comparison.ts';
import type { Context } from '../../project/context.ts';
import type { FitResult } from '../fitting.ts';
import { fitModel, withMetrics } from '../fitting.ts';
import { withCosts } from '../../pipeline/judging/costs.ts';
import { inputColumns } from '../../pipeline/inputColumns.ts';
import type { Handed, ScriptTraining } from '../script/training.ts';
import { scriptParts, trainByScript } from '../script/training.ts';
import { scriptWorld } from '../script/world.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import type { Tools } from '../stage.ts';
import { autoPlan, dealOut, labelled } from '../split.ts';
import { compiledTransforms, keepOwnCode, refusedAmong } from '../ownCode.ts';
import { fitFeatures, fittedOwn, inputsOfFeatures } from '../stages/featurize.ts';
import type { CompiledCode } from '../../ownCode/compile.ts';

/** What of a pipeline a challenger is made of, and where its labels are. */
export type Learning = Pick<
  Pipeline,
  | 'name'
  | 'file'
  | 'places'
  | 'goal'
  | 'label'
  | 'row_id'
  | 'time'
  | 'split'
  | 'features'
  | 'model'
  | 'evaluation'
  | 'package'
> & {
  readonly retrain: Pick<Pipeline['retrain'], 'compare_share'>;
  readonly monitor: Pick<Pipeline['monitor'], 'labels'>;
};

/** The project's own code that a challenger is made with: as it is, or as it was. */
export interface OwnWorld {
  /** The pipeline's own transforms; null where it has none. */
  readonly transforms: Pick<CompiledCode, 'javascript' | 'code' | 'sources'> | null;
  readonly scripts: ScriptWorld;
}

/** The project's own code as it is now, compiled and kept. */
export async function presentWorld(context: Context, pipeline: Pipeline): Promise<OwnWorld> {
  const transforms = await compiledTransforms(context, pipeline);
  if (transforms !== null) await keepOwnCode(context, transforms);
  return { transforms, scripts: scriptWorld(context, pipeline.name) };
}

/** What every challenger of an attempt is fitted and judged on. */
export interface Ground {
  /** The pipeline with the champion's positive class, even where the recent rows make it the more frequent one. */
  readonly pipeline: Learning;
  readonly gathered: ChallengerRows;
  /** That of the rows that teach: a class that only judges is unknown. */
  readonly task: Task;
  /** By position; NaN = no label. */
  readonly target: Float64Array;
  /** Rows that its transforms refuse have no label here. */
  readonly own: OwnWorld;
  /** Positions of the labelled rows that only judge. */
  readonly compare: Int32Array;
  /** Positions of the rows of the source's test part that stand for it: no challenger is ever fitted on them, nor was the champion. */
  readonly sourceTest: Int32Array;
  /** Those and the rows among them that the champion knows: none of them teaches. */
  readonly kept: ReadonlySet<number>;
}

function withPositiveOf(champion: Pick<NamedBundle, 'bundle'>, pipeline: Learning): Learning {
  const { task } = champion.bundle.manifest;
  if (task.kind !== 'binary' || pipeline.label.positive !== null) return pipeline;
  return { ...pipeline, label: { ...pipeline.label, positive: task.positive } };
}

/** Positions of the rows of the source, or of the log, that have a label. */
const labelledOf = (
  { fromSource }: ChallengerRows,
  positions: Int32Array,
  target: Float64Array,
  ofSource: boolean,
): Int32Array => positions.filter((row) => !Number.isNaN(target[row]) && fromSource[row] === ofSource);

/** The label of rows that own transforms refuse is taken away: they neither teach nor judge. */
function withoutRefused(
  context: Context,
  pipeline: Learning,
  { rows: { table, schema, ids }, trainingRows }: ChallengerRows,
  target: Float64Array,
  { code }: Pick<CompiledCode, 'code'>,
): Float64Array {
  const labelledRows = Int32Array.from(target.keys()).filter((row) => !Number.isNaN(target[row]));
  const teaching = labelledRows.filter((row) => row < trainingRows);
  const { own } = fittedOwn(pipeline, schema, code, takeRows(table, teaching));
  const { rows, examples, refused } = refusedAmong({ own }, table, labelledRows, (row) =>
    takeIds(ids, Int32Array.of(row)).at(0)!,
  );
  if (rows > 0)
    context.progress({
      kind: 'warning',
      message: `${rows} ${rows === 1 ? 'row was' : 'rows were'} refused by own transforms and left out: ${examples.join('; ')}.`,
    });
  return target.map((label, row) => (refused.has(row) ? Number.NaN : label));
}

/** What the challengers of an attempt have in common. */
export async function groundOf(
  context: Context,
  asked: Learning,
  gathered: ChallengerRows,
  champion: Pick<NamedBundle, 'bundle'>,
  own: OwnWorld,
): Promise<Ground> {
  const pipeline = withPositiveOf(champion, asked);
  const { rows, trainingRows } = gathered;
  const teaching = Int32Array.from({ length: trainingRows }, (_, row) => row);
  const { task: taught } = labelled(pipeline, takeRows(rows.table, teaching));
  const task = withCosts(pipeline, taught);
  const labels = targetOf(task, rows.table.columns.get(pipeline.label.column)!);
  const { transforms } = own;
  const target =
    transforms === null ? labels : withoutRefused(context, pipeline, gathered, labels, transforms);
  const compare = gathered.compare.filter((row) => !Number.isNaN(target[row]));
  const kept = keptOf(pipeline, gathered, labelledOf(gathered, teaching, target, true));
  const sourceTest = kept.filter((row) => !gathered.knownToChampion.has(row));
  return { pipeline, gathered, task, target, own, compare, sourceTest, kept: new Set(kept) };
}

/**
 * The rows of the source's test part that go on to stand for it. Where time splits, the test part is the newest of the
 * source: were all of them kept back, no model would ever learn a season that only they hold. So some of them, by their id, are
 * kept, and the others teach.
 */
function keptOf(pipeline: Learning, { rows }: ChallengerRows, ofSource: Int32Array): Int32Array {
  const { test } = dealOut(pipeline, rows, ofSource);
  if (pipeline.split.strategy !== 'time') return test;
  const share = keptShare(test.length);
  const basis = hashText(`kept/${pipeline.split.seed}`);
  return test.filter((row) => hashOfId(rows.ids, row, basis) / 2 ** 32 < share);
}

/** Rows that teach one challenger, in training order, and how they are dealt. */
export interface Taught {
  readonly rows: Int32Array;
  readonly split: Pick<Split, 'train' | 'validation'>;
}

/**
 * The rows that a recipe teaches with, dealt out. Those of the source keep the part that they have in every training.
 * Logged rows have no test part of their own: the newest judge.
 *
 * @param positions that may teach, in training order
 */
export function taughtRows(
  { pipeline, gathered, target, kept }: Ground,
  recipe: Recipe,
  positions: Int32Array,
): Taught {
  const { rows, times, draws } = gathered;
  const ofSource = dealOut(pipeline, rows, labelledOf(gathered, positions, target, true));
  // By time their newest would all go to one part, and what is to be learnt is what is new.
  const split = {
    ...pipeline.split,
    ...(pipeline.split.strategy === 'time' ? { strategy: 'hash' as const } : {}),
  };
  const ofLog = dealOut({ ...pipeline, split }, rows, labelledOf(gathered, positions, target, false));
  const validation = new Set([...ofSource.validation, ...ofLog.validation]);
  const able = positions.filter((row) => !Number.isNaN(target[row]) && !kept.has(row));
  const chosen = teachersOf(recipe, {
    times: Float64Array.from(able, (row) => times[row]!),
    draws: Float64Array.from(able, (row) => draws[row]!),
  });
  const taught = chosen.map((at) => able[at]!);
  return {
    rows: taught,
    split: {
      train: taught.filter((row) => !validation.has(row)),
      validation: taught.filter((row) => validation.has(row)),
    },
  };
}

/** A fitted challenger. */
export interface Challenger {
  readonly fit: FitResult;
  readonly fitted: FittedFeatures;
  /** Columns that its bundle asks for: what a program left needs its own and no others. */
  readonly inputs: readonly string[];
  readonly taught: Taught;
}

/** Fits the pipeline's model on the rows that teach; it is judged on the rows that only judge. */
export async function fitChallenger(
  context: Context,
  { pipeline, gathered: { rows }, task, target, own, compare }: Ground,
  taught: Taught,
): Promise<Challenger> {
  const split = { ...taught.split, test: compare };
  const watched = { ...context, held: {}, threads: context.environment.host.cpus };
  const taking = { rows, task, target, split };
  // A program takes what the pipeline lets a model see, and derives nothing.
  const handed = { ...taking, inputs: inputColumns(pipeline, rows.schema) };
  const made = await byScript(watched, pipeline, own.scripts, handed);
  const fitted = made?.fitted ?? (await fitFeatures(context, pipeline, taking, own.transforms?.code));
  const given = { ...taking, inputs: inputsOfFeatures(pipeline, rows.schema, fitted) };
  const auto = autoPlan(pipeline, { ...given, fitted });
  const files = made === null ? {} : { given: made.files };
  const fit = await fitModel(
    watched,
    { ...pipeline, ...made?.pipeline },
    { ...given, ...files, fitted, auto },
  );
  if (made === null) return { fit, fitted, inputs: given.inputs, taught };
  const inputs = fitted.inputs.map(({ name }) => name);
  return { fit: { ...fit, because: made.because }, fitted, inputs, taught };
}

/** What the project’s program trains on the rows that teach; null where a family of aieng does. */
async function byScript(
  tools: Tools,
  pipeline: Learning,
  scripts: ScriptWorld,
  handed: Handed,
): Promise<ScriptTraining | null> {
  const parts = await scriptParts({ pipeline }, scripts);
  if (parts === null) return null;
  const { evaluation } = withMetrics(pipeline, handed.task);
  return trainByScript(tools, scripts, { ...pipeline, evaluation }, parts, handed);
}

/** The rows that a comparison is made on. */
export type Arena = 'recent' | 'source';

/** Compares two models on the rows that judge, or on the source's test part; null where that has no rows. */
export async function compareIn(
  context: Context,
  { pipeline, gathered: { rows }, task, compare, sourceTest }: Ground,
  models: readonly [Answering, Answering],
  metric: string,
  arena: Arena,
): Promise<Comparison | null> {
  const positions = arena === 'recent' ? compare : sourceTest;
  if (positions.length === 0) return null;
  const by = { task, metric };
  return compareOn(context, pipeline, by, models, { table: rows.table, positions }, arena);
}

/** Opens a fitted challenger for as long as `use` takes. */
export async function withAnswers<Result>(
  { pipeline, task }: Ground,
  { fit, fitted }: Challenger,
  use: (model: Answering) => Promise<Result>,
): Promise<Result> {
  const scorer = await load(fit.model, pipeline.model.backend);
  try {
    return await use(answeringFitted({ task, threshold: fit.threshold, fitted, scorer }));
  } finally {
    scorer.dispose();
  }
}

/** The gates again, now that there is a champion to be judged against. */
export function judgedAgainst(
  { pipeline, task }: Ground,
  challenger: Challenger,
  comparison: Comparison,
): Challenger {
  const { gates } = withMetrics(pipeline, task).evaluation;
  const verdict = judge(gates, challenger.fit.evaluation, comparison);
  return { ...challenger, fit: { ...challenger.fit, verdict } };
}
