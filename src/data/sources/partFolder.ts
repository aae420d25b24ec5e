import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../errors.ts';
import type { FoundPart, PartContent, PartSlice } from '../shards/wholeRun.ts';
import { parsePartRecord, partFile, rejectsFile } from '../shards/partRecord.ts';
import type { PartRecord } from '../shards/partRecord.ts';
import { partName, shardOfRecord } from '../shards/shard.ts';
import type { Shard } from '../shards/shard.ts';
import { fileDigest } from './fileDigest.ts';

const pieceBytes = 1 << 20;

async function findPart(folder: string, shard: Shard): Promise<FoundPart> {
  const content = await readFile(join(folder, `${partName(shard)}.json`), 'utf8').catch(() => '');
  const record = parsePartRecord(content);
  if (record === undefined) return { shard, record, bytes: null, rejectsBytes: 0 };
  const sizeOf = async (name: string): Promise<number | null> => {
    const facts = await stat(join(folder, name)).catch(() => undefined);
    return facts?.isFile() === true ? facts.size : null;
  };
  const bytes = await sizeOf(partFile(record));
  return { shard, record, bytes, rejectsBytes: (await sizeOf(rejectsFile(record))) ?? 0 };
}

/**
 * Every part whose record is in the folder.
 *
 * @throws usage error (exit 2) where there is no such folder.
 */
export async function findParts(folder: string, display: string): Promise<readonly FoundPart[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw usageError({
      code: 'no-parts',
      message: `${display}: there is no folder that can be read.`,
      hint: 'Name the folder that the shards were written to (`--shard i/n -o <folder>`).',
      cause,
    });
  });
  const found: FoundPart[] = [];
  for (const name of names.sort()) {
    const shard = shardOfRecord(name);
    if (shard !== undefined) found.push(await findPart(folder, shard));
  }
  return found;
}

/** The record of a shard's part, where the part was made by this work and is as it was written. */
export async function finishedPart(
  folder: string,
  shard: Shard,
  work: string,
): Promise<PartRecord | undefined> {
  const { record, bytes, rejectsBytes } = await findPart(folder, shard);
  if (record?.work !== work || bytes !== record.bytes || rejectsBytes !== record.rejectsBytes)
    return undefined;
  if (record.shard !== shard.index || record.of !== shard.of) return undefined;
  const holds = async (name: string, digest: string): Promise<boolean> =>
    digest === (await fileDigest(join(folder, name), name).catch(() => undefined));
  const whole =
    (await holds(partFile(record), record.outputDigest)) &&
    (rejectsBytes === 0 || (await holds(rejectsFile(record), record.rejectsDigest)));
  return whole ? record : undefined;
}

/** Some bytes of one of a part's files, in pieces. Fewer where the file is shorter, or gone by now: the digest tells. */
export async function* readSlice(
  folder: string,
  record: PartRecord,
  content: PartContent,
  { offset, bytes }: Pick<PartSlice, 'offset' | 'bytes'>,
): AsyncGenerator<Buffer, void, void> {
  if (bytes === 0) return;
  const path = join(folder, content === 'answers' ? partFile(record) : rejectsFile(record));
  const range = { start: offset, end: offset + bytes - 1, highWaterMark: pieceBytes };
  try {
    for await (const chunk of createReadStream(path, range)) yield chunk as Buffer;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT') return;
    if (code === '') throw cause;
    throw usageError({
      code: 'source-unreadable',
      message: `${path}: the part cannot be read (${code}).`,
      hint: 'Check that you may read the file and that the disk is well.',
      cause,
    });
  }
}
