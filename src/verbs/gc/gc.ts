import { join } from 'node:path';
import { removeUnchanged } from '../../disk/folder.ts';
import { temporaryName } from '../../disk/temporary.ts';
import { AiengError, exitCodes } from '../../errors.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import { listPipelines } from '../../pipeline/load.ts';
import { championOf } from '../../project/champion.ts';
import type { Context } from '../../project/context.ts';
import { expireTraffic, lookAtExpired } from '../../project/expireTraffic.ts';
import { labelledQuery } from '../../project/labelledTraffic.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { planCollection, youngMs } from '../../project/collection/collection.ts';
import type { Collection, FileFact, StoreFacts } from '../../project/collection/collection.ts';
import { readFacts } from '../../project/collection/facts.ts';
import type { GcOptions } from './options.ts';
import type { GcResult } from './result.ts';

const examplesShown = 5;

/** Lets predictions expire in the log of each pipeline that opens and has a model, or only says which; the others are told. */
async function expireAll(
  context: Context,
  warnings: string[],
  dryRun: boolean,
): Promise<GcResult['expired']> {
  const expired: GcResult['expired'][number][] = [];
  for (const { name } of await listPipelines(context.root)) {
    await heedInterruption(context);
    try {
      const pipeline = await openPipeline(context, name);
      const { bundle } = await championOf(context, pipeline);
      const query = await labelledQuery(context, pipeline, bundle);
      const went = dryRun
        ? await lookAtExpired(context, pipeline, query)
        : await expireTraffic(context, pipeline, readBundleSchema(bundle), query);
      if (went.segments > 0) expired.push({ pipeline: name, ...went });
    } catch (error) {
      if (!(error instanceof AiengError) || error.exitCode === exitCodes.interrupted) throw error;
      // A pipeline without a model has no log.
      if (error.code !== 'no-champion')
        warnings.push(`The log of ${name} was left as it is: ${error.message}`);
    }
  }
  return expired;
}

/** What went of what was to go. */
type Going = Pick<Collection, 'objects' | 'bundleFolders' | 'images' | 'blobs' | 'temporaries' | 'reports'>;

async function remove(context: Context, root: string, plan: Collection, now: number): Promise<Going> {
  const each = async <Fact>(
    facts: readonly Fact[],
    take: (fact: Fact) => Promise<boolean>,
  ): Promise<readonly Fact[]> => {
    const gone: Fact[] = [];
    for (const fact of facts) {
      await heedInterruption(context);
      if (await take(fact)) gone.push(fact);
    }
    return gone;
  };
  const file = ({ path, at }: FileFact): Promise<boolean> =>
    removeUnchanged(join(root, path), at, join(root, 'tmp', temporaryName(context.environment)));
  const { store } = context;
  return {
    temporaries: await each(plan.temporaries, file),
    reports: await each(plan.reports, (report) =>
      report.record === null ? file(report) : store.removeRecord(report.record.kind, report.record.id),
    ),
    bundleFolders: await each(plan.bundleFolders, file),
    images: await each(plan.images, file),
    blobs: await each(plan.blobs, file),
    objects: await each(plan.objects, ({ digest }) => store.removeObject(digest, now - youngMs)),
  };
}

const sum = (of: readonly { readonly bytes: number }[]): number =>
  of.reduce((total, { bytes }) => total + bytes, 0);

function told(going: Going): GcResult['removed'] {
  const files = (kind: GcResult['removed'][number]['kind'], of: readonly FileFact[]) => ({
    kind,
    count: of.length,
    bytes: sum(of),
    examples: of.slice(0, examplesShown).map(({ path }) => path),
  });
  const objects = going.objects.map(({ digest, ...fact }) => ({
    ...fact,
    path: `objects/${digest.slice(0, 2)}/${digest}`,
  }));
  return [
    files('object', objects),
    files('bundle-folder', going.bundleFolders),
    files('image', going.images),
    files('image-layer', going.blobs),
    files('temporary', going.temporaries),
    files('report', going.reports),
  ];
}

function keptBy({ kept }: Collection, { objects }: StoreFacts): GcResult['kept'] {
  const reasons = [...new Set(kept.values())].sort();
  return reasons.map((why) => {
    const of = objects.filter(({ digest }) => kept.get(digest) === why);
    return { why, count: of.length, bytes: sum(of) };
  });
}

/**
 * Removes from the store what nobody needs: a plan over what is there, then each thing of it, looked at once more right
 * before it goes. No lock is taken that a writer waits for.
 */
export async function gc(context: Context, { dryRun = false }: GcOptions): Promise<Outcome<GcResult>> {
  const warnings: string[] = [];
  const expired = await expireAll(context, warnings, dryRun);
  const { root, facts } = await readFacts(context);
  const now = context.environment.now();
  const plan = planCollection(facts, now);
  if (plan.held.length > 0)
    warnings.push(
      `No object, bundle folder or image was removed: ${plan.held.length} ${plan.held.length === 1 ? 'thing' : 'things'} of the store cannot be read and may refer to any. The first: ${plan.held[0]!} \`aieng doctor --repair\` gives back what it can, and says what to do.`,
    );
  const going = dryRun ? plan : await remove(context, root, plan, now);
  return {
    exitCode: exitCodes.ok,
    warnings,
    result: { dryRun, removed: told(going), kept: keptBy(plan, facts), expired, held: plan.held },
  };
}
