import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Ends the name of an instance's folder while it does not count yet; readers skip it. */
export const pendingSuffix = '.pending';

export type SegmentKind = 'predictions' | 'labels';

/** `predictions-000001.ndjson`: sorts by sequence. */
export const segmentName = (kind: SegmentKind, sequence: number): string =>
  `${kind}-${String(sequence).padStart(6, '0')}.ndjson`;

/** The segments of one kind of one instance (absolute paths, oldest first). */
export interface InstanceSegments {
  readonly instance: string;
  readonly files: readonly string[];
}

async function entries(folder: string): Promise<readonly { name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Segments of every instance under a deployment's log folder; none where nothing was logged yet. */
export async function listSegments(
  logFolder: string,
  kind: SegmentKind,
): Promise<readonly InstanceSegments[]> {
  const pattern = new RegExp(`^${kind}-\\d{6,}\\.ndjson$`);
  const instances = (await entries(logFolder))
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith(pendingSuffix))
    .map((entry) => entry.name);
  const found: InstanceSegments[] = [];
  for (const instance of instances.sort()) {
    const folder = path.join(logFolder, instance);
    const names = (await entries(folder)).map((entry) => entry.name).filter((name) => pattern.test(name));
    // By number: a seventh digit must not sort before six.
    const ordered = names.sort((left, right) => left.length - right.length || (left < right ? -1 : 1));
    if (ordered.length > 0) found.push({ instance, files: ordered.map((name) => path.join(folder, name)) });
  }
  return found;
}

/** Splits at line feeds only: U+2028 is legal inside JSON, and `node:readline` would cut there. */
export async function* readLines(file: string): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file)) {
    if (!Buffer.isBuffer(chunk)) continue;
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const part = chunk.subarray(from, end);
      yield (rest.length === 0 ? part : Buffer.concat([...rest, part])).toString('utf8');
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}

/** The last complete lines in the final `bytes` of a file. */
export async function tailLines(file: string, bytes = 64 * 1024): Promise<readonly string[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - from);
    await handle.read(buffer, 0, buffer.length, from);
    const lines = buffer.toString('utf8').split('\n');
    return from === 0 ? lines : lines.slice(1);
  } finally {
    await handle.close();
  }
}
