import type { ReproduceOptions } from './options.ts';
import type { ReproduceResult } from './result.ts';
import { join } from 'node:path';
import { codeParts } from '../../cascade/key.ts';
import { lineageOfBundle } from '../../cascade/lineage.ts';
import type { BundleLineage } from '../../cascade/lineage.ts';
import { scriptWorld } from '../../cascade/script/world.ts';
import type { Tools } from '../../cascade/stage.ts';
import { featurizeAgain } from '../../cascade/stages/featurize.ts';
import { packageAgain } from '../../cascade/stages/package.ts';
import { trainAgain } from '../../cascade/stages/train.ts';
import { changedParts } from '../../cascade/staleness.ts';
import { discard, makeFolder } from '../../disk/durable.ts';
import { temporaryName } from '../../disk/temporary.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { familiesConcerned } from '../../modeling/concerned.ts';
import { loadBundle } from '../../packaging/keep.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { codeOfBundle, loadAllowedCode, loadCode } from '../../project/trust/allowedCode.ts';
import { versionedName } from '../../project/trust/attachments.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import { openStore, overlaid } from '../../store/index.ts';
import type { Store } from '../../store/store.ts';
import type { TrainOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { recordedFiles, recordedScript, requireConsent } from './consent.ts';
import { fileDifferences } from './differences.ts';

type Stages = ReproduceResult['stages'];

/** @throws a usage error where something that the training was made of is gone from the store */
async function requireObjects(
  { store }: Context,
  { stages: { ingest, train } }: BundleLineage,
): Promise<void> {
  const { snapshot } = outputOf.ingest(ingest);
  const script = recordedScript(train);
  const wanted: readonly (readonly [what: string, digest: string])[] = [
    ['the rows of the snapshot', snapshot.parquet],
    ['the row schema', snapshot.schemaDigest],
    ...(script === null ? [] : Object.entries(script.files)),
  ];
  for (const [what, digest] of wanted)
    if (!(await store.has(digest)))
      throw usageError({
        code: 'lineage-gone',
        message: `${what} (${digest.slice(0, 12)}) is gone from the store: the training cannot be repeated.`,
        hint: 'Bring the store back from a copy, or name a newer version.',
      });
}

/** The program of the project as it was recorded, whatever the project has now. */
async function worldOf(
  context: Context,
  name: string,
  lineage: BundleLineage,
  allowCode: boolean,
): Promise<ScriptWorld> {
  const world = scriptWorld(context, name);
  const recorded = recordedScript(lineage.stages.train);
  if (recorded === null) return world;
  await requireConsent(context, name, recorded, world, allowCode);
  const files = await recordedFiles(context, recorded);
  return { ...world, files: () => Promise.resolve(files), image: () => Promise.resolve(recorded.image) };
}

/** Own transforms of a bundle as JavaScript, loaded where that was allowed; null where it has none. */
async function ownCodeOf(context: Context, named: NamedBundle, allowCode: boolean): Promise<string | null> {
  const code = codeOfBundle(named.bundle);
  if (code === null) return null;
  if (allowCode) loadCode(code.digest, code.javascript, versionedName(named));
  else await loadAllowedCode(context, named);
  return new TextDecoder().decode(code.javascript);
}

/** What of aieng and this machine is another one than it was when a stage was recorded. */
function changedHere(
  { environment }: Context,
  { stages }: BundleLineage,
  trained: TrainOutput,
): readonly string[] {
  const families = familiesConcerned(trained.model.family);
  return (['featurize', 'train', 'package'] as const).flatMap((name) => {
    const { parts } = stages[name];
    const now = codeParts(environment, name, name === 'featurize' ? [] : families);
    const then = Object.fromEntries(
      Object.keys(now).flatMap((part) => (part in parts ? [[part, parts[part]!]] : [])),
    );
    const known = Object.fromEntries(Object.entries(now).filter(([part]) => part in then));
    return changedParts(then, known).map((change) => `${name}: ${change}`);
  });
}

/** Computes each stage once more in a store of its own. */
async function again(
  context: Context,
  lineage: BundleLineage,
  { scripts, javascript }: { readonly scripts: ScriptWorld; readonly javascript: string | null },
  tools: Tools,
): Promise<{ readonly stages: Stages; readonly trained: TrainOutput; readonly bundle: string | null }> {
  const { environment } = context;
  const { ingest, featurize, train, package: packaging } = lineage.stages;
  const { snapshot } = outputOf.ingest(ingest);
  const stages: Stages[number][] = [];
  const timed = async <Made extends { readonly digest: string }>(
    name: Stages[number]['name'],
    recorded: string,
    work: Promise<Made>,
  ): Promise<Made> => {
    context.progress({ kind: 'step', message: `${name} once more` });
    const from = environment.elapsed();
    const made = await work;
    const durationMs = Math.round(environment.elapsed() - from);
    stages.push({ name, same: made.digest === recorded, recorded, now: made.digest, durationMs });
    return made;
  };
  const featurized = await timed(
    'featurize',
    featurize.digest,
    featurizeAgain(featurize.parts, { snapshot, javascript }, tools),
  );
  const written = { file: '', places: {} };
  const reach = { snapshot, featurized: featurized.output, scripts, written };
  const trained = await timed('train', train.digest, trainAgain(train.parts, reach, tools));
  if (trained.exitCode !== exitCodes.ok) {
    stages.push({ name: 'package', same: false, recorded: packaging.digest, now: null, durationMs: 0 });
    return { stages, trained: trained.output, bundle: null };
  }
  const given = {
    snapshot,
    featurized: featurized.output,
    trained: trained.output,
    now: () => environment.now(),
  };
  const packaged = await timed('package', packaging.digest, packageAgain(packaging.parts, given, tools));
  return { stages, trained: trained.output, bundle: packaged.output.bundle };
}

/** Is the figure where the recorded one may lie by the chance of its rows? */
function metricOf(before: TrainOutput, now: TrainOutput): ReproduceResult['metric'] {
  const name = before.metric;
  const interval = before.evaluation.intervals[name];
  return {
    name,
    recorded: before.evaluation.metrics[name] ?? Number.NaN,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    now: now.evaluation.metrics[name] ?? Number.NaN,
  };
}

function stateOf(
  stages: Stages,
  isScript: boolean,
  { low, high, now }: ReproduceResult['metric'],
): ReproduceResult['state'] {
  if (stages.every(({ same }) => same)) return 'same';
  const isFirst = stages.every(({ name, same }) => same || name !== 'featurize');
  return isScript && isFirst && low !== null && high !== null && now >= low && now <= high
    ? 'alike'
    : 'differs';
}

const filesOf = ({
  files,
}: {
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
}): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, { sha256 }]) => [path, sha256]));

