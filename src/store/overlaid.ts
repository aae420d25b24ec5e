import type { Store } from './store.ts';

/**
 * A store over another one: what is written goes to the upper one, what is read comes from there or from the one below, which
 * stays as it is. For work that is done again to look at its result. Refs and locks are those of the upper one.
 */
export function overlaid(below: Store, above: Store): Store {
  const holder = async (digest: string): Promise<Store> => ((await above.has(digest)) ? above : below);
  return {
    ...above,
    get: async (digest) => (await holder(digest)).get(digest),
    path: async (digest) => (await holder(digest)).path(digest),
    has: async (digest) => (await above.has(digest)) || below.has(digest),
    readRecord: async (kind, id) => (await above.readRecord(kind, id)) ?? below.readRecord(kind, id),
  };
}
