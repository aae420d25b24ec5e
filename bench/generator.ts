// Requests from a process of their own, which is written in Go because one in Node needs as much of a core as the service does:
// past the capacity of a service of one row it was the generator that could not go on. Where no Go is, Node has to do.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** What became of requests. */
export interface Flow {
  readonly asked: number;
  /** ms from when each was due to its answer. */
  readonly accepted: number[];
  readonly refused: number[];
  readonly failed: number;
  readonly connections: number;
  /** CPU of the generator. */
  readonly cpuSeconds: number;
}

/** Sends at a steady rate for a time, whatever becomes of those before. Connections are kept, and made where none is idle. */
export type OpenLoop = (port: number, message: Buffer, perSecond: number, seconds: number) => Promise<Flow>;

export interface Generator {
  readonly writtenIn: 'Go' | 'Node';
  readonly openLoop: OpenLoop;
  /** So many callers of whom each waits for his answer; null where only `measure` can. */
  readonly closedLoop:
    ((port: number, message: Buffer, callers: number, seconds: number) => Promise<Flow>) | null;
}

/** One exchange on a kept connection; status 0 where it breaks. */
export function exchange(socket: Socket, message: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    const settle = (status: number): void => {
      socket.off('data', take).off('close', broken);
      resolve(status);
    };
    const broken = (): void => settle(0);
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? NaN);
      if (head !== -1 && text.length >= head + 4 + length) settle(Number(text.slice(9, 12)));
    };
    socket.on('data', take).once('close', broken);
    socket.write(message);
  });
}

/** The open loop within this process: for few requests, and where no Go is. */
export const openLoopHere: OpenLoop = async (port, message, perSecond, seconds) => {
  const before = process.cpuUsage();
  const asked = Math.round(perSecond * seconds);
  const accepted: number[] = [];
  const refused: number[] = [];
  let failed = 0;
  let connections = 0;
  const idle: Socket[] = [];
  const one = async (due: number): Promise<void> => {
    let socket = idle.pop();
    if (socket === undefined) {
      socket = connect(port, '127.0.0.1').setNoDelay(true);
      socket.on('error', () => undefined);
      connections += 1;
    }
    const status = await exchange(socket, message);
    const ms = performance.now() - due;
    if (status === 200) accepted.push(ms);
    else if (status === 503) refused.push(ms);
    else failed += 1;
    if (!socket.destroyed) idle.push(socket);
  };
  const begun = performance.now();
  const all: Promise<void>[] = [];
  for (let sent = 0; sent < asked;) {
    const due = begun + (sent / perSecond) * 1000;
    if (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
    else {
      all.push(one(due));
      sent += 1;
      if (sent % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await Promise.all(all);
  for (const socket of idle) socket.destroy();
  const { user, system } = process.cpuUsage(before);
  return { asked, accepted, refused, failed, connections, cpuSeconds: (user + system) / 1e6 };
};

/** Builds the generator in Go, or takes that in Node. */
export function openGenerator(): Generator {
  const folder = mkdtempSync(path.join(tmpdir(), 'aieng-generator-'));
  const program = path.join(folder, 'generator');
  const source = path.join(import.meta.dirname, 'generator', 'main.go');
  const built = spawnSync('go', ['build', '-o', program, source], { encoding: 'utf8' });
  if (built.status !== 0) return { writtenIn: 'Node', openLoop: openLoopHere, closedLoop: null };
  const file = path.join(folder, 'message');
  const run = async (port: number, message: Buffer, words: readonly string[]): Promise<Flow> => {
    writeFileSync(file, message);
    const { stdout } = await promisify(execFile)(
      program,
      ['-port', String(port), '-message', file, ...words],
      { maxBuffer: 2 ** 28 },
    );
    return JSON.parse(stdout) as Flow;
  };
  return {
    writtenIn: 'Go',
    openLoop: (port, message, perSecond, seconds) =>
      run(port, message, ['-rate', String(perSecond), '-seconds', String(seconds)]),
    closedLoop: (port, message, callers, seconds) =>
      run(port, message, ['-callers', String(callers), '-seconds', String(seconds)]),
  };
}
