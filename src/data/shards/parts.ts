import type { Digest } from '../../digest.ts';
import type { Rejection } from '../source.ts';
import { partName, piecesOf } from './shards.ts';
import type { Shard } from './shards.ts';

/** A piece of the input (a file of a folder, a block of a file) as it stands in a part. */
export interface PartPiece {
  readonly rows: number;
  readonly rejected: number;
  /** Its length in the part. Pieces follow each other without gaps, after the header. */
  readonly bytes: number;
}

/** What a shard was made of; equal for every shard of one run over one input. */
export interface PartInput {
  readonly kind: 'file' | 'folder';
  /** Its name, without the folders above it. */
  readonly name: string;
  /** Of a file its content, of a folder the names and sizes of its files. */
  readonly digest: Digest;
  /** Files of a folder, or blocks of a file: of all shards together. */
  readonly pieces: number;
}

/**
 * The record of a finished part, in `part-<i>-of-<n>.json` beside it. Written after the part: where it is and fits,
 * the part is whole. It holds content only (no time, host or path), so that a repeated run writes the same bytes.
 */
export interface PartRecord {
  readonly schema: 1;
  readonly shard: number;
  readonly of: number;
  /** Digest of everything that decides the part's bytes: another one means other work. */
  readonly work: Digest;
  /** Version of aieng, and what computed the scores. */
  readonly aieng: string;
  readonly backend: string;
  readonly model: string;
  readonly bundle: Digest;
  readonly classes: readonly string[];
  readonly format: PartFormat;
  readonly input: PartInput;
  readonly pieces: readonly PartPiece[];
  readonly rows: number;
  readonly rejected: number;
  /** The first few, by the file's name, without the record's text. */
  readonly rejections: readonly Rejection[];
  readonly headerBytes: number;
  readonly bytes: number;
  readonly outputDigest: Digest;
}

/** Formats whose parts can be put together byte by byte. */
export type PartFormat = 'csv' | 'ndjson';

export const shardOf = ({ shard, of }: Pick<PartRecord, 'shard' | 'of'>): Shard => ({ index: shard, of });

/** File name of the part itself. */
export const partFile = (record: Pick<PartRecord, 'shard' | 'of' | 'format'>): string =>
  `${partName(shardOf(record))}.${record.format}`;

/** The record as the text of its file. */
export const encodePartRecord = (record: PartRecord): string => `${JSON.stringify(record, undefined, 1)}\n`;

type Test = (value: unknown) => boolean;
const text: Test = (value) => typeof value === 'string';
const count: Test = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const digest: Test = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const oneOf =
  (...values: readonly unknown[]): Test =>
  (value) =>
    values.includes(value);
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const objectOf =
  (members: Readonly<Record<string, Test>>): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(members).every(([name, test]) =>
      test(Object.getOwnPropertyDescriptor(value, name)?.value),
    );
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);

const isRecord = objectOf({
  schema: oneOf(1),
  shard: count,
  of: count,
  work: digest,
  aieng: text,
  backend: text,
  model: text,
  bundle: digest,
  classes: listOf(text),
  format: oneOf('csv', 'ndjson'),
  input: objectOf({ kind: oneOf('file', 'folder'), name: text, digest, pieces: count }),
  pieces: listOf(objectOf({ rows: count, rejected: count, bytes: count })),
  rows: count,
  rejected: count,
  rejections: listOf(objectOf({ file: text, line: count, reason: text, raw: text, column: optional(text) })),
  headerBytes: count,
  bytes: count,
  outputDigest: digest,
}) as (value: unknown) => value is PartRecord;

const total = (pieces: readonly PartPiece[], of: keyof PartPiece): number =>
  pieces.reduce((sum, piece) => sum + piece[of], 0);

/** Do the figures of a record agree with each other? */
const addsUp = (record: PartRecord): boolean =>
  record.shard < record.of &&
  record.pieces.length === piecesOf(shardOf(record), record.input.pieces) &&
  record.rows === total(record.pieces, 'rows') &&
  record.rejected === total(record.pieces, 'rejected') &&
  record.bytes === record.headerBytes + total(record.pieces, 'bytes');

/** Reads the text of a record; undefined for what is none, or does not add up. */
export function parsePartRecord(content: string): PartRecord | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isRecord(value) && addsUp(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
