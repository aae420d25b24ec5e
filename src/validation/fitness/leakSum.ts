import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import { valuesAt } from './bins.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, partSaid, scoreText } from './fitness.ts';
import { isHeldOut } from './score.ts';

// Parts that sum up to the label, nearly: with rounding, with something that nobody wrote down, in another unit, or more
// of them than an exact formula is tried with.

/** Columns that parts are chosen from: those that tell most alone. */
const mostColumns = 30;
const mostParts = 8;
/** Rows that the sum is fitted and judged on, every second one for either. */
const mostRows = 4000;
const fewestRows = 200;
/** From here on the sum tells the label. */
const tells = 0.98;
/** A part adds so much, or it is none. */
const adds = 0.002;
/** Parts of a sum count alike: columns that merely go with the label have weights of their own. */
const alike = 0.1;
/** A label of fewer values is no quantity that is summed up. */
const fewestValues = 20;

interface Sum {
  readonly features: readonly Feature[];
  readonly weights: readonly number[];
  /** R² on rows that it was not fitted on. */
  readonly r2: number;
}

/** Solves a small symmetric system by elimination; undefined where it has no single solution. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let at = 0; at < n; at += 1) {
    let pivot = at;
    for (let i = at + 1; i < n; i += 1) if (Math.abs(rows[i]![at]!) > Math.abs(rows[pivot]![at]!)) pivot = i;
    const top = rows[pivot]!;
    [rows[at], rows[pivot]] = [top, rows[at]!];
    if (Math.abs(top[at]!) < 1e-9) return undefined;
    for (let i = 0; i < n; i += 1) {
      if (i === at) continue;
      const times = rows[i]![at]! / top[at]!;
      for (let j = at; j <= n; j += 1) rows[i]![j]! -= times * top[j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

/** A column less its mean over its spread, missing cells as the mean; undefined where it is constant. */
function scaled(values: Float64Array): { readonly unit: Float64Array; readonly spread: number } | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < values.length / 2) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  if (!(spread > 0) || !Number.isFinite(spread)) return undefined;
  return { unit: values.map((value) => (Number.isNaN(value) ? 0 : (value - mean) / spread)), spread };
}

/** Product of two columns over the rows that a sum is fitted on, or over those that it is judged on. */
function product(left: Float64Array, right: Float64Array, held: boolean): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) if (isHeldOut(at) === held) sum += left[at]! * right[at]!;
  return sum;
}

/** What a sum of some columns leaves of the label on the rows that it was not fitted on. */
function judged(
  columns: readonly Float64Array[],
  label: Float64Array,
): { readonly weights: number[]; readonly residual: Float64Array; readonly r2: number } | undefined {
  const weights = solve(
    columns.map((left) => columns.map((right) => product(left, right, false))),
    columns.map((column) => product(column, label, false)),
  );
  if (weights === undefined) return undefined;
  const residual = label.map((value, row) =>
    columns.reduce((left, column, at) => left - weights[at]! * column[row]!, value),
  );
  return { weights, residual, r2: 1 - product(residual, residual, true) / product(label, label, true) };
}

interface Part {
  readonly feature: Feature;
  readonly unit: Float64Array;
  readonly spread: number;
}

interface Chosen {
  readonly used: readonly Part[];
  readonly weights: readonly number[];
  readonly r2: number;
}

/** Chooses parts one after the other: the column that goes best with what the others leave. */
function chosen(parts: readonly Part[], label: Float64Array): Chosen | undefined {
  const used: Part[] = [];
  let best: ReturnType<typeof judged> = { weights: [], residual: label, r2: 0 };
  while (used.length < mostParts) {
    const { residual, r2 } = best;
    const left = parts.filter((part) => !used.includes(part));
    const pull = ({ unit }: Part): number =>
      Math.abs(product(unit, residual, false)) / Math.sqrt(product(unit, unit, false));
    const next = left.reduce<Part | undefined>(
      (most, part) => (most === undefined || pull(part) > pull(most) ? part : most),
      undefined,
    );
    if (next === undefined) break;
    const tried = judged(
      [...used, next].map(({ unit }) => unit),
      label,
    );
    if (tried === undefined || tried.r2 < r2 + adds) break;
    used.push(next);
    best = tried;
  }
  return withoutIdle(used, label);
}

