import type { Environment, GitState } from '../environment/environment.ts';
import type { Store } from '../store/store.ts';

/** Told while a stage works; the CLI renders it, a library user may ignore it. */
export type ProgressEvent =
  | {
      readonly kind: 'stage';
      readonly stage: string;
      readonly state: 'started' | 'ran' | 'cached';
      readonly reason: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'step'; readonly message: string }
  | {
      readonly kind: 'progress';
      readonly label: string;
      readonly done: number;
      readonly total: number;
      readonly detail: string;
    }
  | { readonly kind: 'warning'; readonly message: string };

/** What every lifecycle function gets: where, with what, watched by whom. */
export interface Context {
  /** Absolute project root. */
  readonly root: string;
  readonly store: Store;
  readonly environment: Environment;
  /** The commit that the project is at; asked for only when a run is written down. */
  readonly git: () => Promise<GitState | null>;
  readonly progress: (event: ProgressEvent) => void;
  readonly signal: AbortSignal;
  /** What this is, for the holder of a lock: `aieng train`. */
  readonly command: string;
}

/** One stage of a cascade, for `--json` and the terminal. */
export interface StageOutcome {
  readonly name: string;
  readonly state: 'ran' | 'cached';
  readonly reason: string;
  readonly durationMs: number;
}
