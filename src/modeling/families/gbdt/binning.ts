import type { Prepared } from '../../../features/prepared.ts';
import type { Work } from '../../../work.ts';
import { binBounds, binOf, treeNumber } from './bounds.ts';
import { writeCells } from './features.ts';
import type { TreeFeature } from './features.ts';

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

/** A feature with its place in the rows of bins. */
export interface PlacedFeature extends FeatureBins {
  readonly group: number;
  /** Cell of a row of the group. */
  readonly place: number;
  /** Number of its first bin within the group. */
  readonly offset: number;
  /** Number of its first bin in a histogram of all. */
  readonly base: number;
}

/** Features that stand together: a row's bins side by side, all their bins in a histogram that stays in cache. */
interface Group {
  readonly width: number;
  readonly base: number;
}

export interface Layout {
  readonly features: readonly PlacedFeature[];
  readonly groups: readonly Group[];
  /** Bins of all features. */
  readonly bins: number;
}

/** Rows as bins, a row-major array for each group; a bin is numbered within its group. */
export interface BinnedRows {
  readonly rows: number;
  readonly groups: readonly Uint16Array[];
}

/** A category with fewer rows is one of the rest: splits of sorted categories want more. */
const leastOfCategory = 5;
/** Bins are 16-bit numbers. */
const mostBins = 65_535;
/** Bins of a group: 64 KB of sums. */
const groupBins = 4096;

function numberBins(cells: Float64Array, most: number): FeatureBins {
  const bounds = binBounds(cells, most);
  let low = Infinity;
  let high = -Infinity;
  for (const cell of cells) {
    const value = treeNumber(cell);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { kind: 'number', bins: bounds.length + 2, bounds, low, high, codes: new Int32Array(0) };
}

function codeBins(cells: Float64Array): FeatureBins {
  const counts = new Map<number, number>();
  for (const code of cells) if (code === code) counts.set(code, (counts.get(code) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= leastOfCategory)
    .sort((left, right) => right[1] - left[1] || left[0] - right[0])
    .slice(0, mostBins - 1)
    .map(([code]) => code)
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

/** The bins of each feature, found on the training part, in groups. */
export function* layOutBins(
  features: readonly TreeFeature[],
  prepared: Prepared,
  mostOfNumber: number,
): Work<Layout> {
  const placed: PlacedFeature[] = [];
  const groups: { width: number; base: number }[] = [];
  const cells = new Float64Array(prepared.rows);
  let offset = 0;
  let base = 0;
  for (const feature of features) {
    writeCells([feature], prepared, 0, prepared.rows, cells);
    const own = feature.kind === 'codes' ? codeBins(cells) : numberBins(cells, mostOfNumber);
    if (groups.length === 0 || offset + own.bins > groupBins) {
      groups.push({ width: 0, base });
      offset = 0;
    }
    const group = groups.at(-1)!;
    placed.push({ ...own, group: groups.length - 1, place: group.width, offset, base });
    group.width += 1;
    offset += own.bins;
    base += own.bins;
    yield prepared.rows;
  }
  return { features: placed, groups, bins: base };
}

/** Rows as the bins of a layout. What training did not see is missing. */
export function* binRows(
  { features, groups }: Layout,
  sources: readonly TreeFeature[],
  prepared: Prepared,
): Work<BinnedRows> {
  const { rows } = prepared;
  const binned = groups.map(({ width }) => new Uint16Array(rows * width));
  const cells = new Float64Array(rows);
  for (const [position, feature] of features.entries()) {
    writeCells([sources[position]!], prepared, 0, rows, cells);
    const into = binned[feature.group]!;
    const { width } = groups[feature.group]!;
    if (feature.kind === 'number') writeNumbers(cells, feature, into, width);
    else writeCodes(cells, feature, into, width);
    yield rows;
  }
  return { rows, groups: binned };
}

function writeNumbers(
  cells: Float64Array,
  { bounds, bins, offset, place }: PlacedFeature,
  into: Uint16Array,
  width: number,
): void {
  const missing = offset + bins - 1;
  for (let row = 0, at = place; row < cells.length; row += 1, at += width) {
    const value = treeNumber(cells[row]!);
    into[at] = value === value ? offset + binOf(bounds, value) : missing;
  }
}

function writeCodes(
  cells: Float64Array,
  { codes, offset, place }: PlacedFeature,
  into: Uint16Array,
  width: number,
): void {
  const binOfCode = new Int32Array((codes.at(-1) ?? -1) + 1);
  for (let bin = 0; bin < codes.length; bin += 1) binOfCode[codes[bin]!] = bin + 1;
  for (let row = 0, at = place; row < cells.length; row += 1, at += width)
    into[at] = offset + (binOfCode[cells[row]!] ?? 0);
}
