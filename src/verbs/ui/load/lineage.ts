import { lineageOfBundle } from '../../../cascade/lineage.ts';
import type { BundleLineage } from '../../../cascade/lineage.ts';
import { AiengError, usageError } from '../../../errors.ts';
import type { Context } from '../../../project/context.ts';
import { aliasesOf } from '../../../project/versions/aliases.ts';
import { deploymentNames } from '../../../project/deployment/underDeploymentLock.ts';
import { isDigest } from '../../../store/names.ts';
import { readImages } from '../../../tracking/images.ts';
import { deployedBundle, deploymentRef, parseServed } from '../../../tracking/served.ts';
import { outputOf, readStage } from '../../../tracking/stages.ts';
import type { Asked } from '../../../ui/page.ts';
import type { LineageFacts } from '../../../ui/pages/lineage/facts.ts';
import type { VersionsFacts } from '../../../ui/pages/lineage/versions.tsx';
import { manifestOf } from './quality.ts';
import type { Reading } from './reading.ts';
import type { Made } from './retrained.ts';
import { nothingMade, retrainedOf } from './retrained.ts';

const mostVersions = 50;

/** When a bundle served, newest first. */
async function servedOf(context: Context, bundle: string): Promise<LineageFacts['served']> {
  const periods: LineageFacts['served'][number][] = [];
  for (const deployment of await deploymentNames(context)) {
    const history = await context.store.refHistory(deploymentRef(deployment));
    for (const [place, { value, at, why }] of history.entries())
      if (parseServed(value).digest === bundle)
        periods.push({ deployment, from: at, until: history[place + 1]?.at ?? null, why });
  }
  return periods.toSorted((left, right) => right.from - left.from);
}

async function checksOf(context: Context, { run }: BundleLineage): Promise<LineageFacts['checks']> {
  const key = run.outputs['validate']?.key;
  const record = key === undefined ? undefined : await readStage(context, 'validate', key);
  if (record === undefined) return null;
  const { findings } = outputOf.validate(record);
  return {
    errors: findings.filter(({ severity }) => severity === 'error').length,
    warnings: findings.filter(({ severity }) => severity !== 'error').length,
    first: findings.map(({ message }) => message),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const mostImages = 200;

/** Images of a bundle, newest first, as far as they are on record. */
async function imagesOf(context: Context, bundle: string): Promise<LineageFacts['images']> {
  const { records } = await readImages(context, mostImages);
  return records
    .filter(({ content }) => content.bundle === bundle)
    .map(({ content: { image, reference, base, variant, platform, at, pushed } }) => ({
      ...{ image, reference, variant, platform, at, pushed },
      base: base.name,
    }));
}

/** What the stages that made it wrote down. */
async function madeOf(context: Context, lineage: BundleLineage): Promise<Made> {
  const { run, stages } = lineage;
  const { snapshot } = outputOf.ingest(stages.ingest);
  const features = outputOf.featurize(stages.featurize);
  const { model, evaluation, metric, verdict, because } = outputOf.train(stages.train);
  const interval = evaluation.intervals[metric];
  return {
    run: {
      id: run.runId,
      command: run.command,
      at: run.startedAt,
      commit: run.git?.commit ?? null,
      dirty: run.git?.dirty ?? false,
    },
    source: {
      files: snapshot.files,
      parts: Object.entries(stages.ingest.parts).map(([name, value]) => [name, textOf(value)] as const),
    },
    snapshot: {
      digest: snapshot.digest,
      rows: snapshot.rows,
      columns: snapshot.columns,
      quarantined: snapshot.quarantined,
    },
    checks: await checksOf(context, lineage),
    features: { digest: stages.featurize.digest, inputs: features.inputs, ...features.rows },
    model: {
      family: model.family,
      metric,
      value: interval?.value ?? evaluation.metrics[metric] ?? null,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      passed: verdict.passed,
      sentence: verdict.sentence,
      parameters: model.parameters,
      because,
    },
    files: outputOf.package(stages.package).files,
    retrained: null,
  };
}

/** Where a bundle comes from and where it went. */
export async function loadLineage({ context }: Reading, { params }: Asked): Promise<LineageFacts> {
  const bundle = params['bundle'] ?? '';
  const manifest = isDigest(bundle) ? await manifestOf(context, bundle) : null;
  if (manifest === null)
    throw usageError({
      code: 'bundle-unknown',
      message: `There is no bundle ${bundle.slice(0, 12)} in this store, or it is damaged.`,
      hint: '`aieng verify` says what is; the page Lineage lists those with a version.',
    });
  const { name } = manifest;
  const versions = await context.store.versions(name);
  const version = versions.find(({ digest }) => digest === bundle)?.version ?? null;
  const { now } = await aliasesOf(context, name);
  const about = {
    name,
    bundle,
    version,
    aliases: now.filter((move) => move.version === version).map(({ alias }) => alias),
    served: await servedOf(context, bundle),
    images: await imagesOf(context, bundle),
  };
  try {
    return {
      ...about,
      unknown: null,
      ...(await madeOf(context, await lineageOfBundle(context, name, bundle))),
    };
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    const retrained = await retrainedOf(context, manifest, bundle);
    const files = Object.entries(manifest.files).map(([path, { bytes }]) => ({ path, bytes }));
    if (retrained !== null) return { ...about, ...retrained, files, unknown: null };
    return { ...about, ...nothingMade, files, unknown: `${error.message} ${error.hint}` };
  }
}

/** Every version that there is. */
export async function loadVersions({ context }: Reading): Promise<VersionsFacts> {
  const names = await context.store.versionNames();
  const pipelines = await Promise.all(
    names.map(async (name) => {
      const { versions, all } = await context.store.newestVersions(name, mostVersions);
      const { now } = await aliasesOf(context, name);
      const serving = (await deployedBundle(context, name))?.digest;
      return {
        name,
        more: all - versions.length,
        versions: versions.map(({ version, digest }) => ({
          version,
          digest,
          serves: digest === serving,
          aliases: now.filter((move) => move.version === version).map(({ alias }) => alias),
        })),
      };
    }),
  );
  return { pipelines };
}
