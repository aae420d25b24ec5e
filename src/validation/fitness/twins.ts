import type { Column } from '../../data/columns.ts';
import { isMissing } from '../../data/columns.ts';
import { avalanche, fnvBasis, fnvStep, hashText } from '../../hash.ts';
import { radixOrder } from '../../statistics/ordering.ts';
import { cellText } from '../cells.ts';
import { percent, rowCount } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import type { Feature, FitnessCheck, Looked } from './fitness.ts';

// Rows whose features are the same, whatever their ids are: a model cannot tell them apart.

/** Rows in which twins are looked for: of more, those of a part of the contents, so that twins stay together. */
const mostRows = 200_000;
/** So many times more pairs than columns that know nothing of each other would give. */
const beyondChance = 10;
/** One pair may be two people. */
const fewestCopies = 2;
/** From this share of the rows on it is worth a warning. */
const worthIt = 0.01;

/** So many different contents make parts of about equal size. */
const fineContents = 1_000_000;

/** What twins are told by. */
interface Cells {
  readonly column: Column;
  readonly profile: { readonly distinct: number };
}

/** A number of 32 bits by row from one column's cells. */
function cellHashes(column: Column, rows: Int32Array): Int32Array {
  const hashes = new Int32Array(rows.length);
  if (column.kind === 'number' || column.kind === 'time') {
    const cell = new Float64Array(1);
    const words = new Int32Array(cell.buffer);
    for (let at = 0; at < rows.length; at += 1) {
      // -0 is 0, and one missing cell is as another.
      cell[0] = column.values[rows[at]!]! + 0;
      hashes[at] = fnvStep(fnvStep(fnvBasis, words[0]!), words[1]!);
    }
  } else if (column.kind === 'category')
    for (let at = 0; at < rows.length; at += 1) hashes[at] = column.codes[rows[at]!]!;
  else for (let at = 0; at < rows.length; at += 1) hashes[at] = hashText(column.values[rows[at]!] ?? '\0');
  return hashes;
}

/** Two hashes a row over some features: rows with the same two are twins, where these are all features. */
function rowHashes(features: readonly Cells[], rows: Int32Array): readonly [Uint32Array, Uint32Array] {
  const left = new Uint32Array(rows.length).fill(fnvBasis);
  const right = new Uint32Array(rows.length).fill(0x9747b28c);
  for (const { column } of features) {
    const cells = cellHashes(column, rows);
    for (let at = 0; at < rows.length; at += 1) {
      const mixed = avalanche(cells[at]!);
      left[at] = fnvStep(left[at]!, mixed);
      right[at] = avalanche(right[at]! ^ mixed) + 0x6d2b79f5;
    }
  }
  return [left, right];
}

/** The features with the most different values, as many as make their contents many enough. */
function fineFeatures(features: readonly Cells[]): readonly Cells[] {
  const ordered = features.toSorted((left, right) => right.profile.distinct - left.profile.distinct);
  let contents = 1;
  let taken = 0;
  while (taken < ordered.length && contents < fineContents) contents *= ordered[taken++]!.profile.distinct;
  return ordered.slice(0, taken);
}

/** The rows of one of so many parts of the contents. */
function partOf(features: readonly Cells[], all: Int32Array, parts: number): Int32Array {
  const [hashes] = rowHashes(features, all);
  return all.filter((row) => avalanche(hashes[row]!) >>> 0 < 2 ** 32 / parts);
}

/** Rows with the same features, two or more of each; of many rows, those of one `part` in so many. */
export function twinsOf(
  features: readonly Cells[],
  rows: number,
): { readonly groups: number[][]; readonly part: number } {
  const part = Math.ceil(rows / mostRows);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  let looked = part === 1 ? all : partOf(fineFeatures(features), all, part);
  // Columns that go with each other have fewer contents than they seem to.
  if (part > 1 && (looked.length > 2 * mostRows || looked.length < mostRows / 4))
    looked = partOf(features, all, part);
  const [left, right] = rowHashes(features, looked);
  const order = radixOrder(left, radixOrder(right));
  const groups: number[][] = [];
  for (let from = 0; from < order.length;) {
    const first = order[from]!;
    let to = from + 1;
    while (to < order.length && left[order[to]!] === left[first] && right[order[to]!] === right[first])
      to += 1;
    if (to > from + 1) groups.push(Array.from(order.subarray(from, to), (at) => looked[at]!));
    from = to;
  }
  return { groups: groups.sort((one, other) => one[0]! - other[0]!), part };
}

