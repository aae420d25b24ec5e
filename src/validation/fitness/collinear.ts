import { isMissing } from '../../data/columns.ts';
import type { Column } from '../../data/columns.ts';
import { cellText } from '../cells.ts';
import { cellExamples } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import { valuesAt } from './bins.ts';
import type { Feature, FitnessCheck, Looked } from './fitness.ts';
import { dropLine, partSaid } from './fitness.ts';

/** From this correlation on two numbers are one, but for rounding. */
const copies = 0.9995;
/** Rows and columns that are compared. */
const mostRows = 2000;
const mostColumns = 300;
/** Words of a recoded category. */
const mostWords = 200;
/** Where one value stands in more rows than this, the rest is too little to be called the same. */
const commonest = 0.98;
const fewestRows = 50;

/** Values less their mean over their length, so that a product is a correlation; undefined where something is missing or constant. */
export function standardized({ column }: Feature, rows: Int32Array): Float64Array | undefined {
  if (column.kind !== 'number' && column.kind !== 'time') return undefined;
  const values = valuesAt(column.values, rows);
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < Math.max(fewestRows, rows.length * 0.5)) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  // A missing cell counts as the mean: a copy misses the same cells.
  const centred = values.map((value) => (Number.isNaN(value) ? 0 : value - mean));
  const length = Math.sqrt(correlationOf(centred, centred));
  return length === 0 ? undefined : centred.map((value) => value / length);
}

/** Of two such columns. */
export const correlationOf = (left: Float64Array, right: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += left[at]! * right[at]!;
  return sum;
};

/** Far more than rounding could lose of a sum of squares. */
const slack = 1e-9;

/**
 * May the correlation of two such columns be that of copies? The squares of what they differ by sum up to 2 − 2·r: for
 * columns that have nothing to do with each other a few rows say no.
 */
function mayBeCopies(left: Float64Array, right: Float64Array): boolean {
  const most = 2 - 2 * copies + slack;
  let apart = 0;
  let together = 0;
  for (let at = 0; at < left.length; at += 1) {
    apart += (left[at]! - right[at]!) ** 2;
    together += (left[at]! + right[at]!) ** 2;
    if (apart > most && together > most) return false;
  }
  return true;
}

/** Code of each row's word, in the order in which words turn up: a recoded column has the same codes. */
function firstSeen(column: Column, rows: Int32Array): string | undefined {
  const codes = new Map<string, number>();
  const counts: number[] = [];
  let text = '';
  for (const row of rows) {
    const word = isMissing(column, row) ? '' : cellText(column, row);
    const code = codes.get(word) ?? codes.size;
    codes.set(word, code);
    counts[code] = (counts[code] ?? 0) + 1;
    text += String.fromCharCode(code);
    if (codes.size > mostWords) return undefined;
  }
  // Where hardly a word comes twice, any two columns would have the same codes.
  if (codes.size > rows.length / 2) return undefined;
  return codes.size < 2 || Math.max(...counts) > commonest * rows.length ? undefined : text;
}

interface Copy {
  readonly of: Feature;
  readonly by: Feature;
  readonly correlation: number | null;
}

function copiesOf(looked: Looked): Copy[] {
  const step = Math.max(1, Math.ceil(looked.rows.length / mostRows));
  const rows = looked.rows.filter((_, at) => at % step === 0);
  if (rows.length < fewestRows) return [];
  const found: Copy[] = [];
  const seen = new Map<string, Feature>();
  const numbers: { feature: Feature; unit: Float64Array }[] = [];
  for (const feature of looked.features.slice(0, mostColumns)) {
    const unit = standardized(feature, rows);
    const twin =
      unit === undefined
        ? undefined
        : numbers.find(
            (other) => mayBeCopies(other.unit, unit) && Math.abs(correlationOf(other.unit, unit)) >= copies,
          );
    const words = firstSeen(feature.column, rows);
    const recoded = words === undefined ? undefined : seen.get(words);
    if (twin !== undefined)
      found.push({ of: twin.feature, by: feature, correlation: correlationOf(twin.unit, unit!) });
    else if (recoded !== undefined) found.push({ of: recoded, by: feature, correlation: null });
    if (twin === undefined && unit !== undefined) numbers.push({ feature, unit });
    if (words !== undefined && recoded === undefined) seen.set(words, feature);
  }
  return found;
}

function findingOf(looked: Looked, { of, by, correlation }: Copy): Finding {
  const { input, rows } = looked;
  const said =
    correlation === null
      ? `each value of ${by.name} goes with one value of ${of.name}`
      : `correlation ${Math.abs(correlation) > 0.99995 ? Math.sign(correlation) : correlation.toFixed(4)}`;
  return {
    check: 'collinear',
    column: by.name,
    severity: 'info',
    message: `${by.name} says the same as ${of.name} (${said})${partSaid(looked)}: importance is shared between them.`,
    count: input.table.rows,
    examples: cellExamples(input, by.column, [...rows.slice(0, 2)]),
    fix: `A model is no worse for it; to see what matters, leave one out: ${dropLine(input, by.name)}`,
    ...(correlation === null ? {} : { effect: { measure: 'correlation' as const, value: correlation } }),
    line: dropLine(input, by.name),
  };
}

/** Two columns that say the same: one is computed from the other, or recoded. */
export const collinear: FitnessCheck = {
  name: 'collinear',
  description: 'A number follows another one exactly, or a category is another one in other words.',
  run: (looked) => copiesOf(looked).map((copy) => findingOf(looked, copy)),
};
