import type { Ledger } from '../tracking/ledger.ts';

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
      /** Which part of all is done, 0 to 1, where it is not counted: of a file, by its bytes. */
      readonly share?: number;
      /** It may end sooner: where more of it helps no more. */
      readonly atMost?: boolean;
    }
  | { readonly kind: 'warning'; readonly message: string };

/** Asks whoever sits at the terminal: the text is shown as it is, what was typed is the answer. */
export type Ask = (text: string) => Promise<string>;

/** What every verb and stage gets: where, with what, watched by whom. */
export interface Context extends Ledger {
  /** Absolute project root. */
  readonly root: string;
  readonly progress: (event: ProgressEvent) => void;
  readonly signal: AbortSignal;
  /** May a bundle bring code of its own (`--allow-code`)? */
  readonly allowCode?: boolean;
  /** Which section of `env` of pipelines counts (`--env`, else `AIENG_ENV`). */
  readonly env?: string;
  /** What this is, for the holder of a lock: `aieng train`. */
  readonly command: string;
}
