import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { damagedError } from '../../errors.ts';
import type { PartContent } from '../shards/wholeRun.ts';
import { partsToMake, slicesInOrder } from '../shards/wholeRun.ts';
import { shardOf } from '../shards/partRecord.ts';
import type { PartRecord } from '../shards/partRecord.ts';
import { readSlice } from '../sources/partFolder.ts';
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
  content: PartContent,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isHeader: boolean }, void, void> {
  const { folder, records } = input;
  const hashes = records.map(() => createHash('sha256'));
  for (const [part, record] of content === 'answers' ? records.entries() : [])
    for await (const bytes of readSlice(folder, record, content, { offset: 0, bytes: record.headerBytes })) {
      hashes[part]!.update(bytes);
      if (part === 0) yield { bytes, isHeader: true };
    }
  let piece = 0;
  for (const slice of slicesInOrder(records, content)) {
    if (content === 'answers') await input.onPiece(piece);
    piece += 1;
    for await (const bytes of readSlice(folder, records[slice.part]!, content, slice)) {
      hashes[slice.part]!.update(bytes);
      yield { bytes, isHeader: false };
    }
  }
  const said = content === 'answers' ? 'outputDigest' : 'rejectsDigest';
  const changed = records.filter((record, part) => hashes[part]!.digest('hex') !== record[said]);
  if (changed.length > 0)
    throw partsToMake('not what their records say', changed.map(shardOf), input.display, records[0]);
}

const isNumbers = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((p) => typeof p === 'number');

/** The explanation of an answer, where a line has one. */
function explanationOf(line: object): Pick<OutputRow, 'explanation'> {
  const explanation: unknown = 'explanation' in line ? line.explanation : undefined;
  return typeof explanation === 'object' && explanation !== null ? { explanation } : {};
}

/** The interval of a number, where a line has one. */
function intervalOf(line: object): Pick<OutputRow, 'prediction_interval'> {
  const interval: unknown = 'prediction_interval' in line ? line.prediction_interval : undefined;
  if (typeof interval !== 'object' || interval === null) return {};
  if (!('low' in interval && 'high' in interval)) return {};
  const { low, high } = interval;
  return typeof low === 'number' && typeof high === 'number' ? { prediction_interval: { low, high } } : {};
}

/** A line of an NDJSON part. Parts hold answers only, so another line is damage. */
function rowOf(line: string, folder: string): OutputRow {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'id' in value && 'prediction' in value) {
      const { id, prediction } = value;
      const probabilities = 'probabilities' in value ? value.probabilities : undefined;
      const known = typeof prediction === 'string' || typeof prediction === 'number';
      if (typeof id === 'string' && known && probabilities === undefined)
        return { id, prediction, ...intervalOf(value), ...explanationOf(value) };
      if (typeof id === 'string' && known && isNumbers(probabilities))
        return { id, prediction, probabilities, ...explanationOf(value) };
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
  for await (const { bytes } of contentInOrder(input, 'answers')) {
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

async function writeBytes(input: MergeInput, content: PartContent, sink: ByteSink): Promise<void> {
  for await (const { bytes } of contentInOrder(input, content)) await sink.write(bytes);
}

/** The answers as one output, not yet closed. Parts of its own format are copied byte by byte. */
async function writeAnswers(
  input: MergeInput,
  output: Omit<SinkOptions, 'classes'>,
): Promise<Pick<Sink, 'close' | 'abort'>> {
  const [first] = input.records;
  if (first === undefined) throw new RangeError('there are no parts');
  if (first.format === output.format) {
    const sink = await openByteSink(output);
    return written(sink, () => writeBytes(input, 'answers', sink));
  }
  const sink = await openSink({
    ...output,
    classes: first.classes,
    interval: first.interval === true,
    explained: first.explained !== undefined,
  });
  return written(sink, () => writeRows(input, sink));
}

/** What the shards refused as one file, in the order of the input, not yet closed; null where nothing was. */
async function writeRefused(input: MergeInput, path: string): Promise<Pick<Sink, 'close' | 'abort'> | null> {
  if (input.records.every(({ rejected }) => rejected === 0)) return null;
  const sink = await openByteSink({ path, gzip: false });
  return written(sink, () => writeBytes(input, 'rejects', sink));
}

/** A sink that was written to, or given up where that failed. */
async function written<Written extends Pick<Sink, 'abort'>>(
  sink: Written,
  write: () => Promise<void>,
): Promise<Written> {
  try {
    await write();
    return sink;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/**
 * Writes the parts of a run as one output, and what was refused as another, both the bytes that one run over all of the
 * input writes, in constant memory. NDJSON parts can become any format. A file stands under its name only after every
 * part proved whole; standard output has got the bytes by then, and the error is all that tells.
 *
 * @param rejects Path of the refused records. Where nothing was refused there is no file, nor one of an earlier run.
 */
export async function mergeParts(
  input: MergeInput,
  output: Omit<SinkOptions, 'classes'>,
  rejects: string,
): Promise<void> {
  const refused = await writeRefused(input, rejects);
  try {
    const answers = await writeAnswers(input, output);
    // Answers never stand without what is missing from them.
    if (refused === null) await rm(rejects, { force: true });
    else await refused.close();
    await answers.close();
  } catch (error) {
    await refused?.abort();
    throw error;
  }
}
