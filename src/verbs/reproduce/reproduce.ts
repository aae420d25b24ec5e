import type { ReproduceOptions } from './options.ts';
import type { ReproduceResult } from './result.ts';
import { join } from 'node:path';
import { codeParts } from '../../cascade/key.ts';
import { lineageOfBundle } from '../../cascade/lineage.ts';
import type { BundleLineage } from '../../cascade/lineage.ts';
import type { Tools } from '../../cascade/stage.ts';
import { featurizeAgain } from '../../cascade/stages/featurize.ts';
import { packageAgain } from '../../cascade/stages/package.ts';
import { trainAgain } from '../../cascade/stages/train.ts';
import { changedParts } from '../../cascade/staleness.ts';
import { discard, makeFolder } from '../../disk/durable.ts';
import { temporaryName } from '../../disk/temporary.ts';
import { exitCodes } from '../../errors.ts';
import { familiesConcerned } from '../../modeling/concerned.ts';
import { loadBundle } from '../../packaging/keep.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import { openStore, overlaid } from '../../store/index.ts';
import type { Store } from '../../store/store.ts';
import type { TrainOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { recordedScript } from './consent.ts';
import { fileDifferences } from './differences.ts';
import { requireObjects } from './objects.ts';
import { ownCodeOf, worldOf } from './ownWorld.ts';
import { retrainedAgain } from './retrained.ts';
import { filesOf, stateOf, toldOf } from './told.ts';
import { readFittedRows } from '../../tracking/fittedRows.ts';

type Stages = ReproduceResult['stages'];

/** What the stages read that is not of their records. */
const wantedBy = ({ ingest, train }: BundleLineage['stages']): Parameters<typeof requireObjects>[1] => {
  const { snapshot } = outputOf.ingest(ingest);
  return [
    ['the rows of the snapshot', snapshot.parquet],
    ['the row schema', snapshot.schemaDigest],
    ...Object.entries(recordedScript(train, null)?.files ?? {}),
  ];
};

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
  const { run } = lineage;
  return toldOf(named, {
    bundle: digest,
    state: stateOf(made.stages, before.script !== undefined, metric),
    stages: made.stages,
    differences,
    metric,
    recorded: {
      run: run.runId,
      at: run.startedAt,
      commit: run.git?.commit ?? null,
      dirty: run.git?.dirty ?? false,
      head: (await context.git())?.commit ?? null,
      aieng: run.environment.aieng,
      platform: run.environment.platform,
    },
    changed: changedHere(context, lineage, before),
  });
}

/** Lets something work in a store of its own, over that of the project, and throws away what it wrote. */
async function inOwnStore<Made>(context: Context, use: (store: Store) => Promise<Made>): Promise<Made> {
  const { environment } = context;
  const folder = join(await context.store.folder('tmp'), temporaryName(environment));
  await makeFolder(folder);
  try {
    return await use(overlaid(context.store, await openStore({ folder, environment })));
  } finally {
    await discard(folder);
  }
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
  const { bundle, name } = named;
  const rows = await readFittedRows(context, bundle.digest);
  if (rows?.retrained !== undefined)
    return retrainedAgain(context, named, { ...rows, retrained: rows.retrained }, options.allowCode, (use) =>
      inOwnStore(context, use),
    );
  const lineage = await lineageOfBundle(context, name, bundle.digest);
  await requireObjects(context, wantedBy(lineage.stages));
  const recorded = recordedScript(lineage.stages.train, lineage.run.git?.commit ?? null);
  const own = {
    scripts: await worldOf(context, name, recorded, options.allowCode),
    javascript: (await ownCodeOf(context, named, options.allowCode))?.javascript ?? null,
  };
  const { environment, progress, signal } = context;
  return inOwnStore(context, async (store) => {
    const tools: Tools = { store, progress, signal, held: {}, threads: environment.host.cpus };
    return compared(context, named, lineage, store, await again(context, lineage, own, tools));
  });
}
