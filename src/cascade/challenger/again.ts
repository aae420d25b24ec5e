import type { Digest } from '../../digest.ts';
import { usageError } from '../../errors.ts';
import { loadBundle } from '../../packaging/keep.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import type { Context } from '../../project/context.ts';
import { readFoldedRows } from '../../project/expireTraffic.ts';
import { inPieces } from '../../project/interruption.ts';
import { labelledQuery } from '../../project/labelledTraffic.ts';
import { openPredictor } from '../../project/predictors.ts';
import type { FittedRows } from '../../tracking/fittedRows.ts';
import { readLabelledLog } from '../../traffic/labelled.ts';
import { readPredictions } from '../../traffic/readLog.ts';
import type { PredictionRecord } from '../../traffic/record.ts';
import { answeringBundle } from '../comparison.ts';
import { fittedIdentities } from '../fittedRows.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import type { Learning, OwnWorld } from './challenger.ts';
import { compareIn, fitChallenger, groundOf, judgedAgainst, taughtRows, withAnswers } from './challenger.ts';
import type { Making } from './making.ts';
import { markOf } from './making.ts';
import { gatheringRows, taughtByFold } from './rows.ts';
import type { ChallengerTraffic, TaughtRow } from './rows.ts';
import type { Refitted } from './winner.ts';
import { packageWinner } from './winner.ts';

/** The logged rows of a challenger, as the log has them now. */
export interface FoundTraffic {
  readonly traffic: ChallengerTraffic;
  readonly population: readonly PredictionRecord[];
  /** Predictions whose inputs or outcome are others now than then. */
  readonly changed: readonly string[];
}

const examplesTold = 3;

/** The pipeline of a making, as whatever trains takes it: nobody reads where its file lies. */
const pipelineOf = ({ pipeline }: Making): Learning => ({ ...pipeline, file: '', places: {} });

function gone(what: string, missing: readonly string[], of: number): Error {
  return usageError({
    code: 'lineage-gone',
    message: `${missing.length} of ${of} ${what} are gone (${missing.slice(0, examplesTold).join(', ')}${missing.length > examplesTold ? ', …' : ''}): the training cannot be repeated.`,
    hint: 'What `aieng forget` and logs.keep_days took stays gone; labels of a file come back with the file. Or name another version.',
  });
}

/** @throws a usage error where one is not there */
function allOf<Found>(ids: readonly string[], found: ReadonlyMap<string, Found>, what: string): Found[] {
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) throw gone(what, missing, ids.length);
  return ids.map((id) => found.get(id)!);
}

/**
 * Looks up the logged rows that a challenger was made of: what the log, its labels and what expired of it hold now.
 *
 * @throws a usage error where some are gone, with which
 */
export async function findTraffic(context: Context, making: Making, champion: Bundle): Promise<FoundTraffic> {
  const pipeline = pipelineOf(making);
  const query = await labelledQuery(context, pipeline, champion);
  const rows = new Map<string, TaughtRow>();
  for (const row of await readFoldedRows(context, pipeline)) rows.set(row.id, taughtByFold(row));
  for (const row of (await readLabelledLog(query)).rows) rows.set(row.record.id, row);
  const taken = (marks: Making['recent']): TaughtRow[] =>
    allOf(
      marks.map(([id]) => id),
      rows,
      'predictions that taught or judged it, or their labels,',
    );
  const traffic = { recent: taken(making.recent), older: taken(making.older) };
  const then = new Map([...making.recent, ...making.older]);
  const present = [...traffic.recent, ...traffic.older].map(markOf);
  const wanted = new Set(making.population);
  const records = new Map([...rows].map(([id, { record }]) => [id, record] as const));
  for await (const record of readPredictions(query.logFolder))
    if (wanted.has(record.id)) records.set(record.id, record);
  return {
    traffic,
    population: allOf(making.population, records, 'predictions whose inputs it is for'),
    changed: present.flatMap(([id, mark]) => (then.get(id) === mark ? [] : [id])),
  };
}

/** What a challenger is made again of, besides what was written down. */
export interface Reach {
  readonly champion: Bundle;
  readonly found: FoundTraffic;
  readonly own: OwnWorld;
  /** The code that trained, as its bundle names it. */
  readonly code: Digest;
  readonly parent: NonNullable<FittedRows['retrained']>['parent'];
  /** Told when its rows are gathered, and when it is trained and judged. */
  readonly done: (step: 'gather' | 'train') => void;
}

/** Gathers, fits, judges and packages the winner of an attempt once more, of what was written down of it. */
export async function winnerAgain(
  context: Context,
  making: Making,
  { champion, found, own, code, parent, done }: Reach,
): Promise<Refitted> {
  const pipeline = pipelineOf(making);
  const { recipe } = making;
  const source = await readSnapshotRows(context, pipeline, parent);
  const seen = await fittedIdentities(context, pipeline, making.champion);
  const told = { label: 'retrain', detail: 'cells of the source and of the labelled log gathered', total: 0 };
  const gathered = await inPieces(context, told, gatheringRows(pipeline, source, found.traffic, seen));
  done('gather');
  const ground = await groundOf(context, pipeline, gathered, { bundle: champion }, own);
  const positions = Int32Array.from({ length: gathered.trainingRows }, (_, row) => row);
  const challenger = await fitChallenger(context, ground, taughtRows(ground, recipe, positions));
  const { predictor } = await openPredictor(
    context,
    { bundle: champion, version: null },
    pipeline.model.backend,
  );
  try {
    const comparison = await withAnswers(ground, challenger, (model) =>
      compareIn(context, ground, [answeringBundle(predictor), model], challenger.fit.metric, 'recent'),
    );
    const judged = comparison === null ? challenger : judgedAgainst(ground, challenger, comparison);
    done('train');
    const { population } = found;
    return await packageWinner(context, ground, { recipe, judged, population, parent, code });
  } finally {
    predictor.dispose();
  }
}

/** The champion that a challenger was compared with. */
export const championOfMaking = (context: Context, { champion }: Making): Promise<Bundle> =>
  loadBundle(context.store, champion);
