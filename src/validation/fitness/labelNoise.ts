import type { Work } from '../../work.ts';
import { percent, rowCount } from '../checks/check.ts';
import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Binned } from './bins.ts';
import type { Looked } from './fitness.ts';
import { partSaid } from './fitness.ts';
import { bestOthers } from './leak.ts';
import { additive, insideOf, isHeldOut, judgedClasses } from './score.ts';
import type { Target } from './target.ts';

// Labels that are wrong here and there. What a hard problem gets wrong lies where the classes meet; a mistaken label lies
// anywhere, also where everything else about the row is clear. So labels are told of as wrong only where the columns tell
// the classes well, and where the share of rows that say otherwise does not shrink as the case gets clearer.

/** So many of the rows of each class are told, or the problem is hard and nothing can be said of its labels. */
const recalled = 0.8;
/** Share of the clear rows that say otherwise. Beyond the most, the columns may well be what is wrong. */
const least = 0.01;
const most = 0.12;
const fewestWrong = 10;
/** The share in the clearer half over that in all, and the share in the clearer quarter over that in the half. */
const flat = { half: 0.65, quarter: 0.7 };
const fewestColumns = 2;
/** A column that is right in nine rows of ten is honest, and as often wrong in clear cases: the others tell the classes without it. */
const recalledWithoutBest = 0.7;
/** Rows that are judged: of many, evenly some. */
const mostRows = 6000;

type Classes = Extract<Target, { kind: 'classes' }>;

/** What a row would be by its columns, and by how much before the next class; judged on rows that it was not fitted on. */
interface Told {
  readonly classes: Int32Array;
  readonly margins: Float64Array;
}

function* telling(columns: readonly Binned[], target: Classes): Work<Told> {
  const rows = target.classes.length;
  const judged = target.names.length === 2 ? [0, 1] : judgedClasses(target);
  const best = new Float64Array(rows).fill(-Infinity);
  const second = new Float64Array(rows).fill(-Infinity);
  const classes = new Int32Array(rows).fill(-1);
  // Of two classes one is what the other is not, and so is what is fitted.
  const isOne = target.names.length === 2 && target.counts[0]! + target.counts[1]! === rows;
  const ofFirst: Float64Array[] = [];
  for (const one of judged) {
    const inside = insideOf(target, one);
    for (const half of [true, false]) {
      const other = isOne ? ofFirst[half ? 0 : 1] : undefined;
      const fitted =
        other?.map((value) => 1 - value) ?? additive(columns, inside, (row) => isHeldOut(row) !== half);
      if (one === judged[0]) ofFirst.push(fitted);
      for (let row = 0; row < rows; row += 1) {
        if (isHeldOut(row) !== half) continue;
        const value = fitted[row]!;
        if (value > best[row]!) {
          second[row] = best[row]!;
          best[row] = value;
          classes[row] = one;
        } else if (value > second[row]!) second[row] = value;
      }
      yield rows * columns.length;
    }
  }
  return { classes, margins: best.map((value, row) => value - second[row]!) };
}

/** Is each class told in nearly all of its rows? */
function tellsEach({ classes, counts, names }: Classes, told: Told, share: number): boolean {
  const right = new Float64Array(names.length + 1);
  classes.forEach((one, row) => {
    if (told.classes[row] === one) right[one] = right[one]! + 1;
  });
  return names.every((_, one) => right[one]! >= share * counts[one]!);
}

/** Rows of a class by what they are told as, the clearest first, in two halves of the clear half. */
function clearest(target: Classes, told: Told): { readonly quarter: number[]; readonly half: number[] } {
  const quarter: number[] = [];
  const half: number[] = [];
  for (const one of target.names.keys()) {
    const rows = Array.from(told.classes.keys())
      .filter((row) => told.classes[row] === one)
      .sort((a, b) => told.margins[b]! - told.margins[a]! || a - b);
    quarter.push(...rows.slice(0, Math.floor(rows.length / 4)));
    half.push(...rows.slice(0, Math.floor(rows.length / 2)));
  }
  return { quarter, half };
}

/** @param wrong Rows of the table, the clearest first, and what their columns tell. */
function findingOf(
  looked: Looked,
  wrong: readonly { readonly row: number; readonly instead: string }[],
  share: number,
): Finding {
  const { input, label, labelColumn, labelled } = looked;
  const about = Math.round(share * labelled);
  return {
    check: 'label-noise',
    column: label!,
    severity: 'warning',
    message: `About ${rowCount(about)} (${percent(share)}) have a ${label!} that speaks against all else that is known of them, as often in clear cases as in doubtful ones${partSaid(looked)}: they may be labelled wrong, and no model can be right there.`,
    count: about,
    examples: wrong.slice(0, 5).map(({ row, instead }) => ({
      rowId: input.rowIds.at(row) ?? String(row),
      value: `${label!} ${cellText(labelColumn!, row)}, by its columns ${instead}`,
    })),
    fix: `Look at these rows first; correct the ${label!}, or add the column that tells why they differ.`,
    effect: { measure: 'share', value: share },
  };
}

/** The target and the columns at some of the rows looked at, the column that tells most first. */
function someOf(
  { features, rows }: Looked,
  target: Classes,
  out: ReadonlySet<string>,
): { readonly at: Int32Array; readonly target: Classes; readonly columns: readonly Binned[] } {
  const step = Math.ceil(rows.length / mostRows);
  const at = Int32Array.from(rows.keys()).filter((row) => row % step === 0);
  const classes = Uint16Array.from(at, (row) => target.classes[row]!);
  const counts = target.names.map((_, one) => classes.reduce((sum, each) => sum + (each === one ? 1 : 0), 0));
  const columns = bestOthers(features, out).map(({ binned: { bins, count } }) => ({
    bins: Uint16Array.from(at, (row) => bins[row]!),
    count,
  }));
  return { at, target: { ...target, classes, counts }, columns };
}

/**
 * Labels that are wrong here and there, by rows that were not fitted on.
 *
 * @param leaks Columns that tell the label by themselves: what does not fit them is their own fault.
 */
export function* findingNoise(looked: Looked, leaks: ReadonlySet<string>): Work<Finding[]> {
  if (looked.target?.kind !== 'classes' || judgedClasses(looked.target).length === 0) return [];
  const { at, target, columns } = someOf(looked, looked.target, leaks);
  if (columns.length < fewestColumns) return [];
  const told = yield* telling(columns, target);
  if (!tellsEach(target, told, recalled)) return [];
  const { quarter, half } = clearest(target, told);
  const speaksAgainst = (row: number): boolean => told.classes[row] !== target.classes[row];
  const shareOf = (rows: readonly number[]): number =>
    rows.filter(speaksAgainst).length / Math.max(1, rows.length);
  const wrong = half.filter(speaksAgainst);
  const share = shareOf(half);
  const all = shareOf(Array.from(target.classes.keys()));
  if (wrong.length < fewestWrong || share < least || share > most) return [];
  if (share < flat.half * all || shareOf(quarter) < flat.quarter * share) return [];
  const others = yield* telling(columns.slice(1), target);
  if (!tellsEach(target, others, recalledWithoutBest)) return [];
  const clear = wrong
    .sort((a, b) => told.margins[b]! - told.margins[a]!)
    .map((row) => ({ row: looked.rows[at[row]!]!, instead: target.names[told.classes[row]!]! }));
  return [findingOf(looked, clear, share)];
}
