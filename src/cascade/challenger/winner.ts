import { takeRows } from '../../data/columns.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { keepBundle } from '../../packaging/index.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { assembleBundle } from '../assembly.ts';
import { ownCodeFor } from '../ownCode.ts';
import { turnRows } from '../../modeling/turns.ts';
import type { Challenger, Ground } from './challenger.ts';
import { fitChallenger, taughtRows, withAnswers } from './challenger.ts';
import { keepChild } from './rows.ts';
import type { Recipe } from '../../retraining/index.ts';
import type { FittedRows } from '../../tracking/fittedRows.ts';
import type { Context } from '../../project/context.ts';
import { inPieces, takeInPieces } from '../../project/interruption.ts';
import { writeFittedRows } from '../../tracking/fittedRows.ts';
import { fitnessWarnings } from '../../project/fitness.ts';
import { tableOfRecords } from '../../project/labelledTraffic.ts';
import type { PredictionRecord } from '../../traffic/record.ts';
import { encodeSplit } from '../split.ts';

/** A challenger that won, with what it was made of. */
interface Winner {
  readonly recipe: Recipe;
  /** As it was judged: it has not seen the rows that judged it. */
  readonly judged: Challenger;
  /** The predictions whose inputs it is for. */
  readonly population: readonly PredictionRecord[];
  /** The source's snapshot. */
  readonly parent: Snapshot;
  /** The code that trains, as the bundle names it. */
  readonly code: string;
  /** What it was made of; left out where it is only made again. */
  readonly retrained?: FittedRows['retrained'];
}

/** The winner as it goes into its bundle. */
export interface Refitted {
  readonly bundle: Bundle;
  /** Rows that taught it. */
  readonly child: Snapshot;
}

/** Its answers to the rows that judged it, from before it learnt from them. */
async function judgedScores(context: Context, ground: Ground, judged: Challenger): Promise<Float64Array> {
  const told = { label: 'retrain', detail: 'judging rows answered', total: 0, every: turnRows };
  const cells = { label: 'retrain', detail: 'cells of the judging rows taken' };
  const table = await takeInPieces(context, cells, ground.gathered.rows.table, ground.compare);
  return withAnswers(ground, judged, (model) =>
    inPieces(context, { ...told, total: table.rows }, model.answer(table)),
  );
}

/** Writes down which rows taught a bundle. */
async function keepTaught(
  context: Context,
  { gathered }: Ground,
  { taught }: Challenger,
  child: Snapshot,
  bundle: Bundle,
  retrained: FittedRows['retrained'],
): Promise<void> {
  const place = new Map(Array.from(taught.rows, (row, at) => [row, at]));
  const placed = (rows: Int32Array): Int32Array => rows.map((row) => place.get(row)!);
  const { train, validation } = taught.split;
  const split = { train: placed(train), validation: placed(validation), test: new Int32Array(0) };
  await writeFittedRows(context.store, bundle.digest, {
    at: context.environment.now(),
    snapshot: child,
    split: await context.store.put(encodeSplit(split, taught.rows.length)),
    ...(retrained === undefined ? {} : { retrained }),
  });
  const rows = `${gathered.fromSource.filter(Boolean).length} of the source`;
  context.progress({ kind: 'step', message: `refitted on ${taught.rows.length} rows (at most ${rows})` });
}

/**
 * Fits the winner once more by the same rule on all rows, those that judged it too, and packages it for the population of
 * the recent window. Its evaluation is the one before: what it did on rows that it had not seen.
 */
export async function packageWinner(
  context: Context,
  ground: Ground,
  { recipe, judged, population, parent, code, retrained }: Winner,
): Promise<Refitted> {
  const { pipeline, gathered } = ground;
  const refit = await fitChallenger(context, ground, taughtRows(ground, recipe, gathered.order));
  const { taught, fit, fitted, inputs } = refit;
  const child = await keepChild(context, gathered, taught.rows, parent);
  const warnings = await fitnessWarnings(context, 'retrain', pipeline, gathered.rows);
  const bundle = await assembleBundle(context, {
    pipeline,
    schema: gathered.schema,
    fitted,
    ownCode: await ownCodeFor(context, fitted, ground.own.transforms?.sources),
    inputs,
    model: fit.model,
    metric: fit.metric,
    threshold: fit.threshold,
    interval: fit.interval,
    evaluation: judged.fit.evaluation,
    verdict: judged.fit.verdict,
    because: fit.because,
    folds: fit.folds,
    warnings: warnings.map(({ message }) => message),
    data: child.digest,
    code,
    set: [],
    population: tableOfRecords(population, gathered.schema, inputs),
    unseen: takeRows(gathered.rows.table, ground.compare),
    unseenScores: await judgedScores(context, ground, judged),
    judging: Int32Array.from(ground.compare.keys()),
    counts: {
      train: taught.split.train.length,
      validation: taught.split.validation.length,
      test: ground.compare.length,
      unlabelled: ground.target.filter((value) => Number.isNaN(value)).length,
    },
  });
  await keepBundle(context.store, bundle);
  await keepTaught(context, ground, refit, child, bundle, retrained);
  return { bundle, child };
}
