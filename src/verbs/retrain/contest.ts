import { agreeOnHistory } from '../../data/history/agreement.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';
import { AiengError } from '../../errors.ts';
import { fittedIdentities } from '../../cascade/fittedRows.ts';
import { answeringBundle } from '../../cascade/comparison.ts';
import type { Answering } from '../../cascade/comparison.ts';
import { withMetrics } from '../../cascade/fitting.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import { loadBundle } from '../../packaging/index.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Champion } from '../../project/champion.ts';
import type { Context } from '../../project/context.ts';
import { openPredictor } from '../../project/predictors.ts';
import { bestOf, leftOutBecause, recipes } from '../../retraining/index.ts';
import type { Recipe } from '../../retraining/index.ts';
import type { Candidate } from '../../tracking/retraining/retrainings.ts';
import { deploymentRef, parseServed } from '../../tracking/served.ts';
import type { Challenger, Ground, Taught } from '../../cascade/challenger/challenger.ts';
import {
  compareIn,
  fitChallenger,
  judgedAgainst,
  taughtRows,
  withAnswers,
} from '../../cascade/challenger/challenger.ts';

/** A candidate that took part. */
export type Contender = {
  readonly name: string;
  readonly comparison: Comparison;
} & (
  | { readonly kind: Recipe; readonly challenger: Challenger }
  | { readonly kind: 'earlier'; readonly named: NamedBundle }
);

/** All that wanted the champion's place, and the best of those that may have it. */
export interface Contest {
  readonly candidates: readonly Candidate[];
  readonly best: Contender;
  readonly onSource: Comparison | null;
  /** How many were compared. */
  readonly compared: number;
}

const mostEarlier = 5;
/** Judging rows that an earlier champion may have learnt from. */
const mostKnown = 0.01;

const isEqual = (left: Int32Array, right: Int32Array): boolean =>
  left.length === right.length && left.every((row, at) => row === right[at]);

/** How many of the rows are of each class; empty for numbers. */
function classesAmong({ task, target }: Ground, rows: Int32Array): readonly (readonly [string, number])[] {
  if (task.kind === 'regression') return [];
  const counts = new Array<number>(task.classes.length).fill(0);
  for (const row of rows) counts[target[row]!]! += 1;
  return task.classes.map((name, at) => [name, counts[at]!] as const);
}

/** The recipes that differ and have rows enough, and why others do not take part. */
function planRecipes(ground: Ground): readonly {
  readonly recipe: Recipe;
  readonly taught: Taught;
  readonly leftOut: string | null;
}[] {
  const positions = Int32Array.from({ length: ground.gathered.trainingRows }, (_, row) => row);
  const all = recipes.map((recipe) => ({ recipe, taught: taughtRows(ground, recipe, positions) }));
  return all.map(({ recipe, taught }, at) => {
    const { rows, split } = taught;
    const sameAs = all.slice(0, at).find((other) => isEqual(other.taught.rows, rows))?.recipe ?? null;
    const shown = { rows: rows.length, sameAs, classes: classesAmong(ground, split.train) };
    const tuned = split.validation.length > 0;
    const why = leftOutBecause(shown) ?? (tuned ? null : 'none of its rows would tune the model');
    return { recipe, taught, leftOut: recipe === 'union' ? null : why };
  });
}

const absent = (name: string, kind: Candidate['kind'], leftOut: string): Candidate => ({
  name,
  kind,
  trainingRows: null,
  leftOut,
  comparison: null,
  passed: null,
});

/** Fits and compares the candidates that learn. */
async function contestOfRecipes(
  context: Context,
  ground: Ground,
  champion: Answering,
): Promise<readonly (Contender | Candidate)[]> {
  const found: (Contender | Candidate)[] = [];
  for (const { recipe, taught, leftOut } of planRecipes(ground)) {
    if (leftOut !== null) {
      found.push(absent(recipe, recipe, leftOut));
      continue;
    }
    context.progress({ kind: 'step', message: `training ${recipe} on ${taught.rows.length} rows` });
    const challenger = await fitChallenger(context, ground, taught);
    const { metric } = challenger.fit;
    const comparison = await withAnswers(ground, challenger, (model) =>
      compareIn(context, ground, [champion, model], metric, 'recent'),
    );
    if (comparison === null) found.push(absent(recipe, recipe, 'no row judges'));
    else
      found.push({
        name: recipe,
        kind: recipe,
        comparison,
        challenger: judgedAgainst(ground, challenger, comparison),
      });
  }
  return found;
}

/** Bundles that served before the champion, newest first. Where nothing is deployed none can come back. */
async function earlierOf(
  { store }: Context,
  name: string,
  champion: Champion,
): Promise<readonly { readonly version: number | null; readonly digest: string }[]> {
  const served = (await store.refHistory(deploymentRef(name))).map(({ value }) => parseServed(value));
  const newest = new Map(served.map((each) => [each.digest, each]));
  newest.delete(champion.bundle.digest);
  return [...newest.values()].reverse().slice(0, mostEarlier);
}