/** The outcome: what was made beside what was recorded. */
async function compared(
  context: Context,
  named: NamedBundle,
  lineage: BundleLineage,
  store: Store,
  made: Awaited<ReturnType<typeof again>>,
): Promise<Outcome<ReproduceResult>> {
  const { digest, manifest } = named.bundle;
  const before = outputOf.train(lineage.stages.train);
  const differences =
    made.bundle === null
      ? await fileDifferences(before.model.files, made.trained.model.files, (object) => store.get(object))
      : await fileDifferences(
          filesOf(manifest),
          filesOf((await loadBundle(store, made.bundle)).manifest),
          (object) => store.get(object),
        );
  const metric = metricOf(before, made.trained);
  const state = stateOf(made.stages, before.script !== undefined, metric);
  const { run } = lineage;
  return {
    pipeline: named.name,
    exitCode: state === 'differs' ? exitCodes.gateFailed : exitCodes.ok,
    bundle: digest,
    ...(named.version === null ? {} : { version: named.version }),
    warnings:
      state === 'alike'
        ? [`The script does not give the same twice: ${versionedName(named)} was compared by ${metric.name}.`]
        : [],
    result: {
      bundle: digest,
      state,
      stages: made.stages,
      differences,
      metric,
      recorded: {
        run: run.runId,
        at: run.startedAt,
        commit: run.git?.commit ?? null,
        dirty: run.git?.dirty ?? false,
        aieng: run.environment.aieng,
        platform: run.environment.platform,
      },
      changed: changedHere(context, lineage, before),
    },
  };
}

/**
 * Computes a bundle once more from what was written down of its making, in a store of its own that is thrown away, and compares
 * the two byte by byte.
 *
 * @throws a usage error where its lineage is not known or gone, or it ran a program that is not the project's present one
 */
export async function reproduce(
  context: Context,
  options: ReproduceOptions,
): Promise<Outcome<ReproduceResult>> {
  const named = await resolveBundle(context, options.bundle);
  const lineage = await lineageOfBundle(context, named.name, named.bundle.digest);
  await requireObjects(context, lineage);
  const own = {
    scripts: await worldOf(context, named.name, lineage, options.allowCode),
    javascript: await ownCodeOf(context, named, options.allowCode),
  };
  const { environment, progress, signal } = context;
  const folder = join(await context.store.folder('tmp'), temporaryName(environment));
  await makeFolder(folder);
  try {
    const store = overlaid(context.store, await openStore({ folder, environment }));
    const tools: Tools = { store, progress, signal, held: {}, threads: environment.host.cpus };
    const made = await again(context, lineage, own, tools);
    return await compared(context, named, lineage, store, made);
  } finally {
    await discard(folder);
  }
}
