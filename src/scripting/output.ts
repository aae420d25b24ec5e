import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { usageError } from '../errors.ts';

/** Figures that a program wrote of itself. */
export type OwnMetrics = Readonly<Record<string, number>>;

const mostMetricsBytes = 1024 * 1024;
const mostMetrics = 100;

const refuse = (message: string, hint: string): Error => usageError({ code: 'script-output', message, hint });

/**
 * The bytes of a file that a program left in its folder, or null where there is none. A link, a device, or what lies elsewhere is
 * refused: it could be any file of this machine.
 */
export async function leftFile(folder: string, path: string, mostBytes: number): Promise<Uint8Array | null> {
  const inside = posix.normalize(path);
  if (posix.isAbsolute(inside) || inside === '..' || inside.startsWith('../'))
    throw refuse(
      `model.script.output is ${JSON.stringify(path)}, which lies outside of the folder that the program runs in.`,
      'Name a file by its path from there, as model.txt.',
    );
  const whole = join(folder, inside);
  let handle;
  try {
    handle = await open(whole, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') return null;
    throw refuse(
      `The program left ${path}, which cannot be read as a file (${String(code)}${code === 'ELOOP' ? ': it is a link' : ''}).`,
      'Let it write the file itself.',
    );
  }
  try {
    const facts = await handle.stat();
    const isElsewhere = !(await realpath(whole)).startsWith((await realpath(folder)) + sep);
    if (!facts.isFile() || facts.nlink > 1 || isElsewhere)
      throw refuse(
        `The program left ${path}, which is no file of its own (a link, a folder or a device).`,
        'Let it write the file itself.',
      );
    if (facts.size > mostBytes)
      throw refuse(
        `The program left ${path} of ${facts.size} bytes; at most ${mostBytes} are taken.`,
        'Let it train a smaller model.',
      );
    return await readUpTo(handle, facts.size);
  } finally {
    await handle.close();
  }
}

/** What was measured is what is read, whatever still writes to the file. */
async function readUpTo(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

/** What of a program's metrics.json can be kept, and what is wrong with the rest, in a sentence. */
export interface ReadMetrics {
  readonly metrics: OwnMetrics | null;
  readonly note: string | null;
}

/** Reads metrics.json: an object of numbers. What is something else is left out, and said. */
export function parseMetrics(text: string): ReadMetrics {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { metrics: null, note: 'The program’s metrics.json is not JSON and was left out.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { metrics: null, note: 'The program’s metrics.json is no object of numbers and was left out.' };
  const entries = Object.entries(value);
  const numbers = entries.filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  const kept = numbers.slice(0, mostMetrics);
  const left = entries.find(([name]) => !kept.some(([own]) => own === name));
  return {
    metrics: kept.length === 0 ? null : Object.fromEntries(kept),
    note:
      left === undefined
        ? null
        : `${entries.length - kept.length} of ${entries.length} entries of the program’s metrics.json are left out: ${left[0].slice(0, 60)} is no number, or there are more than ${mostMetrics}.`,
  };
}

/** The program’s own figures, where it wrote some. */
export async function leftMetrics(folder: string): Promise<ReadMetrics> {
  const bytes = await leftFile(folder, 'metrics.json', mostMetricsBytes);
  return bytes === null ? { metrics: null, note: null } : parseMetrics(new TextDecoder().decode(bytes));
}
