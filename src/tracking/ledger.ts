import type { Environment, GitState } from '../environment/environment.ts';
import type { Store } from '../store/store.ts';

/** What writing something down takes: where, when and on which machine, at which commit. */
export interface Ledger {
  readonly store: Store;
  readonly environment: Environment;
  /** The commit that the project is at; asked for only when a run is written down. */
  readonly git: () => Promise<GitState | null>;
}
