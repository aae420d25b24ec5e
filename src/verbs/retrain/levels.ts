import type { Attempt } from './attempt.ts';
import type { Challenger } from '../../cascade/challenger/challenger.ts';
import type { RetrainResult } from './result.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';
import { readDocument } from '../../packaging/documents.ts';
import { loadBundle } from '../../packaging/index.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { acceptBecause, bestLevel, decideNorm } from '../../retraining/index.ts';
import type { Level } from '../../retraining/index.ts';
import type { ReferenceInForce } from '../../project/observation/reference.ts';
import { acceptReference, referenceOf } from '../../project/observation/reference.ts';
import { deploymentRef, parseServed } from '../../tracking/served.ts';

/** Bundles that are looked back at for the best level that was served. */
const looksBack = 20;

/** A level that was served, and the reference that it is of. */
interface Served {
  readonly level: Level;
  readonly inForce: ReferenceInForce;
}

/** Digests of what was in charge, newest first: what was deployed, or the versions where nothing was. */
async function inCharge({ context: { store }, pipeline: { name } }: Attempt): Promise<readonly string[]> {
  const served = (await store.refHistory(deploymentRef(name))).map(({ value }) => parseServed(value).digest);
  const all = served.length > 0 ? served : (await store.versions(name)).map(({ digest }) => digest);
  return [...new Set(all.reverse())].slice(0, looksBack);
}

/**
 * The levels that this pipeline served at, by its metric, since a population was accepted as the new one: what was better
 * in another world is no level to go back to.
 */
async function servedLevels(attempt: Attempt, metric: string): Promise<readonly Served[]> {
  const { context, pipeline, champion } = attempt;
  const found: Served[] = [];
  for (const digest of [champion.bundle.digest, ...(await inCharge(attempt))]) {
    const bundle =
      digest === champion.bundle.digest ? champion.bundle : await loadBundle(context.store, digest);
    const inForce = await referenceOf(context, pipeline.name, bundle);
    const level = inForce.reference.performance.metrics[metric];
    if (level !== undefined) found.push({ level, inForce });
    const { accepted } = inForce;
    if (accepted !== null && (accepted.by === 'person' || accepted.seen.length > 0)) break;
  }
  return found;
}

/** The best level that this pipeline ever served at by what its bundles say of themselves, in whatever world that was. */
export async function bestEverServed(attempt: Attempt, metric: string): Promise<Level | undefined> {
  const { context, champion } = attempt;
  const levels: Level[] = [];
  for (const digest of new Set([champion.bundle.digest, ...(await inCharge(attempt))])) {
    const bundle =
      digest === champion.bundle.digest ? champion.bundle : await loadBundle(context.store, digest);
    const level = readDocument(bundle, 'reference.json').performance.metrics[metric];
    if (level !== undefined) levels.push(level);
  }
  return bestLevel(metric, levels);
}

/**
 * Why the present population becomes the champion's reference, where nothing better is to be had and that stands on record
 * from now on; null where the reference stays.
 */
export async function acceptPresent(
  attempt: Attempt,
  comparison: Comparison,
  failingSince: number | null,
): Promise<string | null> {
  const { context, pipeline, champion, observation, startedAt } = attempt;
  const { reference: inForce } = await referenceOf(context, pipeline.name, champion.bundle);
  const seen = observation.report.alarms.filter(({ kind }) => kind !== 'health');
  const because = acceptBecause({
    comparison,
    reference: inForce.performance.metrics[comparison.metric]?.value ?? null,
    maxWorsening: pipeline.monitor.performance.max_worsening,
    alarms: {
      drift: seen.some(({ kind }) => kind !== 'performance'),
      performance: seen.some(({ kind }) => kind === 'performance'),
    },
    failingForMs: startedAt - (failingSince ?? startedAt),
  });
  if (because === null) return null;
  const { reference, scored, from } = await observation.present();
  await acceptReference(context, pipeline.name, {
    by: 'retrain',
    why: because,
    seen: seen.map(({ kind, message }) => ({ kind, message })),
    bundle: champion.bundle,
    reference,
    scored,
    from,
  });
  return because;
}

/**
 * What the promotion of a challenger promises, and whether monitoring is to judge by it. Where it is not, the best level
 * that was served is put in force for the new bundle, on record.
 */
export async function levelOf(
  attempt: Attempt,
  { fit }: Challenger,
  bundle: Bundle,
): Promise<RetrainResult['level']> {
  const { context, pipeline } = attempt;
  const { metric, evaluation } = fit;
  const next = evaluation.intervals[metric];
  if (next === undefined) return null;
  const served = await servedLevels(attempt, metric);
  const best = bestLevel(
    metric,
    served.map(({ level }) => level),
  );
  const norm = decideNorm(metric, best, next);
  const from = served.find(({ level }) => level === best);
  if (!norm.moves && from !== undefined) {
    const { reference, scored } = from.inForce;
    const own = readDocument(bundle, 'reference.json');
    await acceptReference(context, pipeline.name, {
      by: 'retrain',
      why: norm.because,
      seen: [],
      bundle,
      reference: { ...own, performance: reference.performance },
      scored,
      from: null,
    });
  }
  return { metric, ...next, best: best?.value ?? null, ...norm };
}
