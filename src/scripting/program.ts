import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** A program as it is started: without a shell, with exactly these variables. */
export interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Takes what it prints. */
  readonly logFile: string;
  readonly onLine: (line: string) => void;
}

/** How a program ended. */
export interface Ended {
  readonly how: 'ended' | 'killed' | 'late' | 'interrupted' | 'not-started';
  /** Its exit code, the signal that ended it, or why it could not be started. */
  readonly said: string;
  /** Its last lines. */
  readonly tail: readonly string[];
}

const mostLogBytes = 16 * 1024 * 1024;
const mostLineChars = 64 * 1024;
const tailLines = 20;
const longestLine = 2000;
/** How long a program may take to end by itself once it was told to. */
const graceMs = 5000;

/**
 * Cuts what is printed into lines. A line ends after so many characters whatever comes: somebody who prints none of its ends would
 * fill the memory.
 */
export function lineCutter(take: (line: string) => void): {
  readonly add: (text: string) => void;
  readonly end: () => void;
} {
  let rest = '';
  return {
    add: (text) => {
      // The first half of a line's end may come alone.
      const lines = (rest + text).split(/\r\n|\r(?!$)|\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
      for (; rest.length > mostLineChars; rest = rest.slice(mostLineChars))
        take(rest.slice(0, mostLineChars));
    },
    end: () => {
      const last = rest.replace(/\r$/, '');
      rest = '';
      if (last !== '') take(last);
    },
  };
}

/** A line for a terminal: no control characters of others. */
const plain = (line: string): string => line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, longestLine);

/** Ends a program with all that it started. */
function killGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** Runs a program to its end, with all that it started. Never rejects. */
export async function runProgram(program: Program): Promise<Ended> {
  const { argv, cwd, variables, timeoutMs, signal, logFile, onLine } = program;
  const [name = '', ...words] = argv;
  const log = createWriteStream(logFile, { mode: 0o600 });
  log.on('error', () => undefined);
  const tail: string[] = [];
  let logged = 0;
  const take = (line: string): void => {
    logged += line.length + 1;
    if (logged < mostLogBytes) log.write(`${line}\n`);
    const shown = plain(line);
    tail.push(shown);
    if (tail.length > tailLines) tail.shift();
    onLine(shown);
  };
  const child = spawn(name, words, {
    ...{ shell: false, detached: true, cwd, env: variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = new Promise<Ended>((resolve) => {
    let how: Ended['how'] = 'ended';
    const stop = (why: 'late' | 'interrupted') => (): void => {
      if (how !== 'ended') return;
      how = why;
      killGroup(child.pid, 'SIGTERM');
      setTimeout(() => killGroup(child.pid, 'SIGKILL'), graceMs).unref();
    };
    const late = setTimeout(stop('late'), timeoutMs);
    const interrupted = stop('interrupted');
    if (signal.aborted) interrupted();
    else signal.addEventListener('abort', interrupted, { once: true });
    const over = (found: Ended['how'], said: string): void => {
      clearTimeout(late);
      signal.removeEventListener('abort', interrupted);
      resolve({ how: found, said, tail });
    };
    child.on('error', (error: NodeJS.ErrnoException) => over('not-started', error.code ?? error.message));
    child.on('exit', (code) => {
      // What it left running would hold its pipes open, and go on writing.
      killGroup(child.pid, 'SIGKILL');
      if (how === 'ended' && code === null) how = 'killed';
    });
    child.on('close', (code, by) => over(how, code === null ? String(by) : `exit ${code}`));
  });
  for (const stream of [child.stdout, child.stderr]) {
    const cut = lineCutter(take);
    stream.setEncoding('utf8').on('data', cut.add).on('end', cut.end);
  }
  const ended = await end;
  log.end();
  if (!log.closed) await once(log, 'close').catch(() => undefined);
  return ended;
}

/** What a program printed, as far as it was kept. */
export const readLog = (file: string): Promise<Uint8Array> => readFile(file);
