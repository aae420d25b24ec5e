import { usageError } from '../../errors.ts';
import { takeRows } from '../columns.ts';
import type { Table } from '../columns.ts';
import type { Batch, Rejection, RowsRead } from '../source.ts';

/**
 * One of `of` workers that share the rows of one input, `index` counting from 0 (as `JOB_COMPLETION_INDEX` of a
 * Kubernetes Job does).
 *
 * What is dealt out are **pieces**: of a folder its files, in the order of their names; of a file its blocks of
 * `blockRows` accepted rows. Piece `p` belongs to shard `p mod of`, so that the pieces of all shards, taken in turn,
 * are the input in its order.
 */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Rows of a block of a file: what is read, scored and dealt out at once. */
export const blockRows = 8_192;

/** As many as the five digits of a part's name hold. */
export const maxShards = 99_999;

/** @throws usage error (exit 2) for a shard that is none. */
export function requireShard({ index, of }: Shard): void {
  const whole = Number.isInteger(index) && Number.isInteger(of);
  if (whole && index >= 0 && of >= 1 && index < of && of <= maxShards) return;
  throw usageError({
    code: 'shard-out-of-range',
    message: `There is no shard ${index}/${of}: of n shards (1 to ${maxShards}) the first is 0/n and the last n-1/n.`,
    hint: 'Count from 0, for example --shard 0/4 to --shard 3/4.',
  });
}

/** Does the shard work on this piece? */
export const ownsPiece = ({ index, of }: Shard, piece: number): boolean => piece % of === index;

/** How many of `pieces` the shard has. */
export const piecesOf = ({ index, of }: Shard, pieces: number): number =>
  Math.max(0, Math.ceil((pieces - index) / of));

const fiveDigits = (value: number): string => String(value).padStart(5, '0');

/** Name of the files of a part, without extension: `part-00003-of-00008`. */
export const partName = ({ index, of }: Shard): string => `part-${fiveDigits(index)}-of-${fiveDigits(of)}`;

/** The shard that a file's name says, where it is the record of a part (`part-00003-of-00008.json`). */
export function shardOfRecord(fileName: string): Shard | undefined {
  const found = /^part-(\d{5})-of-(\d{5})\.json$/.exec(fileName);
  if (found === null) return undefined;
  const [index, of] = [Number(found[1]), Number(found[2])];
  return index < of ? { index, of } : undefined;
}

/** Some rows of one block, with the records that were refused while they were read. */
export interface BlockRows {
  readonly kind: 'block';
  /** From 0. */
  readonly block: number;
  readonly table: Table;
  readonly rejections: readonly Rejection[];
}

const range = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, at) => from + at);

/**
 * Cuts a file's batches where a block of `rows` accepted rows ends, so that a row's block depends on its position
 * only, never on how a reader happened to batch. Refused records belong to the block that was being filled. The account
 * is handed on.
 */
export async function* inBlocks(
  parts: AsyncIterable<Batch | RowsRead>,
  rows: number,
): AsyncGenerator<BlockRows | RowsRead, void, void> {
  let accepted = 0;
  for await (const part of parts) {
    if (part.kind === 'read') {
      yield part;
      return;
    }
    const { table, rejections } = part;
    let at = 0;
    do {
      const block = Math.floor(accepted / rows);
      const end = Math.min(table.rows, at + (block + 1) * rows - accepted);
      yield {
        kind: 'block',
        block,
        table: at === 0 && end === table.rows ? table : takeRows(table, range(at, end)),
        rejections: at === 0 ? rejections : [],
      };
      accepted += end - at;
      at = end;
    } while (at < table.rows);
  }
}
