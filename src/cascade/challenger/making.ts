import type { Digest } from '../../digest.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { familiesConcerned } from '../../modeling/concerned.ts';
import type { Context } from '../../project/context.ts';
import type { Recipe } from '../../retraining/index.ts';
import type { FittedRows } from '../../tracking/fittedRows.ts';
import type { PredictionRecord } from '../../traffic/record.ts';
import { codeParts } from '../key.ts';
import type { ScriptParts } from '../script/training.ts';
import { readJson } from '../snapshotRows.ts';
import type { Parts } from '../stage.ts';
import type { Learning } from './challenger.ts';
import type { ChallengerTraffic, TaughtRow } from './rows.ts';

/** A logged row that took part: its prediction, and the beginning of a digest of its inputs and its outcome. */
type Marked = readonly [id: string, mark: string];

/**
 * What a bundle of `retrain` is a function of, besides the source's snapshot. It holds no cell of the prediction log: a row that is
 * forgotten there is gone from here too, and what it taught cannot be computed again.
 */
export interface Making {
  readonly pipeline: Omit<Learning, 'file' | 'places'>;
  readonly recipe: Recipe;
  readonly champion: Digest;
  readonly recent: readonly Marked[];
  readonly older: readonly Marked[];
  /** Predictions whose inputs the model is for. */
  readonly population: readonly string[];
  readonly script: ScriptParts | null;
  /** Of the stage that trains, the families and their libraries, as they were. */
  readonly code: Parts;
  readonly recorded: {
    readonly run: string;
    readonly at: number;
    readonly commit: string | null;
    readonly dirty: boolean;
    readonly aieng: string;
    readonly platform: string;
  };
}

/** A column that a fold added, or that was not asked for, says nothing. */
const saidBy = (features: PredictionRecord['features']): PredictionRecord['features'] =>
  Object.fromEntries(Object.entries(features).filter(([, cell]) => cell !== null));

const markDigits = 16;

/** A row's prediction, and its inputs and outcome as the beginning of a digest: which of them changed can be told, and neither can be read. */
export const markOf = ({ record: { id, features }, label: { value } }: TaughtRow): Marked => [
  id,
  digestOf({ features: saidBy(features), value }).slice(0, markDigits),
];

/** What of a pipeline is written down of a challenger: no more than it is made of, and nothing of the environment. */
const learningOf = ({
  name,
  goal,
  label,
  row_id,
  time,
  split,
  features,
  model,
  evaluation,
  package: packaging,
  retrain: { compare_share },
  monitor: { labels },
}: Learning): Making['pipeline'] => ({
  ...{ name, goal, label, row_id, time, split, features, model, evaluation },
  package: packaging,
  retrain: { compare_share },
  monitor: { labels },
});

/** What a challenger was made of. */
export interface Made {
  readonly pipeline: Learning;
  readonly recipe: Recipe;
  readonly champion: Digest;
  readonly traffic: ChallengerTraffic;
  readonly population: readonly PredictionRecord[];
  readonly script: ScriptParts | null;
  readonly run: { readonly id: string; readonly at: number };
}

/** Keeps what a challenger was made of, for its record. */
export async function keepMaking(context: Context, made: Made): Promise<Digest> {
  const { environment, store } = context;
  const { pipeline, recipe, champion, traffic, population, script, run } = made;
  const git = await context.git();
  const making: Making = {
    pipeline: learningOf(pipeline),
    ...{ recipe, champion, script },
    recent: traffic.recent.map(markOf),
    older: traffic.older.map(markOf),
    population: population.map(({ id }) => id),
    code: codeParts(environment, 'train', familiesConcerned(pipeline.model.family)),
    recorded: {
      run: run.id,
      at: run.at,
      commit: git?.commit ?? null,
      dirty: git?.dirty ?? false,
      aieng: environment.version,
      platform: `${environment.host.platform}-${environment.host.arch}`,
    },
  };
  return store.put(canonicalJson(making));
}

/** What a bundle of `retrain` was made of. */
export const readMaking = (
  context: Pick<Context, 'store'>,
  { making }: NonNullable<FittedRows['retrained']>,
): Promise<Making> => readJson<Making>(context, making);
