import { classNames } from '../../data/cells/classes.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import { dataError, usageError } from '../../errors.ts';
import type { InferredSchema } from '../../validation/index.ts';
import type { Looked } from './look.ts';
import { tellsEnough } from './look.ts';
import type { Task } from './options.ts';
import type { TimeFound } from './timeFound.ts';

/** What a look at the data says. */
export interface Recognised extends InferredSchema {
  readonly label: string;
  readonly task: Task;
  readonly rows: number;
  /** Rows that were read by what the first of them showed; none where all that is said is of all rows looked at. */
  readonly readOn?: number;
  readonly look: Looked;
  /** When each row was, where a column says it; `none` where a person says that none does. */
  readonly time?: TimeFound | 'none' | null;
}

/** @param asWords Columns that are to be words, whatever they look like. */
export const wordsOf = (look: Looked, asWords: ReadonlySet<string>): Recognised => {
  const { inference, label, task: said } = look;
  const labelAs = said === undefined ? null : said === 'regression' ? 'number' : 'classes';
  const seen = inference.finish(asWords, labelAs);
  const found = taskOf(columnSchema(seen.schema, label)!);
  if (said !== undefined) requireTask(said, found, label);
  return { ...seen, label, task: said ?? found, rows: inference.rows, look };
};

const unfitOf = ({ notes }: InferredSchema): InferredSchema['notes'][number] | undefined =>
  notes.find(({ about }) => about === 'unfit-label');

/** @throws data error (exit 3) where nothing can be learned of the label: a model of it would be refused later. */
export function requireFit(seen: InferredSchema): void {
  const unfit = unfitOf(seen);
  if (unfit === undefined) return;
  throw dataError({
    code: 'label-unfit',
    message: `${unfit.message}: there is nothing to learn. Nothing was written.`,
    hint: 'Name another column with --label, or have the answer in a column of its own in the data, in few different words or as a number (days until then, later than a day or not).',
  });
}

/** @throws usage error (exit 2) where the label cannot be what was said: a model of it would be refused later. */
function requireTask(said: Task, found: Task, label: string): void {
  // Two classes are a case of many.
  if (said === found || (said === 'multiclass' && found === 'binary')) return;
  const is = {
    binary: `${label} has two classes`,
    multiclass: `${label} has more than two classes`,
    regression: `${label} holds quantities, or too many different ones for classes`,
  }[found];
  throw usageError({
    code: 'task-does-not-fit',
    message: `--task ${said}: ${is}.`,
    hint: `Leave --task away, or give \`--task ${found}\`.`,
  });
}

/** What the beginning of a long file says, where the rest is to be read by it. */
export function beginningOf(look: Looked): Recognised | null {
  if (look.read !== null || look.whole) return null;
  try {
    const seen = wordsOf(look, new Set());
    return unfitOf(seen) === undefined && tellsEnough(seen) ? seen : null;
  } catch {
    // All of its rows may tell what these do not.
    return null;
  }
}

/** What is to be predicted. */
export function taskOf(label: ColumnSchema): Task {
  if (label.kind === 'number') return 'regression';
  // Spellings of one class (1 and 1.0) are one.
  const classes = classNames(new Map((label.domain ?? []).map((word) => [word, 1])));
  return classes.length > 2 ? 'multiclass' : 'binary';
}
