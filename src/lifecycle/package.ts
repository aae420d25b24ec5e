import { relative, resolve } from 'node:path';
import { writeWholeFile } from '../store/index.ts';
import { bundleFolder } from './bundles.ts';
import { loadBundle, writeTar } from '../packaging/index.ts';
import type { CascadeResult } from './cascade.ts';
import { cascade } from './cascade.ts';
import { cascadeOutcome } from './cascadeOutcome.ts';
import type { Context } from './context.ts';
import type { Outcome } from './outcome.ts';
import { outputOf } from './stageOutput.ts';
import { stoppedBefore } from './stopped.ts';
import type { PackageOptions, PackageResult } from './verbs.ts';

/** What a cascade up to package made, with its folder and, if asked for, its tar. */
export async function packaged(
  context: Context,
  done: CascadeResult,
  output: string | undefined,
): Promise<PackageResult> {
  const record = done.records.package;
  if (record === undefined) throw stoppedBefore(done, 'package');
  const { name, version, bundle: digest, files } = outputOf.package(record);
  const bundle = await loadBundle(context.store, digest);
  // A version that was lost (a damaged file that had to be deleted) is claimed again; it is there otherwise.
  await context.store.claimExactVersion(name, version, digest);
  const tar = output === undefined ? null : resolve(context.environment.cwd, output);
  if (tar !== null) await writeWholeFile(tar, await writeTar(bundle, version), context.environment);
  const folder = await bundleFolder(context, bundle);
  return {
    name,
    version,
    digest,
    existed: done.stages.at(-1)?.state === 'cached' || outputOf.package(record).existed,
    path: relative(context.environment.cwd, folder),
    tar: tar === null ? null : relative(context.environment.cwd, tar),
    files,
  };
}

/** A candidate that passed its gates → a versioned, verifiable bundle. Exit 4 when it did not pass. */
export async function packageModel(
  context: Context,
  options: PackageOptions,
): Promise<Outcome<PackageResult>> {
  const done = await cascade(context, 'package', options);
  const result = await packaged(context, done, options.output);
  return { ...cascadeOutcome(done), result };
}
