import { damagedState, numberParam, paramsSchema, stateNumbers } from '../../params.ts';
import type { SparseColumn } from '../../prepared.ts';
import type { StepTransform } from '../../transform.ts';

const mostCells = 4096;

/** Cells of a sparse column that some row of it fills, those of most rows first; ties by place. */
function cellsByRows({ size, starts, indices }: SparseColumn): readonly number[] {
  const rows = new Int32Array(size);
  const [from, to] = [starts[0] ?? 0, starts.at(-1) ?? 0];
  for (let at = from; at < to; at += 1) rows[indices[at]!]! += 1;
  return Array.from(rows.keys())
    .filter((cell) => rows[cell]! > 0)
    .sort((left, right) => rows[right]! - rows[left]! || left - right);
}

/** Some cells of a sparse column as dense outputs: what a network is given of a text. */
export const mostFilled: StepTransform = {
  name: 'most_filled',
  summary:
    'The cells of sparse counts that most training rows fill, one output each, for families that want dense rows; linear takes all cells. Missing and all other cells: nothing.',
  accepts: ['sparse'],
  params: paramsSchema({
    count: {
      type: 'integer',
      minimum: 1,
      maximum: mostCells,
      default: 128,
      description: 'How many cells.',
    },
  }),
  examples: [],
  fit(column, params) {
    if (column.kind !== 'sparse') throw new TypeError(`expected sparse counts, got a ${column.kind} column`);
    const kept = cellsByRows(column).slice(0, numberParam(params, 'count', 128));
    return { cells: kept.sort((left, right) => left - right) };
  },
  compile(state, { name, size = 0, labels }) {
    const cells = stateNumbers(state, 'cells');
    const places = new Int32Array(size).fill(-1);
    cells.forEach((cell, place) => {
      if (!Number.isInteger(cell) || cell < 0 || cell >= size || places[cell] !== -1)
        throw damagedState(`most_filled of ${name} names a cell that is not there`);
      places[cell] = place;
    });
    return {
      role: 'encoder',
      width: cells.length,
      outputs: () => {
        const known = labels?.() ?? [];
        return Array.from(cells, (cell) => `${name}${known[cell] ?? ''}`);
      },
      write(column, out, offset, stride) {
        if (column.kind !== 'sparse')
          throw new TypeError(`expected sparse counts, got a ${column.kind} column`);
        const { starts, indices, values } = column;
        for (let row = 0, at = offset; row + 1 < starts.length; row += 1, at += stride)
          for (let k = starts[row]!; k < starts[row + 1]!; k += 1) {
            const place = places[indices[k]!]!;
            if (place >= 0) out[at + place] = values[k]!;
          }
      },
    };
  },
};