/** The same without the columns that the others have made needless: the first choice is often one that merely goes with the label. */
function withoutIdle(used: readonly Part[], label: Float64Array): Chosen | undefined {
  const of = (parts: readonly Part[]): ReturnType<typeof judged> =>
    judged(
      parts.map(({ unit }) => unit),
      label,
    );
  let left = used;
  let best = of(left);
  while (best !== undefined && left.length > 1) {
    const fewer = left
      .map((part) => left.filter((other) => other !== part))
      .map((parts) => ({ parts, tried: of(parts) }))
      .reduce((most, each) => ((each.tried?.r2 ?? 0) > (most.tried?.r2 ?? 0) ? each : most));
    if (fewer.tried === undefined || fewer.tried.r2 < best.r2 - adds) break;
    left = fewer.parts;
    best = fewer.tried;
  }
  return best === undefined || left.length < 2
    ? undefined
    : { used: left, weights: best.weights, r2: best.r2 };
}

function sumOf(looked: Looked, features: readonly Feature[]): Sum | undefined {
  const { target, rows } = looked;
  if (target?.kind !== 'number') return undefined;
  const step = Math.max(1, Math.ceil(rows.length / mostRows));
  const label = scaled(target.values.filter((_, at) => at % step === 0));
  if (label === undefined) return undefined;
  const some = rows.filter((_, at) => at % step === 0);
  const parts = features.flatMap((feature): Part[] => {
    const of = feature.column.kind === 'number' ? scaled(valuesAt(feature.column.values, some)) : undefined;
    return of === undefined ? [] : [{ feature, ...of }];
  });
  const sum = chosen(parts, label.unit);
  if (sum === undefined || sum.r2 < tells) return undefined;
  const weights = sum.weights.map((weight, at) => (weight * label.spread) / sum.used[at]!.spread);
  const sizes = weights.map(Math.abs).sort((a, b) => a - b);
  if (sizes.at(-1)! - sizes[0]! > alike * sizes.at(-1)!) return undefined;
  return { features: sum.used.map(({ feature }) => feature), weights, r2: sum.r2 };
}

function findingOf(looked: Looked, { features, weights, r2 }: Sum): Finding {
  const { input, label, labelled, rows, labelColumn } = looked;
  const names = features.map(({ name }) => name);
  const parts = names
    .map((name, at) => ({ name, sign: weights[at]! < 0 ? '−' : '+' }))
    .sort((left, right) => Number(left.sign === '−') - Number(right.sign === '−'))
    .map(({ name, sign }, at) => (at === 0 && sign === '+' ? name : `${sign} ${name}`))
    .join(' ');
  const one = Math.abs(weights[0]!);
  const times = Math.abs(one - 1) < alike ? parts : `${Number(one.toPrecision(3))} × (${parts})`;
  return {
    check: 'leak-derived',
    column: names.join(', '),
    severity: 'warning',
    message: `${label!} is about ${times} (R² ${scoreText(r2)})${partSaid(looked)}: are these known when you predict?`,
    count: labelled,
    examples: Array.from(rows.slice(0, 3), (row) => ({
      rowId: input.rowIds.at(row) ?? String(row),
      value: `${features.map(({ name, column }) => `${name} ${cellText(column, row)}`).join(', ')}, ${label!} ${cellText(labelColumn!, row)}`,
    })),
    fix: `If not, leave out what ${label!} is worked out of: ${dropLine(input, ...names)}`,
    effect: { measure: 'r2', value: r2 },
    line: dropLine(input, ...names),
  };
}

/**
 * Numbers that sum up to the label but for a little, each counting alike.
 *
 * @param told Columns that tell it alone, or by an exact formula: left out.
 */
export function leakSum(looked: Looked, told: ReadonlySet<string>): LeakFound[] {
  const { target, features, rows } = looked;
  if (target?.kind !== 'number' || rows.length < fewestRows || new Set(target.values).size < fewestValues)
    return [];
  const asked = features
    .filter(
      ({ name, column, profile }) => !told.has(name) && column.kind === 'number' && profile.distinct > 1,
    )
    .sort((left, right) => right.score - left.score)
    .slice(0, mostColumns);
  const sum = sumOf(looked, asked);
  return sum === undefined
    ? []
    : [{ finding: findingOf(looked, sum), columns: sum.features.map(({ name }) => name) }];
}
