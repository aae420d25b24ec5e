import type { ScriptParameters } from '../modeling/families/script/parameters.ts';
import type { ScriptFiles } from './files.ts';
import type { OwnMetrics } from './output.ts';

/** One run of a program that trains. */
export interface ScriptRun {
  readonly script: ScriptParameters;
  readonly files: ScriptFiles;
  /** The image as it was looked up; null: a process of this machine. */
  readonly image: string | null;
  /** Writes what it is handed into a folder that it may read. */
  readonly hand: (folder: string) => Promise<void>;
  readonly seed: number;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** What a program left. */
export interface ScriptLeft {
  readonly model: Uint8Array;
  /** What it says of itself. */
  readonly metrics: OwnMetrics | null;
  readonly notes: readonly string[];
  /** What it printed. */
  readonly log: Uint8Array;
  /** The image that it really ran in, by digest; null: a process of this machine. */
  readonly image: string | null;
}

/** How a stage reaches the programs of a project: their files, their images, and running one. */
export interface ScriptWorld {
  readonly files: (script: ScriptParameters) => Promise<ScriptFiles>;
  /**
   * The image by its digest, whatever moves its tag meanwhile; the files of the project that it is built of are in `files`.
   *
   * @param look Only to see what would have to be done: nothing is pulled or built. Null: it is not here.
   */
  readonly image: (script: ScriptParameters, look: boolean) => Promise<string | null>;
  readonly run: (run: ScriptRun) => Promise<ScriptLeft>;
}
