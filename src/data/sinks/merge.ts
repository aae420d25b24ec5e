import { createHash } from 'node:crypto';
import { damagedError } from '../../errors.ts';
import { partsToMake, slicesInOrder } from '../shards/merging.ts';
import { shardOf } from '../shards/parts.ts';
import type { PartRecord } from '../shards/parts.ts';
import { readSlice } from '../sources/parts.ts';
import { openSink } from './index.ts';
import type { OutputRow, Sink, SinkOptions } from './sink.ts';
import { openByteSink } from './text.ts';
import type { ByteSink } from './text.ts';

/** Parts to put together. */
export interface MergeInput {
  readonly folder: string;
  /** The folder as the user wrote it. */
  readonly display: string;
  /** By shard, of one run. */
  readonly records: readonly PartRecord[];
  /** Called before each piece; what it throws ends the work. */
  readonly onPiece: (piece: number) => Promise<void>;
}

/**
 * The content of the parts in the order of the input, the header first. Every byte of every part passes by once and is
 * digested.
 *
 * @throws data error (exit 3), after the last piece, where a part is not what its record says.
 */
async function* contentInOrder(
  input: MergeInput,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isHeader: boolean }, void, void> {
  const { folder, records } = input;
  const hashes = records.map(() => createHash('sha256'));
  for (const [part, record] of records.entries())
    for await (const bytes of readSlice(folder, record, { offset: 0, bytes: record.headerBytes })) {
      hashes[part]!.update(bytes);
      if (part === 0) yield { bytes, isHeader: true };
    }
  let piece = 0;
  for (const slice of slicesInOrder(records)) {
    await input.onPiece(piece);
    piece += 1;
    for await (const bytes of readSlice(folder, records[slice.part]!, slice)) {
      hashes[slice.part]!.update(bytes);
      yield { bytes, isHeader: false };
    }
  }
  const changed = records.filter((record, part) => hashes[part]!.digest('hex') !== record.outputDigest);
  if (changed.length > 0)
    throw partsToMake('not what their records say', changed.map(shardOf), input.display, records[0]);
}

const isNumbers = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((p) => typeof p === 'number');

/** A line of an NDJSON part. Parts hold answers only, so another line is damage. */
function rowOf(line: string, folder: string): OutputRow {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'id' in value && 'prediction' in value) {
      const { id, prediction } = value;
      const probabilities = 'probabilities' in value ? value.probabilities : undefined;
      const known = typeof prediction === 'string' || typeof prediction === 'number';
      if (typeof id === 'string' && known && probabilities === undefined) return { id, prediction };
      if (typeof id === 'string' && known && isNumbers(probabilities))
        return { id, prediction, probabilities };
    }
  } catch {
    // Told below, as every other line that is no answer.
  }
  throw damagedError({
    code: 'part-damaged',
    message: `${folder}: a part holds a line that is no answer.`,
    hint: 'Remove the parts, and run the shards again.',
  });
}

async function writeRows(input: MergeInput, sink: Sink): Promise<void> {
  let rest: Buffer[] = [];
  for await (const { bytes } of contentInOrder(input)) {
    const end = bytes.lastIndexOf(10);
    if (end === -1) {
      rest.push(bytes);
      continue;
    }
    const text = Buffer.concat([...rest, bytes.subarray(0, end)]).toString('utf8');
    rest = [bytes.subarray(end + 1)];
    await sink.write(text.split('\n').map((line) => rowOf(line, input.display)));
  }
}

async function writeBytes(input: MergeInput, sink: ByteSink): Promise<void> {
  for await (const { bytes } of contentInOrder(input)) await sink.write(bytes);
}

/**
 * Writes the parts of a run as one output, in constant memory. Parts of the output's own format are copied byte by
 * byte; NDJSON parts can become any format. A file stands under its name only after every part proved
 * whole; standard output has got the bytes by then, and the error is all that tells.
 */
export async function mergeParts(input: MergeInput, output: Omit<SinkOptions, 'classes'>): Promise<void> {
  const [first] = input.records;
  if (first === undefined) throw new RangeError('there are no parts');
  if (first.format === output.format) {
    const sink = await openByteSink(output);
    await closing(sink, () => writeBytes(input, sink));
    return;
  }
  const sink = await openSink({ ...output, classes: first.classes });
  await closing(sink, () => writeRows(input, sink));
}

async function closing(sink: Pick<Sink, 'close' | 'abort'>, write: () => Promise<void>): Promise<void> {
  try {
    await write();
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
