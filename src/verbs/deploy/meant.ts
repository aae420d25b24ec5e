import { usageError } from '../../errors.ts';
import { loadBundle } from '../../packaging/keep.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { pipelineOf } from '../../project/deployment/pipelineOf.ts';
import { secondNow } from '../../project/deployment/second.ts';
import type { SecondBundle } from '../../project/deployment/second.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { DeployOptions } from './options.ts';

/** What is to serve when the command is done. */
export interface Meant {
  /** What the command is about: it is taken in, and the result names it. */
  readonly named: NamedBundle;
  /** The version in charge; null: `named`. */
  readonly first: NamedBundle | null;
  readonly second: SecondBundle | null;
  /** What is done otherwise than the words of the command say, and why. */
  readonly told: readonly string[];
}

const defaultShare = 0.1;

/** What is to be deployed: the argument, or the newest version of the pipeline that passed its gates. */
async function wanted(context: Context, options: DeployOptions): Promise<NamedBundle> {
  if (options.bundle !== undefined) return resolveBundle(context, options.bundle);
  const pipeline = await openPipeline(context, options.pipeline);
  return resolveBundle(context, pipeline.name);
}

/** @throws usage error (exit 2) where nothing is in charge that another bundle could run beside. */
async function inCharge(context: Context, name: string, role: string): Promise<NamedBundle> {
  const served = await deployedBundle(context, name);
  if (served !== null)
    return { bundle: await loadBundle(context.store, served.digest), name, version: served.version };
  throw usageError({
    code: 'second-without-first',
    message: `Nothing is deployed as ${name} that a ${role} could run beside.`,
    hint: `Run \`aieng deploy ${name}\` first.`,
  });
}

/** What takes part beside the version in charge takes its place. */
async function promoted(context: Context, { bundle, pipeline }: DeployOptions): Promise<Meant> {
  const name = bundle ?? (await openPipeline(context, pipeline)).name;
  const second = await secondNow(context, name);
  if (second !== null) return { named: second.named, first: null, second: null, told: [] };
  throw usageError({
    code: 'nothing-to-promote',
    message: `Nothing runs as a canary or shadow of ${name}.`,
    hint: `\`aieng deploy ${name}@<version> --canary 10%\` starts one; \`aieng status\` shows what runs.`,
  });
}

/** What a command without `--canary`, `--shadow` and `--promote` means where something takes part beside the version in charge. */
async function plain(context: Context, found: NamedBundle, isByNameAlone: boolean): Promise<Meant> {
  const { name, bundle } = found;
  const nothingBeside = { named: found, first: null, second: null, told: [] };
  const second = await secondNow(context, name);
  if (second === null) return nothingBeside;
  const shown = `${name}@${second.named.version ?? second.named.bundle.digest.slice(0, 12)}`;
  const served = await deployedBundle(context, name);
  if (served?.digest === bundle.digest)
    return { ...nothingBeside, second, told: [`${shown} stays beside it as a ${second.role}.`] };
  if (!isByNameAlone || second.named.bundle.digest !== bundle.digest) {
    const isIt = second.named.bundle.digest === bundle.digest;
    return { ...nothingBeside, told: isIt ? [] : [`${shown} is no ${second.role} any more.`] };
  }
  // Whoever names no version does not mean to judge the canary: a nightly `deploy` must not end it.
  const first = await inCharge(context, name, second.role);
  const told = `${shown} is the newest version, and a ${second.role}: it stays one. \`aieng deploy ${name} --promote\` lets it take over.`;
  return { named: first, first: null, second, told: [told] };
}

/**
 * What a command means by its words and by what runs.
 *
 * @throws usage error (exit 2) where there is nothing to promote, or nothing to run beside.
 */
export async function meantBy(context: Context, options: DeployOptions): Promise<Meant> {
  if (options.promote === true) return promoted(context, options);
  const found = await wanted(context, options);
  const { name } = found;
  if (options.beside === undefined)
    return plain(context, found, options.bundle === undefined || options.bundle === name);
  const { role } = options.beside;
  const pipeline = await pipelineOf(context, name);
  const usual = role === 'shadow' ? 1 : (pipeline?.deploy.canary.share ?? defaultShare);
  const share = options.beside.share ?? usual;
  const first = await inCharge(context, name, role);
  return { named: found, first, second: { named: found, role, share }, told: [] };
}
