import type { Environment } from '../../environment/environment.ts';
import type { Store } from '../store.ts';
import { openFileStore } from './fs/index.ts';

/** One way to keep a store. Add one: a folder here and a line in `backends`. */
export interface StoreBackend {
  readonly name: string;
  readonly open: (options: { readonly folder: string; readonly environment: Environment }) => Promise<Store>;
}

/** Every backend; the conformance suite runs over all of them. */
export const backends: readonly StoreBackend[] = [{ name: 'fs', open: openFileStore }];
