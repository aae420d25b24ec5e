import type { FeatureRows } from '../features/encode.ts';
import { columnSources } from '../features/sources.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type { Contributions } from '../modeling/explanation.ts';
import type { Scorer, Task } from '../modeling/model.ts';
import type { Work } from '../work.ts';
import type { Explanation } from './prediction.ts';

/** Work that one request may ask for: about a quarter of a second on one core. */
const requestSteps = 2e8;
const mostRows = 1000;

/** Explains answers of one model, by column of the table. */
export interface AnswerExplainer {
  /** Rows that one request may ask about. */
  readonly rowsPerRequest: number;
  /** @param classOf by row which class's sum is explained, where there are several sums */
  explaining(rows: FeatureRows, classOf: (row: number) => number): Work<readonly Explanation[]>;
}

/** The class that a raw sum speaks for; undefined for a number. */
function classOfUnit(task: Task, unit: number): string | undefined {
  switch (task.kind) {
    case 'regression':
      return undefined;
    case 'binary':
      return task.positive;
    case 'multiclass':
      return task.classes[unit];
  }
}

function explanationOf(
  task: Task,
  columns: readonly string[],
  { units, base, values }: Contributions,
  row: number,
  unit: number,
  scale: Explanation['scale'] | undefined,
): Omit<Explanation, 'samples'> {
  const from = (row * units + unit) * columns.length;
  const ofColumns = columns
    .map((column, at) => [column, values[from + at]!] as const)
    .sort(([, left], [, right]) => Math.abs(right) - Math.abs(left));
  const of = classOfUnit(task, unit);
  return {
    ...(of === undefined ? {} : { of }),
    scale: scale ?? (task.kind === 'regression' ? 'label' : 'log odds'),
    base: base[unit]!,
    contributions: Object.fromEntries(ofColumns),
    margin: ofColumns.reduce((sum, [, value]) => sum + value, base[unit]!),
  };
}

/** @throws a usage error where the bundle lacks what explaining takes */
export function answerExplainer(task: Task, fitted: FittedFeatures, scorer: Scorer): AnswerExplainer {
  const sources = columnSources(fitted);
  const explainer = scorer.explain(sources);
  const { samples, stepsPerRow, scale } = explainer;
  return {
    rowsPerRequest: Math.max(1, Math.min(mostRows, Math.floor(requestSteps / Math.max(1, stepsPerRow)))),
    *explaining(rows, classOf) {
      const found = yield* explainer.contributions(rows);
      return Array.from({ length: rows.rows }, (_, row) => ({
        ...explanationOf(task, sources.columns, found, row, found.units === 1 ? 0 : classOf(row), scale),
        ...(samples === null ? {} : { samples }),
      }));
    },
  };
}

/** The columns that move an answer most; the others as one sum. */
export function topContributions(explanation: Explanation, most: number): Explanation {
  const entries = Object.entries(explanation.contributions);
  if (entries.length <= most) return explanation;
  // Keys that look like numbers come first in an object, whatever order they were put in.
  entries.sort(([, left], [, right]) => Math.abs(right) - Math.abs(left));
  const others = entries.slice(most).reduce((sum, [, value]) => sum + value, 0);
  return { ...explanation, contributions: Object.fromEntries(entries.slice(0, most)), others };
}
