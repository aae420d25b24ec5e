import { cellText } from '../cells.ts';
import { percent } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, partSaid } from './fitness.ts';

// A number that is worked out of others: casual + registered = count, price × quantity = amount.

/** So many of the rows have to fit. */
const fits = 0.95;
/** Columns that formulas are made of: those that tell most alone. */
const mostColumns = 30;
/** A label of fewer values fits many a formula. */
const fewestValues = 20;
/** A part that is the label by itself in so many rows makes no formula. */
const itself = 0.9;

/** Rows that a factor is taken from, and its digits: a tax, a discount, a unit is written with few. */
const factorRows = 101;
const factorDigits = 4;

interface Formula {
  readonly features: readonly Feature[];
  readonly said: string;
  /** May it be times a factor that no column holds (1.19, 0.01)? */
  readonly scales?: true;
  readonly of: (row: number) => number;
}

/** Half a unit of the last place that the label is written to: a derived amount is rounded to it. */
function rounding(values: Float64Array): number {
  for (let places = 0; places <= 6; places += 1) {
    const unit = 10 ** places;
    if (
      values.every(
        (value) => Math.abs(value * unit - Math.round(value * unit)) < 1e-6 * Math.max(1, Math.abs(value)),
      )
    )
      return 0.5 / unit;
  }
  return 0;
}

/** In what share of the rows does a formula give the label? The first rows decide whether the others are looked at. */
function shareOf(
  rows: Int32Array,
  values: Float64Array,
  tolerance: number,
  of: (row: number) => number,
): number {
  let wrong = 0;
  let known = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const given = of(rows[at]!);
    if (Number.isNaN(given)) continue;
    known += 1;
    const value = values[at]!;
    if (Math.abs(given - value) > tolerance + 1e-9 * Math.max(1, Math.abs(value))) wrong += 1;
    if (wrong > 4 && wrong > (1 - fits) * 2 * known) return 0;
  }
  return known < rows.length / 2 ? 0 : 1 - wrong / known;
}

const valueOf = ({ column }: Feature, row: number): number =>
  column.kind === 'number' ? column.values[row]! : Number.NaN;

function* formulasOfTwo(a: Feature, b: Feature): Generator<Formula> {
  const features = [a, b];
  const [x, y] = [(row: number) => valueOf(a, row), (row: number) => valueOf(b, row)];
  yield { features, said: `${a.name} + ${b.name}`, of: (row) => x(row) + y(row) };
  yield { features, said: `${a.name} − ${b.name}`, of: (row) => x(row) - y(row) };
  yield { features, said: `${b.name} − ${a.name}`, of: (row) => y(row) - x(row) };
  yield { features, scales: true, said: `${a.name} × ${b.name}`, of: (row) => x(row) * y(row) };
  yield { features, scales: true, said: `${a.name} / ${b.name}`, of: (row) => x(row) / y(row) };
  yield { features, scales: true, said: `${b.name} / ${a.name}`, of: (row) => y(row) / x(row) };
  yield { features, said: `the mean of ${a.name} and ${b.name}`, of: (row) => (x(row) + y(row)) / 2 };
}

/** Signs of three that are no formula of two and no other's negative. */
const signs = [
  [1, 1, 1],
  [1, 1, -1],
  [1, -1, 1],
  [-1, 1, 1],
  [1, -1, -1],
  [-1, 1, -1],
  [-1, -1, 1],
] as const;

function* formulasOfThree(three: readonly [Feature, Feature, Feature]): Generator<Formula> {
  for (const sign of signs) {
    const order = [0, 1, 2].sort((p, q) => sign[q]! - sign[p]!);
    const said = order
      .map((at, index) => `${index === 0 ? '' : sign[at]! > 0 ? ' + ' : ' − '}${three[at]!.name}`)
      .join('');
    yield {
      features: three,
      said,
      of: (row) =>
        sign[0] * valueOf(three[0], row) +
        sign[1] * valueOf(three[1], row) +
        sign[2] * valueOf(three[2], row),
    };
  }
}

