import type { Task } from '../modeling/model.ts';
import type { Random } from '../random.ts';
import { formatCount, formatPercent } from '../statistics/figures.ts';
import { scoreColumn } from '../statistics/metrics/index.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import { predictedClasses } from '../statistics/metrics/metric.ts';
import { rankShift } from '../statistics/stratifiedRanks.ts';
import type { PerformanceReport } from './report.ts';

/** Chance explains it no better than this. */
const chance = 0.001;
/** A labelled row has the higher score than an unlabelled one in so many more pairs than half: enough to flatter or to blame. */
const matters = 0.05;
/** Labels that arrive late are fewer among the newest rows: compared within so many stretches of time. */
const stretches = 10;
/** Parts of the answers in which labelled rows and test rows are compared, and how few test rows are still some. */
const mostBins = 10;
const fewestAlike = 50;

/** Why labelled rows are not like the others. */
export type Selection = NonNullable<NonNullable<PerformanceReport['selection']>>;

/** Rows that were predicted, oldest first, some of them with a label. */
export interface PredictedRows {
  readonly task: Task;
  readonly scored: ScoredRows;
  /** 1 = has a label. */
  readonly isLabelled: Uint8Array;
  /** Known to have come in order of time: late labels are then no selection. */
  readonly isTimed: boolean;
}

/** What a row is placed by: of two classes the positive one's probability, of several each one's, or the number. */
function columnsOf(task: Task): readonly { readonly output: number; readonly name: string }[] {
  switch (task.kind) {
    case 'regression':
      return [{ output: 0, name: 'prediction' }];
    case 'binary':
      return [{ output: task.classes.indexOf(task.positive), name: `probability of ${task.positive}` }];
    case 'multiclass':
      return task.classes.map((name, output) => ({ output, name: `probability of ${name}` }));
  }
}

function byPrediction(
  { task, scored, isLabelled, isTimed }: PredictedRows,
  charge: number,
): Selection | null {
  const rows = isLabelled.length;
  const strata = Int32Array.from({ length: rows }, (_, row) =>
    isTimed ? Math.floor((stretches * row) / rows) : 0,
  );
  const columns = columnsOf(task);
  const shifts = columns.map(({ output, name }) => ({
    ...rankShift(scoreColumn(scored, output), isLabelled, strata),
    name,
  }));
  const found = shifts
    .filter(({ p, higher }) => p * charge * columns.length <= chance && Math.abs(higher - 0.5) >= matters)
    .sort((left, right) => Math.abs(right.higher - 0.5) - Math.abs(left.higher - 0.5))[0];
  if (found === undefined) return null;
  const where = found.higher > 0.5 ? 'high' : 'low';
  return {
    kind: 'by prediction',
    message: `Labels come for rows of ${where} ${found.name} rather than for the others (in ${formatPercent(Math.max(found.higher, 1 - found.higher))} of pairs the labelled row is the ${where}er one)`,
  };
}

/** All labels of one class, though the model expects others among them. */
function oneClass({ task, scored, isLabelled }: PredictedRows, charge: number): Selection | null {
  if (task.kind === 'regression') return null;
  const labelled = [...isLabelled.keys()].filter((row) => isLabelled[row] === 1);
  const of = scored.target[labelled[0] ?? 0];
  if (of === undefined || labelled.some((row) => scored.target[row] !== of)) return null;
  let logP = 0;
  let expected = 0;
  for (const row of labelled) {
    const p = scored.scores[row * scored.outputs + of]!;
    logP += Math.log(Math.max(p, 1e-15));
    expected += p;
  }
  if (logP > Math.log(chance / charge)) return null;
  const name = task.classes[of]!;
  return {
    kind: 'one class',
    message: `All ${formatCount(labelled.length, 'label')} are ${name}, where the model expects ${Math.round(expected)} of them to be: labels come by outcome, or nothing else comes true any more`,
  };
}

/**
 * Does it depend on the answer, or on the outcome, which rows get a label? Then they say nothing of the others. The test
 * pays for repeated looks like any other.
 */
export const findSelection = (rows: PredictedRows, charge: number): Selection | null =>
  oneClass(rows, charge) ?? byPrediction(rows, charge);

/** Test rows that are like the labelled ones, and in which parts of the answers both lie. */
export interface Alike {
  readonly rows: Int32Array;
  /** By row of the reference, and by labelled row. */
  readonly bins: { readonly reference: Int32Array; readonly current: Int32Array };
}

/** Parts of the answers with about as many labelled rows each. */
function binsOf(task: Task, current: ScoredRows, bins: number): (scored: ScoredRows) => Int32Array {
  if (task.kind === 'multiclass') return predictedClasses;
  const output = columnsOf(task)[0]!.output;
  const sorted = scoreColumn(current, output).slice().sort();
  const edges = Array.from(
    { length: bins - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / bins)]!,
  );
  // Below the lowest labelled answer nothing is like them.
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  return (scored) =>
    Int32Array.from(scoreColumn(scored, output), (score) =>
      score < low || score > high ? -1 : edges.filter((edge) => score >= edge).length,
    );
}

function matched(reference: Int32Array, current: Int32Array, random: Random): Int32Array | undefined {
  const places = (bins: Int32Array): Map<number, number[]> => {
    const of = new Map<number, number[]>();
    bins.forEach((bin, row) => of.set(bin, [...(of.get(bin) ?? []), row]));
    return of;
  };
  const [known, labelled] = [places(reference), places(current)];
  let share = Infinity;
  for (const [bin, rows] of labelled) share = Math.min(share, (known.get(bin)?.length ?? 0) / rows.length);
  const chosen = [...labelled].flatMap(([bin, rows]) => {
    const of = known.get(bin) ?? [];
    return [...random.choose(of.length, Math.floor(share * rows.length + 1e-9))].map((at) => of[at]!);
  });
  return chosen.length < fewestAlike ? undefined : Int32Array.from(chosen).sort();
}

/**
 * Like with like: as many test rows in each part of the answers as there are labelled ones (or those of the one class),
 * so that a metric compares rows that could have been labelled. Undefined where too few are alike.
 */
export function alikeRows(
  { kind }: Selection,
  task: Task,
  reference: ScoredRows,
  current: ScoredRows,
  random: Random,
): Alike | undefined {
  if (kind === 'one class') {
    const of = current.target[0]!;
    const rows = Int32Array.from([...reference.target.keys()].filter((row) => reference.target[row] === of));
    const none = {
      reference: new Int32Array(reference.target.length),
      current: new Int32Array(current.target.length),
    };
    return rows.length < fewestAlike ? undefined : { rows, bins: none };
  }
  for (const bins of [mostBins, 5, 3, 1]) {
    const binned = binsOf(task, current, bins);
    const own = { reference: binned(reference), current: binned(current) };
    const rows = matched(own.reference, own.current, random);
    if (rows !== undefined) return { rows, bins: own };
  }
  return undefined;
}
