import type { LockOptions, Store } from './store.ts';

/** Does the work while holding a lock, and gives it back whatever happens. */
export async function holding<Result>(
  store: Pick<Store, 'lock'>,
  name: string,
  options: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await store.lock(name, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
