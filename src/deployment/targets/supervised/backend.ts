import { termFlags } from '../../plan.ts';
import type { Wish } from '../../target.ts';
import { redact } from './childEnvironment.ts';

/** Something that serves one bundle on a loopback port: a child process, or a container. */
export interface Backend {
  /** Null where it is no process of this machine's own. */
  readonly pid: number | null;
  /** What it is, in words, once it runs: `process 4711`, `container 3f2a… of podman`. */
  readonly title: () => string;
  /** The loopback port that reaches it; rejects when it ends before. */
  readonly listening: Promise<number>;
  /** The loopback port that says whether it is alive, where that is not the one above. */
  livePort(): number | null;
  /**
   * Tells it to take connections of the socket that it was started with. Gives the socket's handle where that is
   * asked for. Rejects with the system's word where it cannot; absent where there is no such socket.
   */
  accept?(giveBack: boolean): Promise<unknown>;
  /** How it ended, in words. Never rejects. */
  readonly exited: Promise<string>;
  hasExited(): boolean;
  /** The last lines of its output, without secrets. */
  lastLines(): readonly string[];
  /** Asks it to end gracefully; after `graceMs` it is killed. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/** Where one attempt to start a backend takes place. */
export interface BackendPlace {
  /** Names the instance: its folder in the prediction log, and the word that keeps probes out of log and counters. */
  readonly instance: string;
  readonly folder: string;
  readonly logFolder: string;
  /** Every line it prints, without secrets, for the log. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** Descriptor of the public socket, which it is to listen on when it is told to; null: a gateway has it. */
  readonly socket: number | null;
  /** The figures of all workers, for one that was asked for them. */
  readonly onMetricsAsked: () => Promise<string>;
}

const keptLines = 20;

export interface KeptLines {
  readonly take: (line: string) => void;
  /** The newest ones that say something. */
  readonly last: () => readonly string[];
}

/** Passes each line on without secrets, and keeps the newest. */
export function keepLines(onLine: (line: string) => void): KeptLines {
  const lines: string[] = [];
  return {
    take: (raw) => {
      const line = redact(raw);
      onLine(line);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    },
    last: () => lines.filter((line) => line.trim() !== ''),
  };
}

function secondArguments({ second }: Wish, folder = second?.bundlePath): readonly string[] {
  if (second === undefined || folder === undefined) return [];
  const { version, role, share } = second;
  return [
    ...['--second', folder, '--second-as', role, '--second-share', String(share)],
    ...(version === null ? [] : ['--second-version', String(version)]),
  ];
}

/**
 * The arguments of `aieng` that serve a bundle under a supervisor, whatever starts it: the address, the log, and the
 * word that probes carry.
 */
export function serveArguments(
  wish: Wish,
  place: {
    readonly host: string;
    readonly port: number;
    readonly logFolder: string;
    readonly instance: string;
    /** Where the second bundle lies for the service; left out = where it is wished. */
    readonly second?: string;
  },
): readonly string[] {
  return [
    ...['--host', place.host, '--port', String(place.port)],
    ...['--log-folder', place.logFolder, '--instance', place.instance],
    ...(wish.version === null ? [] : ['--model-version', String(wish.version)]),
    ...termFlags(wish),
    ...(wish.access === undefined ? [] : ['--access', wish.access]),
    ...['--probe-token', place.instance],
    ...secondArguments(wish, place.second),
  ];
}
