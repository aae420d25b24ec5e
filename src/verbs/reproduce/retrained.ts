import { championOfMaking, findTraffic, winnerAgain } from '../../cascade/challenger/again.ts';
import type { FoundTraffic } from '../../cascade/challenger/again.ts';
import type { Making } from '../../cascade/challenger/making.ts';
import { readMaking } from '../../cascade/challenger/making.ts';
import type { Refitted } from '../../cascade/challenger/winner.ts';
import { codeParts } from '../../cascade/key.ts';
import { changedParts } from '../../cascade/staleness.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { digestOf } from '../../digest.ts';
import { familiesConcerned } from '../../modeling/concerned.ts';
import { readDocument } from '../../packaging/documents.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Store } from '../../store/store.ts';
import type { FittedRows } from '../../tracking/fittedRows.ts';
import type { RecordedScript } from './consent.ts';
import { fileDifferences } from './differences.ts';
import { requireObjects } from './objects.ts';
import { ownCodeOf, worldOf } from './ownWorld.ts';
import type { ReproduceResult } from './result.ts';
import { filesOf, stateOf, toldOf } from './told.ts';

/** A bundle of `retrain`, with what was written down of its making. */
type Retrained = FittedRows & { readonly retrained: NonNullable<FittedRows['retrained']> };

const programOf = ({ pipeline: { model }, script, recorded }: Making): RecordedScript | null =>
  script === null
    ? null
    : {
        script: model.script,
        files: script['script files'],
        programs: script['script programs'] ?? null,
        image: script['script image'],
        commit: recorded.commit,
      };

/** What is fitted, of a bundle's files: the model, and the features that it takes. */
const fittedFiles = (bundle: Bundle): string =>
  digestOf(
    Object.entries(filesOf(bundle.manifest)).filter(
      ([path]) => path.startsWith('model/') || path === 'features.json',
    ),
  );

function metricOf(before: Bundle, now: Bundle): ReproduceResult['metric'] {
  const then = readDocument(before, 'reference.json').performance;
  const figure = then.metrics[then.metric];
  return {
    name: then.metric,
    recorded: figure?.value ?? Number.NaN,
    low: figure?.low ?? null,
    high: figure?.high ?? null,
    now: readDocument(now, 'reference.json').performance.metrics[then.metric]?.value ?? Number.NaN,
  };
}

/** How long each step took, ms; fitted on all rows it is when it is packaged. */
type Timed = Record<'gather' | 'train' | 'package', number>;

function stagesOf(before: Bundle, child: Snapshot, made: Refitted, took: Timed): ReproduceResult['stages'] {
  const step = (
    name: ReproduceResult['stages'][number]['name'],
    recorded: string,
    now: string,
    durationMs: number,
  ): ReproduceResult['stages'][number] => ({ name, same: recorded === now, recorded, now, durationMs });
  return [
    step('gather', child.digest, made.child.digest, took.gather),
    step('train', fittedFiles(before), fittedFiles(made.bundle), took.train),
    step('package', before.digest, made.bundle.digest, took.package),
  ];
}

const examplesTold = 3;

/** What is another one here than it was then: of aieng, and of the logged rows. */
function changedHere(
  { environment }: Context,
  { code, pipeline }: Making,
  { changed }: FoundTraffic,
): string[] {
  const now = codeParts(environment, 'train', familiesConcerned(pipeline.model.family));
  const rows =
    changed.length === 0
      ? []
      : [
          `gather: the label or the inputs of ${changed.length} logged ${changed.length === 1 ? 'row' : 'rows'} (prediction ${changed.slice(0, examplesTold).join(', ')}${changed.length > examplesTold ? ', …' : ''})`,
        ];
  return [...rows, ...changedParts(code, now).map((change) => `train: ${change}`)];
}

/**
 * Makes a bundle of `retrain` once more: the rows of the source as they were, those of the prediction log and their labels as they are
 * now, by the recipe that won.
 *
 * @throws a usage error where rows are gone, with which
 */
export async function retrainedAgain(
  context: Context,
  named: NamedBundle,
  { snapshot: child, retrained }: Retrained,
  allowCode: boolean,
  inOwnStore: <Made>(use: (store: Store) => Promise<Made>) => Promise<Made>,
): Promise<Outcome<ReproduceResult>> {
  const { parent, script = [] } = retrained;
  await requireObjects(context, [
    ['what it was made of', retrained.making],
    ['the rows of the snapshot', parent.parquet],
    ['the row schema', parent.schemaDigest],
    ...script.map((file) => ['a file of the script', file] as const),
  ]);
  const making = await readMaking(context, retrained);
  const champion = await championOfMaking(context, making);
  const found = await findTraffic(context, making, champion);
  const { bundle } = named;
  const program = programOf(making);
  const code = await ownCodeOf(context, named, allowCode);
  const sources = bundle.manifest.transforms?.sources;
  const own = {
    scripts: await worldOf(context, named.name, program, allowCode),
    transforms: code === null || sources === undefined ? null : { ...code, sources },
  };
  return inOwnStore(async (store) => {
    const { environment, progress } = context;
    progress({ kind: 'step', message: 'the winner of retrain once more' });
    const took: Timed = { gather: 0, train: 0, package: 0 };
    let from = environment.elapsed();
    const done = (step: keyof Timed): void => {
      const now = environment.elapsed();
      took[step] = Math.round(now - from);
      from = now;
    };
    if (own.transforms !== null) await store.put(own.transforms.javascript);
    const made = await winnerAgain({ ...context, store }, making, {
      ...{ champion, found, own, parent, done },
      code: bundle.manifest.digests.code,
    });
    done('package');
    const stages = stagesOf(bundle, child, made, took);
    const metric = metricOf(bundle, made.bundle);
    return toldOf(named, {
      bundle: bundle.digest,
      state: stateOf(stages, program !== null, metric),
      stages,
      differences: await fileDifferences(filesOf(bundle.manifest), filesOf(made.bundle.manifest), (object) =>
        store.get(object),
      ),
      metric,
      recorded: { ...making.recorded, head: (await context.git())?.commit ?? null },
      changed: changedHere(context, making, found),
    });
  });
}
