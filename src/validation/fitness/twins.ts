import type { Column } from '../../data/columns.ts';
import { isMissing } from '../../data/columns.ts';
import { avalanche, fnvBasis, fnvStep, hashText } from '../../hash.ts';
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

/** A number of 32 bits by row from one column's cells. */
function cellHashes(column: Column, rows: number): Int32Array {
  const hashes = new Int32Array(rows);
  if (column.kind === 'number' || column.kind === 'time') {
    const cell = new Float64Array(1);
    const words = new Int32Array(cell.buffer);
    for (let row = 0; row < rows; row += 1) {
      // -0 is 0, and one missing cell is as another.
      cell[0] = column.values[row]! + 0;
      hashes[row] = fnvStep(fnvStep(fnvBasis, words[0]!), words[1]!);
    }
  } else if (column.kind === 'category') hashes.set(column.codes);
  else for (let row = 0; row < rows; row += 1) hashes[row] = hashText(column.values[row] ?? '\0');
  return hashes;
}

/** Two hashes a row over all features: rows with the same two are twins. */
function rowHashes(features: readonly Feature[], rows: number): readonly [Int32Array, Int32Array] {
  const left = new Int32Array(rows).fill(fnvBasis);
  const right = new Int32Array(rows).fill(0x9747b28c);
  for (const { column } of features) {
    const cells = cellHashes(column, rows);
    for (let row = 0; row < rows; row += 1) {
      const mixed = avalanche(cells[row]!);
      left[row] = fnvStep(left[row]!, mixed);
      right[row] = avalanche(right[row]! ^ mixed) + 0x6d2b79f5;
    }
  }
  return [left, right];
}

/** Rows with the same features, two or more of each. */
function twinsOf(
  features: readonly Feature[],
  rows: number,
): { readonly groups: number[][]; readonly part: number } {
  const [left, right] = rowHashes(features, rows);
  const part = Math.ceil(rows / mostRows);
  const byHash = new Map<string, number[]>();
  for (let row = 0; row < rows; row += 1) {
    if (part > 1 && (left[row]! >>> 0) % part !== 0) continue;
    const key = `${left[row]!},${right[row]!}`;
    const group = byHash.get(key);
    if (group === undefined) byHash.set(key, [row]);
    else group.push(row);
  }
  return { groups: [...byHash.values()].filter((group) => group.length > 1), part };
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
