import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { count, digest, oneOf, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { rejectionShape } from '../source.ts';
import { partName, piecesOf } from './shard.ts';
import type { Shard } from './shard.ts';

/**
 * A piece of the input (a file of a folder, a block of a file) as it stands in a part. Its bytes, and those of what was
 * refused of it, follow on those of the piece before without gaps, after the header.
 */
const pieceShape = Type.Object({ rows: count(), rejected: count(), bytes: count(), rejectsBytes: count() });
export type PartPiece = Shape<typeof pieceShape>;

/** What a shard was made of; equal for every shard of one run over one input. */
const inputShape = Type.Object({
  kind: oneOf(['file', 'folder']),
  /** Its name, without the folders above it. */
  name: text(),
  /** Of a file its content, of a folder the names and sizes of its files. */
  digest: digest(),
  /** Files of a folder, or blocks of a file: of all shards together. */
  pieces: count(),
});
export type PartInput = Shape<typeof inputShape>;

const partRecordShape = Type.Object({
  schema: Type.Literal(2),
  shard: count(),
  of: count(),
  /** Digest of everything that decides the part's bytes: another one means other work. */
  work: digest(),
  /** Version of aieng, and what computed the scores. */
  aieng: text(),
  backend: text(),
  model: text(),
  bundle: digest(),
  classes: Type.Array(text()),
  /** Rows have the interval of their number. */
  interval: Type.Optional(Type.Literal(true)),
  /** Rows have an explanation that lists so many columns; null: all. */
  explained: Type.Optional(Type.Union([count(), Type.Null()])),
  format: oneOf(['csv', 'ndjson']),
  input: inputShape,
  pieces: Type.Array(pieceShape),
  rows: count(),
  rejected: count(),
  /** The first few, by the file's name, without the record's text. */
  rejections: Type.Array(rejectionShape),
  headerBytes: count(),
  bytes: count(),
  outputDigest: digest(),
  /** Length and digest of `part-<i>-of-<n>.rejects.ndjson`; of nothing, where there is no such file. */
  rejectsBytes: count(),
  rejectsDigest: digest(),
});

/**
 * The record of a finished part, in `part-<i>-of-<n>.json` beside it. Written after the part: where it is and fits,
 * the part is whole. It holds content only (no time, host or path), so that a repeated run writes the same bytes.
 */
export type PartRecord = Shape<typeof partRecordShape>;

/** Formats whose parts can be put together byte by byte. */
export type PartFormat = PartRecord['format'];

export const shardOf = ({ shard, of }: Pick<PartRecord, 'shard' | 'of'>): Shard => ({ index: shard, of });

/** File name of the part itself. */
export const partFile = (record: Pick<PartRecord, 'shard' | 'of' | 'format'>): string =>
  `${partName(shardOf(record))}.${record.format}`;

/** File name of the records that were refused; there is none where none was. */
export const rejectsFile = (record: Pick<PartRecord, 'shard' | 'of'>): string =>
  `${partName(shardOf(record))}.rejects.ndjson`;

/** The record as the text of its file. */
export const encodePartRecord = (record: PartRecord): string => `${JSON.stringify(record, undefined, 1)}\n`;

const total = (pieces: readonly PartPiece[], of: keyof PartPiece): number =>
  pieces.reduce((sum, piece) => sum + piece[of], 0);

/** Do the figures of a record agree with each other? */
const addsUp = (record: PartRecord): boolean =>
  record.shard < record.of &&
  record.pieces.length === piecesOf(shardOf(record), record.input.pieces) &&
  record.rows === total(record.pieces, 'rows') &&
  record.rejected === total(record.pieces, 'rejected') &&
  record.bytes === record.headerBytes + total(record.pieces, 'bytes') &&
  record.rejectsBytes === total(record.pieces, 'rejectsBytes') &&
  (record.rejected === 0) === (record.rejectsBytes === 0);

/** Reads the text of a record; undefined for what is none, or does not add up. */
export function parsePartRecord(content: string): PartRecord | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return Value.Check(partRecordShape, value) && addsUp(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