/** Why an earlier champion cannot be compared here, or null. */
async function unfitBecause(
  context: Context,
  { pipeline, gathered, task }: Ground,
  { bundle }: NamedBundle,
): Promise<string | null> {
  const { manifest } = bundle;
  if (manifest.task.kind !== task.kind || manifest.label !== pipeline.label.column)
    return 'it answers another question';
  if (!agreeOnHistory(gathered.schema.history, readBundleSchema(bundle).history))
    return 'it was trained with another features.history';
  const lacking = manifest.inputs.find(({ name }) => !gathered.rows.table.columns.has(name));
  if (lacking !== undefined) return `its column ${lacking.name} is not there any more`;
  const known = await fittedIdentities(context, pipeline, bundle.digest);
  const both = [...gathered.judges].filter((id) => known.has(id)).length;
  return both > mostKnown * gathered.judges.size ? `it was fitted on ${both} of the rows that judge` : null;
}

/** Compares an earlier champion as it is. */
async function compareEarlier(
  context: Context,
  ground: Ground,
  champion: Answering,
  earlier: { readonly version: number | null; readonly digest: string },
): Promise<Contender | Candidate> {
  const { pipeline, task } = ground;
  const name = `${pipeline.name}@${earlier.version ?? earlier.digest.slice(0, 12)}`;
  try {
    const bundle = await loadBundle(context.store, earlier.digest);
    const named: NamedBundle = { bundle, name: pipeline.name, version: earlier.version };
    const unfit = await unfitBecause(context, ground, named);
    if (unfit !== null) return absent(name, 'earlier', unfit);
    const { predictor } = await openPredictor(context, named, pipeline.model.backend);
    try {
      const { metric } = withMetrics(pipeline, task).evaluation;
      const models = [champion, answeringBundle(predictor)] as const;
      const comparison = await compareIn(context, ground, models, metric, 'recent');
      return comparison === null
        ? absent(name, 'earlier', 'no row judges')
        : { name, kind: 'earlier', comparison, named };
    } finally {
      predictor.dispose();
    }
  } catch (error) {
    // A bundle that is damaged or gone takes no part; the others do.
    if (!(error instanceof AiengError) || error.code === 'interrupted') throw error;
    return absent(name, 'earlier', error.message);
  }
}

const isContender = (each: Contender | Candidate): each is Contender => !('leftOut' in each);
const passes = (contender: Contender): boolean =>
  contender.kind === 'earlier' || contender.challenger.fit.verdict.passed;

const toldOf = (each: Contender | Candidate): Candidate =>
  isContender(each)
    ? {
        name: each.name,
        kind: each.kind,
        trainingRows: each.kind === 'earlier' ? null : each.challenger.taught.rows.length,
        leftOut: null,
        comparison: each.comparison,
        passed: each.kind === 'earlier' ? null : each.challenger.fit.verdict.passed,
      }
    : each;

/** The best of those that passed their gates, or else of all: it then tells which gate failed. */
function bestAmong(contenders: readonly Contender[]): Contender | undefined {
  const able = contenders.filter(passes);
  const among = able.length > 0 ? able : contenders;
  return among[bestOf(among.map(({ comparison }) => comparison))] ?? among[0];
}

async function comparedOnSource(
  context: Context,
  ground: Ground,
  champion: Answering,
  best: Contender,
): Promise<Comparison | null> {
  const { metric } = best.comparison;
  if (best.kind !== 'earlier')
    return withAnswers(ground, best.challenger, (model) =>
      compareIn(context, ground, [champion, model], metric, 'source'),
    );
  const { predictor } = await openPredictor(context, best.named, ground.pipeline.model.backend);
  try {
    const models = [champion, answeringBundle(predictor)] as const;
    return await compareIn(context, ground, models, metric, 'source');
  } finally {
    predictor.dispose();
  }
}

/** Compares all that could take the champion's place with it, on rows that none of them has seen. */
export async function holdContest(context: Context, ground: Ground, champion: Champion): Promise<Contest> {
  const { pipeline } = ground;
  const { predictor } = await openPredictor(context, champion, pipeline.model.backend);
  try {
    const serving = answeringBundle(predictor);
    const found = [...(await contestOfRecipes(context, ground, serving))];
    for (const earlier of await earlierOf(context, pipeline.name, champion))
      found.push(await compareEarlier(context, ground, serving, earlier));
    const contenders = found.filter(isContender);
    const best = bestAmong(contenders);
    if (best === undefined) throw new RangeError('nothing was compared');
    return {
      candidates: found.map(toldOf),
      best,
      onSource: await comparedOnSource(context, ground, serving, best),
      compared: contenders.length,
    };
  } finally {
    predictor.dispose();
  }
}
