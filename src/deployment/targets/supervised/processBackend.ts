import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Environment } from '../../../environment/environment.ts';
import type { Wish } from '../../target.ts';
import { keepLines, serveArguments } from './backend.ts';
import type { Backend, BackendPlace } from './backend.ts';
import { childEnvironment } from './childEnvironment.ts';

const wordIn = (message: unknown, key: string): unknown =>
  typeof message === 'object' && message !== null ? Reflect.get(message, key) : undefined;

/** `{"port": 4711}` of the IPC channel or of a line of stdout. */
function announcedPort(message: unknown, key = 'port'): number | undefined {
  const port = wordIn(message, key);
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

/** The port that the child says it listens on, by either way; rejects when it ends before. */
function announcedBy(
  child: ChildProcess,
  exited: Promise<string>,
  take: (line: string) => void,
): Promise<number> {
  const listening = new Promise<number>((resolve, reject) => {
    const announce = (port: number | undefined): void => {
      if (port !== undefined) resolve(port);
    };
    const follow = (stream: Readable | null, isOutput: boolean): void => {
      if (stream === null) return;
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
        if (isOutput) announce(portInLine(line));
        take(line);
      });
    };
    follow(child.stdout, true);
    follow(child.stderr, false);
    child.on('message', (message) => announce(announcedPort(message)));
    void exited.then((how) => reject(new Error(how)));
  });
  // Whoever waits for it sees the rejection; nobody has to.
  listening.catch(() => undefined);
  return listening;
}

/** Only behind a gateway somebody else meets the callers. */
const tlsFlags = ({ tls, processes }: Wish): readonly string[] =>
  tls === undefined || processes.gateway ? [] : ['--tls-certificate', tls.certificate, '--tls-key', tls.key];

/** `aieng serve` with the flags that only a supervisor gives. */
export function backendCommand(
  serveCommand: readonly string[],
  wish: Wish,
  place: Pick<BackendPlace, 'logFolder' | 'instance'>,
): readonly string[] {
  const flags = serveArguments(wish, { ...place, host: '127.0.0.1', port: 0 });
  const own = [
    '--drain-ms',
    String(wish.drainMs),
    ...(wish.processes.durable ? ['--durable'] : []),
    ...tlsFlags(wish),
  ];
  return [...serveCommand, wish.bundlePath, ...flags, ...own, '--announce'];
}

/** Sends a message to the child; one that has ended gets none. */
function tell(child: ChildProcess, message: object): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Waits until the child says that it takes connections of its socket; gives the handle that came along. */
function acceptance(child: ChildProcess, exited: Promise<string>, giveBack: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const hear = (message: unknown, handle: unknown): void => {
      const accepting = wordIn(message, 'accepting');
      if (typeof accepting !== 'boolean') return;
      child.off('message', hear);
      if (accepting) resolve(handle);
      else reject(new Error(`it cannot listen on the public socket (${String(wordIn(message, 'reason'))})`));
    };
    child.on('message', hear);
    void exited.then((how) => reject(new Error(how)));
    tell(child, { accept: true, giveBack });
  });
}

/** Answers a worker that was asked for the figures of all. */
function answerQuestions(child: ChildProcess, ask: () => Promise<string>): void {
  child.on('message', (message) => {
    if (wordIn(message, 'ask') !== 'metrics') return;
    const metricsFor = wordIn(message, 'id');
    ask().then(
      (text) => tell(child, { metricsFor, text }),
      () => undefined,
    );
  });
}

/**
 * Starts a child process that serves the bundle. Its IPC channel is its life line: when the supervisor dies, however
 * it dies, the channel closes and the backend ends itself.
 */
export function startProcess(
  wish: Wish,
  serveCommand: readonly string[],
  environment: Environment,
  place: BackendPlace,
): Backend {
  const [program = '', ...given] = backendCommand(serveCommand, wish, place);
  const child = spawn(program, given, {
    cwd: place.folder,
    env: childEnvironment(environment.variables),
    // The public socket is descriptor 3 of the worker.
    stdio: ['ignore', 'pipe', 'pipe', place.socket ?? 'ignore', 'ipc'],
    windowsHide: true,
  });
  const lines = keepLines(place.onLine);
  let ended = false;
  const exited = exitOf(child).then((how) => {
    ended = true;
    return how;
  });
  const listening = announcedBy(child, exited, lines.take);
  let livePort: number | null = null;
  child.on('message', (message) => (livePort = announcedPort(message, 'livePort') ?? livePort));
  answerQuestions(child, place.onMetricsAsked);
  return {
    livePort: () => livePort,
    accept: (giveBack) => acceptance(child, exited, giveBack),
    pid: child.pid ?? null,
    title: () => `process ${child.pid ?? ''}`,
    listening,
    exited,
    hasExited: () => ended,
    lastLines: lines.last,
    stop: async (graceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
