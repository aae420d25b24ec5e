import type { EncodedRows, FeatureRows } from './encode.ts';
import { gatherColumn, joinColumns } from './prepared.ts';
import type { SparseColumn } from './prepared.ts';
import type { SparseBlock, SparseRows } from './sparseRows.ts';

/** Makes each form once, when it is asked for. */
function lazily(
  rows: number,
  columns: FeatureRows['columns'],
  make: Pick<
    { readonly [Form in keyof FeatureRows]: () => FeatureRows[Form] },
    'prepared' | 'blocks' | 'sparse'
  >,
): FeatureRows {
  let prepared: FeatureRows['prepared'] | undefined;
  let blocks: EncodedRows | undefined;
  let sparse: SparseRows | undefined;
  return {
    rows,
    columns,
    get prepared() {
      return (prepared ??= make.prepared());
    },
    get blocks() {
      return (blocks ??= make.blocks());
    },
    get sparse() {
      return (sparse ??= make.sparse());
    },
  };
}

const asColumn = ({ starts, indices, values }: SparseBlock, size: number): SparseColumn => ({
  kind: 'sparse',
  size,
  starts,
  indices,
  values,
});

/** Rows that are far apart are asked for one by one, others with all that lies between them. */
const widestSpan = 16;

/** The rows at these positions without their zeros. */
function gatherSparse({ width, range }: SparseRows, positions: Int32Array): SparseBlock {
  const rows = positions.length;
  const low = positions.reduce((least, at) => Math.min(least, at), Infinity);
  const high = positions.reduce((most, at) => Math.max(most, at), -1);
  if (rows > 1 && high - low >= widestSpan * rows) {
    const half = rows >> 1;
    return joinSparse(
      gatherSparse({ rows, width, names: [], range }, positions.subarray(0, half)),
      gatherSparse({ rows, width, names: [], range }, positions.subarray(half)),
      width,
    );
  }
  const block = rows === 0 ? range(0, 0) : range(low, high + 1);
  const taken = gatherColumn(
    asColumn(block, width),
    positions.map((at) => at - low),
  );
  if (taken.kind !== 'sparse') throw new TypeError('expected sparse cells');
  return { rows, starts: taken.starts, indices: taken.indices, values: taken.values };
}

function joinSparse(first: SparseBlock, second: SparseBlock, width: number): SparseBlock {
  const joined = joinColumns(asColumn(first, width), asColumn(second, width));
  if (joined.kind !== 'sparse') throw new TypeError('expected sparse cells');
  const { starts, indices, values } = joined;
  return { rows: first.rows + second.rows, starts, indices, values };
}

/** The rows at these positions, in that order. Blocks are not copied. */
export function takeFeatureRows(rows: FeatureRows, positions: Int32Array): FeatureRows {
  const count = positions.length;
  return lazily(count, rows.columns, {
    prepared: () => ({
      rows: count,
      columns: rows.prepared.columns.map((column) => gatherColumn(column, positions)),
    }),
    blocks: () => {
      const { names, take } = rows.blocks;
      return {
        rows: count,
        names,
        range: (from, to, out) => take(positions.subarray(from, to), out),
        take: (some, out) =>
          take(
            some.map((at) => positions[at]!),
            out,
          ),
      };
    },
    sparse: () => {
      const own = rows.sparse;
      return {
        rows: count,
        width: own.width,
        get names() {
          return own.names;
        },
        range: (from, to) => gatherSparse(own, positions.subarray(from, to)),
        chosen: { from: own, positions },
      };
    },
  });
}

/** One after the other: rows of the same fitted features. Blocks are not copied. */
export function joinFeatureRows(first: FeatureRows, second: FeatureRows): FeatureRows {
  const rows = first.rows + second.rows;
  return lazily(rows, first.columns, {
    prepared: () => ({
      rows,
      columns: first.prepared.columns.map((column, at) => joinColumns(column, second.prepared.columns[at]!)),
    }),
    blocks: () => joinBlocks(first.blocks, second.blocks),
    sparse: () => {
      const [one, other] = [first.sparse, second.sparse];
      return {
        rows,
        width: one.width,
        get names() {
          return one.names;
        },
        range: (from, to) => {
          const border = Math.min(Math.max(from, one.rows), to);
          if (border === to) return one.range(from, to);
          const rest = other.range(Math.max(border, one.rows) - one.rows, to - one.rows);
          return border === from ? rest : joinSparse(one.range(from, border), rest, one.width);
        },
      };
    },
  });
}

function joinBlocks(first: EncodedRows, second: EncodedRows): EncodedRows {
  const { names } = first;
  const width = names.length;
  return {
    rows: first.rows + second.rows,
    names,
    range: (from, to, out) => {
      const border = Math.min(Math.max(from, first.rows), to);
      if (from < border) first.range(from, border, out);
      if (border < to)
        second.range(border - first.rows, to - first.rows, out.subarray((border - from) * width));
    },
    take: (positions, out) => {
      const places = Int32Array.from(positions.keys());
      for (const [source, start, end] of [
        [first, 0, first.rows],
        [second, first.rows, first.rows + second.rows],
      ] as const) {
        const own = places.filter((place) => positions[place]! >= start && positions[place]! < end);
        if (own.length === 0) continue;
        const cells = new Float32Array(own.length * width);
        source.take(
          own.map((place) => positions[place]! - start),
          cells,
        );
        for (let i = 0; i < own.length; i += 1)
          out.set(cells.subarray(i * width, (i + 1) * width), own[i]! * width);
      }
    },
  };
}
