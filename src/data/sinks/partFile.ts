import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../digest.ts';
import { encodePartRecord } from '../shards/partRecord.ts';
import type { PartFormat, PartRecord } from '../shards/partRecord.ts';
import { partName } from '../shards/shard.ts';
import type { Shard } from '../shards/shard.ts';
import { createPendingFile, unwritable } from './file.ts';
import type { OutputRows } from './sink.ts';
import { openByteSink, textFormat } from './text.ts';

/** A part that was written to its end. */
export interface WrittenPart {
  readonly headerBytes: number;
  readonly bytes: number;
  readonly outputDigest: Digest;
}

/** Takes the answers of a shard; as a `Sink`, but it says what became of them. */
export interface PartSink {
  /** Gives the number of bytes that these rows are in the part. */
  write(rows: OutputRows): Promise<number>;
  /** Completes the part: it stands under its name, on disk. */
  close(): Promise<WrittenPart>;
  abort(): Promise<void>;
}

/** Opens the part of a shard in a folder: the same bytes as the sinks of whole files, counted and digested. */
export async function openPartSink(
  path: string,
  options: {
    readonly format: PartFormat;
    readonly classes: readonly string[];
    readonly interval?: boolean;
    readonly explained?: boolean;
  },
): Promise<PartSink> {
  const format = textFormat(options);
  const sink = await openByteSink({ path, gzip: false });
  const hash = createHash('sha256');
  let bytes = 0;
  const put = async (text: string): Promise<number> => {
    const content = Buffer.from(text);
    hash.update(content);
    bytes += content.length;
    await sink.write(content);
    return content.length;
  };
  let headerBytes: number | undefined;
  const start = async (): Promise<number> => (headerBytes ??= await put(format.header));
  return {
    write: async (rows) => {
      await start();
      return rows.length === 0 ? 0 : put(format.text(rows));
    },
    close: async () => {
      const header = await start();
      await sink.close();
      return { headerBytes: header, bytes, outputDigest: hash.digest('hex') };
    },
    abort: () => sink.abort(),
  };
}

const recordPath = (folder: string, shard: Shard): string => join(folder, `${partName(shard)}.json`);

/** Writes the record of a part, whole or not at all. From then on the part counts. */
export async function writePartRecord(folder: string, record: PartRecord): Promise<void> {
  const path = recordPath(folder, { index: record.shard, of: record.of });
  const file = await createPendingFile(path);
  try {
    await writeFile(file.temporary, encodePartRecord(record)).catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
