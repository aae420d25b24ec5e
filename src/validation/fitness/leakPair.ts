import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Binned } from './bins.ts';
import { binNumbers, binPairs, valuesAt } from './bins.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, labelledExamples, measureOf, measureText, partSaid, scoreText } from './fitness.ts';
import { farAhead, othersTogether } from './leak.ts';
import { scoreOf } from './score.ts';
import type { Target } from './target.ts';
import { midRanks } from './target.ts';

/** Rows on which pairs are tried; a pair that stands out is judged on all rows looked at. */
const triedRows = 3000;
/** A pair that tells the label on the tried rows does not fall far behind on as few of them. */
const glancedRows = 600;
const farBehind = 0.12;
/** Columns that pairs are made of: those that tell most alone. */
const mostColumns = 30;
/** Groups of either column in a table of two, and the rows that each cell of it is to have. */
const mostGroups = 24;
const rowsOfCell = 8;
/** From here on a pair tells the label; with few rows two honest columns come near. */
const tells = 0.99;
const tellsFew = 0.996;
const fewRows = 1000;
/** A pair that comes so near on the tried rows is judged. */
const near = 0.02;

/** A column as pairs need it, at the rows they are judged on. */
interface Side {
  readonly feature: Feature;
  readonly groups: Binned;
  readonly values: Float64Array | undefined;
}

/** What is made of two columns: a table of both, what one has beyond the other, their ratio. */
type Way = 'table' | 'difference' | 'ratio';
interface Pair {
  readonly left: string;
  readonly right: string;
  readonly way: Way;
}

/** Groups of a column made fewer: neighbours are joined. */
function coarse({ bins, count }: Binned): Binned {
  const most = Math.max(4, Math.min(mostGroups, Math.round(Math.sqrt(bins.length / rowsOfCell))));
  if (count <= most) return { bins, count };
  const size = Math.ceil((count - 1) / (most - 1));
  return {
    bins: bins.map((bin) => (bin === 0 ? 0 : 1 + Math.floor((bin - 1) / size))),
    count: 1 + Math.ceil((count - 1) / size),
  };
}

/** @param at Indices into the rows looked at. */
function sideAt({ rows }: Looked, feature: Feature, at: Int32Array): Side {
  const { column, binned } = feature;
  const bins = new Uint16Array(at.length);
  const positions = new Int32Array(at.length);
  for (let i = 0; i < at.length; i += 1) {
    bins[i] = binned.bins[at[i]!]!;
    positions[i] = rows[at[i]!]!;
  }
  const values =
    column.kind === 'number' || column.kind === 'time' ? valuesAt(column.values, positions) : undefined;
  return { feature, groups: coarse({ bins, count: binned.count }), values };
}

function waysOf({ feature: left }: Side, { feature: right }: Side): readonly Way[] {
  const { kind } = left.column;
  if (kind !== right.column.kind) return ['table'];
  if (kind === 'number') return ['table', 'difference', 'ratio'];
  return kind === 'time' ? ['table', 'difference'] : ['table'];
}

function made(way: Way, left: Side, right: Side): Binned {
  const [a, b] = [left.values, right.values];
  if (way === 'table' || a === undefined || b === undefined) return binPairs(left.groups, right.groups);
  const made = new Float64Array(a.length);
  for (let row = 0; row < made.length; row += 1)
    made[row] = way === 'difference' ? a[row]! - b[row]! : b[row] === 0 ? Number.NaN : a[row]! / b[row]!;
  return binNumbers(made);
}

const saidOf = ({ left, right, way }: Pair): string =>
  way === 'table'
    ? `${left} and ${right} together tell`
    : `${left} ${way === 'ratio' ? '/' : '−'} ${right} tells`;

/** The target at some of the rows looked at. */
function targetOf(target: Target, at: Int32Array): Target {
  if (target.kind === 'number') {
    const values = valuesAt(target.values, at);
    return { kind: 'number', values, ranks: midRanks(values) };
  }
  const classes = Uint16Array.from(at, (index) => target.classes[index]!);
  const counts = target.names.map((_, one) => classes.reduce((sum, each) => sum + (each === one ? 1 : 0), 0));
  return { ...target, classes, counts };
}

