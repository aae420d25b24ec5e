import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { redact } from './childEnvironment.ts';

export interface BackendOptions {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Record<string, string>;
  /** Every line it prints, for the log. */
  readonly onLine: (line: string) => void;
}

/** A child process that serves one bundle on a loopback port. */
export interface BackendProcess {
  readonly pid: number | null;
  /** The port that it announced; rejects when it ends before. */
  readonly listening: Promise<number>;
  /** How it ended, in words. Never rejects. */
  readonly exited: Promise<string>;
  hasExited(): boolean;
  /** The last lines of its output, without secrets. */
  lastLines(): readonly string[];
  /** Asks it to end gracefully; after `graceMs` it is killed. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

const keptLines = 20;

/** `{"port": 4711}` of the IPC channel or of a line of stdout. */
function announcedPort(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('port' in message)) return undefined;
  const { port } = message;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

function portInLine(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return announcedPort(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exited with code ${code ?? 0}` : `was ended by ${signal}`),
    );
  });
}

/**
 * Starts a backend. Its IPC channel is its life line: when the supervisor dies, however it dies, the channel closes
 * and the backend ends itself.
 */
export function startBackend({ command, folder, environment, onLine }: BackendOptions): BackendProcess {
  const [program = '', ...given] = command;
  const child = spawn(program, given, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const lines: string[] = [];
  let ended = false;
  const exited = exitOf(child).then((how) => {
    ended = true;
    return how;
  });
  const listening = new Promise<number>((resolve, reject) => {
    const announce = (port: number | undefined): void => {
      if (port !== undefined) resolve(port);
    };
    const follow = (stream: Readable | null, isOutput: boolean): void => {
      if (stream === null) return;
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
        if (isOutput) announce(portInLine(line));
        onLine(redact(line));
        lines.push(redact(line));
        if (lines.length > keptLines) lines.shift();
      });
    };
    follow(child.stdout, true);
    follow(child.stderr, false);
    child.on('message', (message) => announce(announcedPort(message)));
    void exited.then((how) => reject(new Error(how)));
  });
  // Whoever waits for it sees the rejection; nobody has to.
  listening.catch(() => undefined);
  return {
    pid: child.pid ?? null,
    listening,
    exited,
    hasExited: () => ended,
    lastLines: () => lines.filter((line) => line.trim() !== ''),
    stop: async (graceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
