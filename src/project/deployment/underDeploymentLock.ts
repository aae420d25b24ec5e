import { usageError } from '../../errors.ts';
import { deploymentRef } from '../../tracking/served.ts';
import { nearest } from '../../suggest.ts';
import type { Context } from '../context.ts';
import { settleServed } from './settle.ts';
import { openPipeline } from '../openPipeline.ts';

/** Names of everything that was ever deployed here. */
export async function deploymentNames({ store }: Pick<Context, 'store'>): Promise<readonly string[]> {
  const prefix = deploymentRef('');
  return (await store.refs(prefix)).map((ref) => ref.slice(prefix.length));
}

/** @throws usage error (exit 2), with what may have been meant, for a name that nothing was ever deployed under. */
export async function knownDeployment(context: Pick<Context, 'store'>, name: string): Promise<string> {
  const names = await deploymentNames(context);
  if (names.includes(name)) return name;
  throw unknownDeployment(name, names);
}

/** Nothing is known here under that name: what there is, and what may have been meant. */
export function unknownDeployment(name: string, names: readonly string[]): Error {
  const [bare = name] = name.split('@');
  const meant = nearest(bare, names);
  const version =
    bare === meant && bare !== name
      ? ` A deployment is named without a version; \`aieng deploy ${name}\` puts that one to work.`
      : '';
  return usageError({
    code: 'not-deployed',
    message: `${name} was never deployed here${names.length === 0 ? '' : ` (there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 10).join(', ')})`}.`,
    hint:
      meant === undefined
        ? 'Run `aieng status` to see what is deployed.'
        : `Did you mean ${meant}?${version}`,
  });
}

/**
 * Works on a deployment that exists while nobody else does. By its name alone: a pipeline file that is broken now keeps
 * no running service from being stopped.
 */
export async function underDeploymentLock<Result>(
  context: Context,
  options: { readonly name?: string; readonly waitMs: number },
  work: (name: string) => Promise<Result>,
): Promise<Result> {
  const asked = options.name ?? (await openPipeline(context, undefined)).name;
  await settleServed(context, asked);
  const name = await knownDeployment(context, asked);
  const lock = await context.store.lock(`deployment-${name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    return await work(name);
  } finally {
    await lock.release();
  }
}
