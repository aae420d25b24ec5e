import type { Layout } from './binning.ts';
import { helperLost } from './kernel/memory.ts';
import type { BinColumn, Doubles, RowNumbers, TreeMemory } from './kernel/memory.ts';

/**
 * Sums of gradient and curvature by bin over some rows: `[2 · bin]` and `[2 · bin + 1]`. Rows are added in the order in
 * which they stand, so that the sums are the same bits however many threads fill them.
 */
export type Histogram = Doubles;

/** Numbers of a block in the kernel's table. */
const blockWords = 12;

/** Blocks of columns as the kernel sums them up. */
export interface Blocks {
  /** The table of those that a tree may split on. */
  readonly table: RowNumbers;
  /** How many there are of them now. */
  count: number;
  /** By block of the layout: its rows as bins, woven together where there are several. */
  readonly woven: readonly BinColumn[];
}

/** Weaves the columns of rows together, by blocks. */
export function weave(memory: TreeMemory, { blocks }: Layout, columns: readonly BinColumn[]): Blocks {
  const woven = blocks.map(({ features, wide }) => {
    const own = features.map((feature) => columns[feature]!);
    if (wide) return own[0]!;
    const rows = own[0]!.length;
    const into = memory.column(4 * rows, false);
    const [first, second, third, fourth] = [0, 1, 2, 3].map((at) => (own[at] ?? own[0]!).byteOffset);
    memory.kernel.weave(first!, second!, third!, fourth!, rows, into.byteOffset);
    return into;
  });
  return { table: memory.rowNumbers(blockWords * blocks.length), count: 0, woven };
}

/** From now on only these columns are summed up. */
export function choose(blocks: Blocks, layout: Layout, columns: readonly number[]): void {
  const chosen = new Set(columns);
  let at = 0;
  layout.blocks.forEach(({ features, wide, base, bins }, block) => {
    const places = features.flatMap((feature, place) => (chosen.has(feature) ? [place] : []));
    if (places.length === 0) return;
    const starts = places.map((place) => 16 * layout.features[features[place]!]!.base);
    const pad = (values: readonly number[]): number[] => [0, 1, 2, 3].map((place) => values[place] ?? 0);
    const words = [
      wide ? 0 : places.length,
      blocks.woven[block]!.byteOffset,
      16 * base,
      16 * bins,
      ...pad(places),
      ...pad(starts),
    ];
    blocks.table.set(words, at);
    at += blockWords;
  });
  blocks.count = at / blockWords;
}

/** Rows, with what is summed up of them, side by side. */
export interface Gathered {
  readonly order: RowNumbers;
  readonly from: number;
  readonly to: number;
  readonly derivatives: Doubles;
}

/** Fills a histogram with the sums of rows, and takes them off their parent's, where there is one. */
export function fill(
  memory: TreeMemory,
  { table, count }: Blocks,
  { order, from, to, derivatives }: Gathered,
  into: Histogram,
  parent: Histogram | null,
  helped: boolean,
): void {
  const filled = memory.kernel.fill(
    table.byteOffset,
    count,
    order.byteOffset + 4 * from,
    to - from,
    derivatives.byteOffset,
    into.byteOffset,
    parent?.byteOffset ?? 0,
    helped,
  );
  if (filled === 0) throw helperLost();
}
