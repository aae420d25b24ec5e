import type { LinkedProcess } from '../../serving/index.ts';

/** Which bundle is served where. What is left out is as the pipeline says. */
export interface ServeOptions {
  readonly bundle: string;
  /** Or `unix:` and a path. */
  readonly host: string;
  /** 0 = the system chooses. */
  readonly port: number;
  /** Where predictions and labels are recorded; left out = the log of the bundle's name in the store. */
  readonly logFolder?: string;
  /** Name of this instance inside the log; left out = one of its own. */
  readonly instance?: string;
  /** The version that answers name, where the bundle came as a folder. */
  readonly modelVersion?: number;
  readonly bodyLimitBytes?: number;
  /** Requests with this word in `x-aieng-probe` are a supervisor's own questions: neither logged nor counted. */
  readonly probeToken?: string;
  /** Who may call, as a target says it; left out = as the pipeline says, and with a token beyond this machine. */
  readonly access?: string;
  /** Files of a certificate and its key, absolute; left out = as the pipeline says. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** The page for people at `/docs`; false: not, whatever the pipeline says. */
  readonly docs?: boolean;
  /** How long requests on a supervisor's socket may take to end when this ends. */
  readonly drainMs?: number;
  /** A prediction is answered when its record is on the disk. */
  readonly durable?: boolean;
  /** A bundle that takes part beside it: its folder, and what the other `second…` say of it. */
  readonly second?: string;
  readonly secondVersion?: number;
  readonly secondAs?: 'canary' | 'shadow';
  /** 0 … 1 */
  readonly secondShare?: number;
  /** Called once, when requests are answered. */
  readonly onListening?: (address: { readonly url: string; readonly port: number }) => void;
  /** The process, where a supervisor started it: it is told the port, and the service ends with its supervisor. */
  readonly supervised?: LinkedProcess;
}

/** `--all`: what holds for every model. */
export interface ServeAllOptions extends Pick<ServeOptions, 'host' | 'port' | 'tls' | 'docs'> {
  /** Called once, when requests are answered. */
  readonly onListening?: (
    address: { readonly url: string },
    models: readonly { readonly name: string; readonly version: number | null; readonly memoryMb: number }[],
  ) => void;
}
