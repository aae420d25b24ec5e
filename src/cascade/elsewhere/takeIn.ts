import { damagedError } from '../../errors.ts';
import type { Environment } from '../../environment/environment.ts';
import { openStore } from '../../store/index.ts';
import type { Store } from '../../store/store.ts';
import { readFittedRows, writeFittedRows } from '../../tracking/fittedRows.ts';
import type { Computed } from '../stage.ts';
import type { StageJob, StageResult } from './job.ts';

type Given = Exclude<StageResult, { readonly error: unknown }>;

/** A version is given here: the other store knew of no others. */
async function versioned(store: Store, output: Given['output']): Promise<Given['output']> {
  const { name, bundle } = output;
  if (typeof name !== 'string' || typeof bundle !== 'string')
    throw new TypeError('a bundle without name and digest');
  return { ...output, ...(await store.claimVersion(name, bundle)) };
}

/**
 * Takes what a stage left in a folder into the store: objects first, each under the digest of its bytes, so that a kill on the way
 * leaves some that nobody needs and nothing that lacks one.
 *
 * @throws damaged (exit 8) where something that the result needs did not come
 */
export async function takeInResult(
  store: Store,
  environment: Environment,
  folder: string,
  { stage }: Pick<StageJob, 'stage'>,
  result: Given,
): Promise<Computed> {
  const left = await openStore({ folder, environment });
  for (const { digest } of await left.objects()) {
    const kept = await store.putFile(await left.path(digest));
    if (kept !== digest) throw damaged(digest);
  }
  for (const digest of result.objects) if (!(await store.has(digest))) throw damaged(digest);
  const { output, ...more } = result;
  if (stage !== 'package') return { ...more, output };
  const { bundle } = output;
  const rows = typeof bundle === 'string' ? await readFittedRows({ store: left }, bundle) : undefined;
  if (rows === undefined || typeof bundle !== 'string') throw damaged('of the fitted rows');
  await writeFittedRows(store, bundle, rows);
  return { ...more, output: await versioned(store, output) };
}

const damaged = (digest: string): Error =>
  damagedError({
    code: 'result-incomplete',
    message: `What the container left is not whole: the object ${digest} did not come.`,
    hint: 'Run the same command again; is the disk full?',
  });
