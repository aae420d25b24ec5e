import type { ColumnSources } from '../../features/sources.ts';
import { createRandom } from '../../random.ts';
import type { Work } from '../../work.ts';
import type { Explainer } from '../explanation.ts';

/** Rows that a network is asked about in one call. */
const batchRows = 4096;
/** Last-layer sums, `rows × units`, of row-major dense rows. A row's do not depend on the others. */
export interface Sums {
  readonly units: number;
  /** Multiplications of one row. */
  readonly steps: number;
  logits(dense: Float32Array, rows: number): Float32Array;
}

/** The cells of each column that has any. */
function cellsByColumn({
  columns,
  ofCell,
}: ColumnSources): { readonly column: number; readonly cells: Int32Array }[] {
  const cells = columns.map((): number[] => []);
  ofCell.forEach((column, cell) => cells[column]!.push(cell));
  return cells
    .map((own, column) => ({ column, cells: Int32Array.from(own) }))
    .filter((each) => each.cells.length > 0);
}

/** A way from one row of the background to the row in question: its columns are taken over in this order. */
interface Walk {
  readonly from: number;
  readonly order: Int32Array;
}

/** From each row of the background one shuffled order and its reverse, which cancels much of what chance does. */
function dealWalks(background: number, columns: number): Walk[] {
  const random = createRandom('explanation');
  return Array.from({ length: background }, (_, from) => {
    const order = random.shuffle(Int32Array.from({ length: columns }, (_unused, at) => at));
    return [
      { from, order },
      { from, order: order.slice().reverse() },
    ];
  }).flat();
}

/**
 * Contributions by sampled orders of the columns (Štrumbelj & Kononenko 2014): on each walk from a row of the background
 * the columns take the row's own cells one after the other, and what the sum moves by is the column's. The mean over
 * walks, always the same ones. All cells of a column move at once. They add up to the row's sum less the background's
 * mean.
 */
export function sampledExplainer(model: Sums, background: Float32Array, sources: ColumnSources): Explainer {
  const width = sources.ofCell.length;
  const players = cellsByColumn(sources);
  const count = width === 0 ? 0 : background.length / width;
  const walks = dealWalks(count, players.length);
  const { units } = model;
  const slots = sources.columns.length;
  const starts = model.logits(background, count);
  const base = new Float64Array(units);
  for (let at = 0; at < starts.length; at += 1) base[at % units]! += starts[at]! / count;

  /** The rows of some walks, each one column further, and their sums. */
  const walked = (row: Float32Array, some: readonly Walk[]): Float32Array => {
    const dense = new Float32Array(some.length * players.length * width);
    some.forEach(({ from, order }, walk) => {
      const current = background.slice(from * width, (from + 1) * width);
      order.forEach((player, step) => {
        for (const cell of players[player]!.cells) current[cell] = row[cell]!;
        dense.set(current, (walk * players.length + step) * width);
      });
    });
    return model.logits(dense, some.length * players.length);
  };
  const addWalks = (row: Float32Array, some: readonly Walk[], values: Float64Array, at: number): void => {
    const sums = walked(row, some);
    some.forEach(({ from, order }, walk) => {
      for (let unit = 0; unit < units; unit += 1) {
        let before = starts[from * units + unit]!;
        order.forEach((player, step) => {
          const after = sums[(walk * players.length + step) * units + unit]!;
          values[at + unit * slots + players[player]!.column]! += (after - before) / walks.length;
          before = after;
        });
      }
    });
  };
  const walksAtOnce = Math.max(1, Math.floor(batchRows / Math.max(1, players.length)));
  return {
    samples: walks.length,
    stepsPerRow: walks.length * players.length * model.steps,
    *contributions({ blocks }): Work<{ units: number; base: Float64Array; values: Float64Array }> {
      const values = new Float64Array(blocks.rows * units * slots);
      const row = new Float32Array(width);
      for (let at = 0; at < blocks.rows; at += 1) {
        blocks.range(at, at + 1, row);
        for (let from = 0; from < walks.length && players.length > 0; from += walksAtOnce)
          addWalks(row, walks.slice(from, from + walksAtOnce), values, at * units * slots);
        yield 1;
      }
      return { units, base, values };
    },
  };
}