/** Chance that two rows agree in every feature, if these knew nothing of each other; by the groups of cells that scores are made of. */
function chanceOfTwins(features: readonly Feature[]): number {
  return features.reduce((chance, { binned, profile }) => {
    const counts = new Float64Array(binned.count);
    for (const bin of binned.bins) counts[bin] = counts[bin]! + 1;
    const agree = counts.reduce((sum, count) => sum + (count / Math.max(1, binned.bins.length)) ** 2, 0);
    // Many values share a group.
    return (
      chance *
      Math.min(
        agree,
        Math.max(
          1 / Math.max(1, profile.distinct),
          agree * (binned.count / Math.max(binned.count, profile.distinct)),
        ),
      )
    );
  }, 1);
}

const pairsIn = (size: number): number => (size * (size - 1)) / 2;

/** Labels of a group and how often each stands there. */
function labelsOf(label: Column | undefined, group: readonly number[]): Map<string, number> {
  const labels = new Map<string, number>();
  if (label === undefined) return labels;
  for (const row of group) {
    if (isMissing(label, row)) continue;
    const text = cellText(label, row);
    labels.set(text, (labels.get(text) ?? 0) + 1);
  }
  return labels;
}

const sumOf = (labels: ReadonlyMap<string, number>): number =>
  [...labels.values()].reduce((sum, count) => sum + count, 0);

function conflictOf(
  { input, labelColumn, label, labelled }: Looked,
  groups: readonly number[][],
  part: number,
): Finding[] {
  if (labelColumn?.kind !== 'category' || input.labelIs === 'number') return [];
  const found = groups
    .map((group) => ({ group, labels: labelsOf(labelColumn, group) }))
    .filter(({ labels }) => labels.size > 1);
  if (found.length === 0) return [];
  const rows = part * found.reduce((sum, { labels }) => sum + sumOf(labels), 0);
  const lost =
    part * found.reduce((sum, { labels }) => sum + sumOf(labels) - Math.max(...labels.values()), 0);
  const cap = 1 - lost / Math.max(1, labelled);
  return [
    {
      check: 'label-conflict',
      column: label!,
      severity: lost >= worthIt * labelled ? 'warning' : 'info',
      message: `${part > 1 ? 'About ' : ''}${rowCount(rows)} (${percent(rows / Math.max(1, labelled))}) have the same features as another row and a different ${label!}: no model can be right in more than ${percent(cap)} of these data.`,
      count: rows,
      examples: found.slice(0, 5).map(({ group, labels }) => ({
        rowId: input.rowIds.at(group[0]!) ?? String(group[0]!),
        value: [...labels].map(([text, count]) => `${text} ${count} times`).join(', '),
      })),
      fix: `Find out which ${label!} is right, or add the column that tells these rows apart.`,
      effect: { measure: 'accuracy', value: cap },
    },
  ];
}

function copiesOf(looked: Looked, groups: readonly number[][], part: number): Finding[] {
  const { input, features } = looked;
  if (input.split.strategy === 'group') return [];
  const rows = input.table.rows;
  const extra = part * groups.reduce((sum, group) => sum + group.length - 1, 0);
  const pairs = part * groups.reduce((sum, group) => sum + pairsIn(group.length), 0);
  if (extra < fewestCopies || pairs < beyondChance * pairsIn(rows) * chanceOfTwins(features)) return [];
  return [
    {
      check: 'copies-over-split',
      severity: extra >= worthIt * rows ? 'warning' : 'info',
      message: `${part > 1 ? 'About ' : ''}${rowCount(extra)} (${percent(extra / rows)}) are copies of another row under an id of their own: one may train and the other test, and a model that knows it by heart looks good.`,
      count: extra,
      examples: groups.slice(0, 5).map((group) => ({
        rowId: input.rowIds.at(group[0]!) ?? String(group[0]!),
        value: `the same as row ${input.rowIds.at(group[1]!) ?? group[1]!}`,
      })),
      fix: 'Remove the copies in the source, or name the columns that really identify a row in `row_id`.',
      effect: { measure: 'share', value: extra / rows },
    },
  ];
}

function run(looked: Looked): Finding[] {
  const { input, features } = looked;
  if (features.length === 0) return [];
  const { groups, part } = twinsOf(features, input.table.rows);
  if (groups.length === 0) return [];
  // Where all cells make the id, the check of ids has said it, and twins share a part of the split.
  const ownIds = input.rowIdColumns.length > 0 || input.drop.length > 0;
  return [...conflictOf(looked, groups, part), ...(ownIds ? copiesOf(looked, groups, part) : [])];
}

/** Rows with the same features. */
export const twins: FitnessCheck = {
  name: 'copies-over-split',
  description:
    'Rows with the same features and different ids: copies that may lie on both sides of the split, and different labels, which cap every model.',
  run,
};