function* formulas(features: readonly Feature[]): Generator<Formula> {
  for (const [i, a] of features.entries()) for (const b of features.slice(i + 1)) yield* formulasOfTwo(a, b);
  for (const [i, a] of features.entries())
    for (const [j, b] of features.entries())
      for (const c of j > i ? features.slice(j + 1) : []) yield* formulasOfThree([a, b, c]);
}

/** The formula times the factor that most rows have between it and the label; undefined where there is none but 1. */
function timesFactor(rows: Int32Array, values: Float64Array, formula: Formula): Formula | undefined {
  const step = Math.max(1, Math.floor(rows.length / factorRows));
  const factors: number[] = [];
  for (let at = 0; at < rows.length; at += step) {
    const factor = values[at]! / formula.of(rows[at]!);
    if (Number.isFinite(factor) && factor !== 0) factors.push(factor);
  }
  const middle = factors.sort((left, right) => left - right)[Math.floor(factors.length / 2)];
  if (middle === undefined) return undefined;
  const factor = Number(middle.toPrecision(factorDigits));
  if (factor === 1) return undefined;
  return { ...formula, said: `${formula.said} × ${factor}`, of: (row) => factor * formula.of(row) };
}

/** Formulas of numbers that give the label in nearly every row, none of a column that another one has. */
function giving(
  looked: Looked,
  features: readonly Feature[],
  values: Float64Array,
): readonly (Formula & { share: number })[] {
  const tolerance = rounding(values);
  const few = features.filter(
    (feature) => shareOf(looked.rows, values, tolerance, (row) => valueOf(feature, row)) < itself,
  );
  const found: (Formula & { share: number })[] = [];
  const used = new Set<Feature>();
  for (const formula of formulas(few)) {
    if (formula.features.some((feature) => used.has(feature))) continue;
    const scaled = formula.scales === true ? timesFactor(looked.rows, values, formula) : undefined;
    const [best] = [formula, ...(scaled === undefined ? [] : [scaled])]
      .map((each) => ({ ...each, share: shareOf(looked.rows, values, tolerance, each.of) }))
      .filter(({ share }) => share >= fits);
    if (best === undefined) continue;
    found.push(best);
    for (const feature of formula.features) used.add(feature);
  }
  return found;
}

function findingOf(looked: Looked, { features, said, share }: Formula & { share: number }): Finding {
  const { input, label, rows, labelColumn } = looked;
  const names = features.map(({ name }) => name);
  return {
    check: 'leak-derived',
    column: names.join(', '),
    severity: 'warning',
    message: `${label!} is ${said} in ${percent(share)} of the rows${partSaid(looked)}: are these known when you predict?`,
    count: Math.round(share * looked.labelled),
    examples: Array.from(rows.slice(0, 3), (row) => ({
      rowId: input.rowIds.at(row) ?? String(row),
      value: `${features.map(({ name, column }) => `${name} ${cellText(column, row)}`).join(', ')}, ${label!} ${cellText(labelColumn!, row)}`,
    })),
    fix: `If not, leave out what ${label!} is worked out of: ${dropLine(input, ...names)}`,
    effect: { measure: 'share', value: share },
    line: dropLine(input, ...names),
  };
}

/** A label that two or three numbers are worked into: their sum, difference, product, ratio or mean. */
export function leakDerived(looked: Looked): LeakFound[] {
  const { target, features } = looked;
  if (target?.kind !== 'number' || new Set(target.values).size < fewestValues) return [];
  const asked = features
    .filter(({ column, profile }) => column.kind === 'number' && profile.distinct > 1)
    .sort((left, right) => right.score - left.score)
    .slice(0, mostColumns);
  return giving(looked, asked, target.values).map((formula) => ({
    finding: findingOf(looked, formula),
    columns: formula.features.map(({ name }) => name),
  }));
}