/** Columns and target at some of the rows. */
interface Part {
  readonly sides: readonly Side[];
  readonly target: Target;
}

/** @param at Indices into the rows looked at. */
const partAt = (looked: Looked, target: Target, features: readonly Feature[], at: Int32Array): Part => ({
  sides: features.map((feature) => sideAt(looked, feature, at)),
  target: targetOf(target, at),
});

/** Every so many indices of so many. */
const evenly = (count: number, most: number): Int32Array =>
  Int32Array.from({ length: Math.min(count, most) }, (_, at) =>
    Math.floor((at * count) / Math.min(count, most)),
  );

/** Every pair that seems to tell the label on a part of the rows, the best first. */
function standingOut(looked: Looked, target: Target, features: readonly Feature[]): Pair[] {
  const { length } = looked.rows;
  const part = partAt(looked, target, features, evenly(length, triedRows));
  const glance = partAt(looked, target, features, evenly(length, glancedRows));
  const scoreIn = ({ sides, target: told }: Part, way: Way, left: number, right: number): number =>
    scoreOf(made(way, sides[left]!, sides[right]!), told);
  const found: (Pair & { score: number })[] = [];
  for (const [left, one] of part.sides.entries())
    for (let right = left + 1; right < part.sides.length; right += 1) {
      const other = part.sides[right]!;
      for (const way of waysOf(one, other)) {
        // A table of few rows is a coarse one.
        if (way !== 'table' && scoreIn(glance, way, left, right) < tells - near - farBehind) continue;
        const score = scoreIn(part, way, left, right);
        if (score >= tells - near && score > Math.max(one.feature.score, other.feature.score))
          found.push({ left: one.feature.name, right: other.feature.name, way, score });
      }
    }
  return found.sort((a, b) => b.score - a.score);
}

function findingOf(
  looked: Looked,
  target: Target,
  pair: Pair,
  { score, others }: { readonly score: number; readonly others: number },
): Finding {
  const { left, right } = pair;
  const asked = looked.features.filter(({ name }) => name === left || name === right);
  const cells = (row: number): string =>
    asked.map(({ name, column }) => `${name} ${cellText(column, row)}`).join(', ');
  return {
    check: 'leak-pair',
    column: `${left}, ${right}`,
    severity: 'warning',
    message: `${saidOf(pair)} ${looked.label!} (${measureText(target)} ${scoreText(score)}; all columns, each for itself, ${scoreText(others)})${partSaid(looked)}: are both known when you predict?`,
    count: looked.labelled,
    examples: labelledExamples(looked, looked.rows, cells),
    fix: `If one of them is written down after the event, leave it out, or both: ${dropLine(looked.input, left, right)}`,
    effect: { measure: measureOf(target), value: score },
    line: dropLine(looked.input, left, right),
  };
}

/**
 * Two columns that tell the label together where neither does alone: what one has beyond the other, their ratio, or a
 * table of both.
 *
 * @param leaks Columns that tell it alone: left out.
 */
export function leakPair(looked: Looked, leaks: ReadonlySet<string>): LeakFound[] {
  const { target, features, rows } = looked;
  if (target === undefined) return [];
  const asked = features
    .filter(({ name, score, binned }) => !leaks.has(name) && !Number.isNaN(score) && binned.count > 2)
    .sort((left, right) => right.score - left.score)
    .slice(0, mostColumns);
  const pairs = standingOut(looked, target, asked);
  if (pairs.length === 0) return [];
  const others = othersTogether(features, target, leaks);
  const all = Int32Array.from(rows.keys());
  const sides = new Map(asked.map((feature) => [feature.name, sideAt(looked, feature, all)]));
  const named = new Set<string>();
  return pairs.flatMap((pair) => {
    const { left, right, way } = pair;
    if (named.has(left) || named.has(right)) return [];
    const score = scoreOf(made(way, sides.get(left)!, sides.get(right)!), target);
    if (score < (rows.length < fewRows ? tellsFew : tells) || !farAhead(score, others)) return [];
    named.add(left).add(right);
    return [{ finding: findingOf(looked, target, pair, { score, others }), columns: [left, right] }];
  });
}
