import type { Prepared } from '../../../features/prepared.ts';
import type { Work } from '../../../work.ts';
import { zeroBound } from '../../trees/tree.ts';
import { binBounds, treeNumber } from './bounds.ts';
import { writeFeature } from './features.ts';
import type { TreeFeature } from './features.ts';
import type { BinColumn, Doubles, TreeMemory } from './kernel/memory.ts';

/**
 * How the cells of one feature become bins. Numbers: the bins between the bounds, then one for what is missing.
 * Categories: bin 0 for what is missing, unseen or rare, then one for each kept code.
 */
export interface FeatureBins {
  readonly kind: 'number' | 'codes';
  /** Of all, the bin for what is missing with them. */
  readonly bins: number;
  /** Numbers. */
  readonly bounds: Float64Array;
  readonly low: number;
  readonly high: number;
  /** Categories: the code of each bin from 1 on. */
  readonly codes: Int32Array;
}

/** A feature with its place in a histogram of all. */
export interface PlacedFeature extends FeatureBins {
  /** Number of its first bin. */
  readonly base: number;
}

/** Features whose bins are summed up together: four that bytes can hold, or one that needs 16 bits. */
interface Block {
  readonly features: readonly number[];
  readonly wide: boolean;
  /** Their bins in a histogram of all. */
  readonly base: number;
  readonly bins: number;
}

export interface Layout {
  readonly features: readonly PlacedFeature[];
  readonly blocks: readonly Block[];
  /** Bins of all features. */
  readonly bins: number;
}

/** Rows as bins, by feature. */
export interface BinnedRows {
  readonly rows: number;
  readonly columns: readonly BinColumn[];
}

/** A category with fewer rows is one of the rest: splits of sorted categories want more. */
const leastOfCategory = 5;
/** Bins are 16-bit numbers. */
const mostBins = 65_535;
/** So many a byte can hold. */
const byteBins = 256;
/** Features that are summed up together. */
const blockWidth = 4;

function numberBins(cells: Float64Array, most: number): FeatureBins {
  const bounds = binBounds(cells, most);
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at]!;
    if (cell < low) low = cell;
    if (cell > high) high = cell;
  }
  return {
    kind: 'number',
    bins: bounds.length + 2,
    bounds,
    low: treeNumber(low),
    high: treeNumber(high),
    codes: new Int32Array(0),
  };
}

function codeBins(cells: Float64Array): FeatureBins {
  let last = -1;
  for (let at = 0; at < cells.length; at += 1) {
    const code = cells[at]!;
    if (code > last) last = code;
  }
  const counts = new Int32Array(last + 1);
  for (let at = 0; at < cells.length; at += 1) {
    const code = cells[at]!;
    if (code >= 0) counts[code]! += 1;
  }
  const kept = Array.from(counts.keys())
    .filter((code) => counts[code]! >= leastOfCategory)
    .sort((left, right) => counts[right]! - counts[left]! || left - right)
    .slice(0, mostBins - 1)
    .sort((left, right) => left - right);
  return {
    kind: 'codes',
    bins: kept.length + 1,
    bounds: new Float64Array(0),
    low: 0,
    high: 0,
    codes: Int32Array.from(kept),
  };
}

/** Deals features out to blocks: those that bytes can hold first. */
function inBlocks(features: readonly FeatureBins[]): Layout {
  const isWide = ({ bins }: FeatureBins): boolean => bins > byteBins;
  const positions = [...features.keys()];
  const narrow = positions.filter((position) => !isWide(features[position]!));
  const lists = Array.from({ length: Math.ceil(narrow.length / blockWidth) }, (_, block) =>
    narrow.slice(blockWidth * block, blockWidth * (block + 1)),
  );
  for (const position of positions) if (isWide(features[position]!)) lists.push([position]);
  const bases = new Int32Array(features.length);
  let next = 0;
  const blocks = lists.map((list): Block => {
    const base = next;
    for (let at = 0; at < list.length; at += 1) {
      const position = list[at]!;
      bases[position] = next;
      next += features[position]!.bins;
    }
    return { features: list, wide: isWide(features[list[0]!]!), base, bins: next - base };
  });
  const placed = features.map((feature, position) => ({ ...feature, base: bases[position]! }));
  return { features: placed, blocks, bins: next };
}

/** The bins of each feature, found on the training part. */
export function* layOutBins(
  features: readonly TreeFeature[],
  prepared: Prepared,
  mostOfNumber: number,
): Work<Layout> {
  const found: FeatureBins[] = [];
  const cells = new Float64Array(prepared.rows);
  for (const feature of features) {
    writeFeature(feature, prepared, cells);
    found.push(feature.kind === 'codes' ? codeBins(cells) : numberBins(cells, mostOfNumber));
    yield prepared.rows;
  }
  return inBlocks(found);
}

/** Rows as the bins of a layout. What training did not see is missing. */
export function* binRows(
  memory: TreeMemory,
  { features }: Layout,
  sources: readonly TreeFeature[],
  prepared: Prepared,
): Work<BinnedRows> {
  const { rows } = prepared;
  const columns = features.map(({ bins }) => memory.column(rows, bins > byteBins));
  for (const [position, feature] of features.entries()) {
    memory.forAWhile(() => {
      const cells = memory.doubles(rows);
      writeFeature(sources[position]!, prepared, cells);
      if (feature.kind === 'number') writeNumbers(memory, cells, feature, columns[position]!);
      else writeCodes(cells, feature, columns[position]!);
    });
    yield rows;
  }
  return { rows, columns };
}

function writeNumbers(
  memory: TreeMemory,
  cells: Doubles,
  { bounds, bins }: PlacedFeature,
  into: BinColumn,
): void {
  const kept = memory.doubles(bounds.length);
  kept.set(bounds);
  memory.kernel.bin(
    cells.byteOffset,
    cells.length,
    kept.byteOffset,
    kept.length,
    bins - 1,
    zeroBound,
    into.byteOffset,
  );
}

function writeCodes(cells: Doubles, { codes }: PlacedFeature, into: BinColumn): void {
  const binOfCode = new Uint16Array((codes.at(-1) ?? -1) + 1);
  for (let bin = 0; bin < codes.length; bin += 1) binOfCode[codes[bin]!] = bin + 1;
  for (let row = 0; row < cells.length; row += 1) {
    const code = cells[row]!;
    into[row] = code >= 0 && code < binOfCode.length ? binOfCode[code]! : 0;
  }
}
