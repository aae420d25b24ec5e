import { isIssue } from '../data/cells/cell.ts';
import { classMatcher, classNames } from '../data/cells/classes.ts';
import type { CategoryColumn, Column } from '../data/columns.ts';
import { dataError, usageError } from '../errors.ts';
import type { Target, Task } from './model.ts';

/** The label section of a pipeline. */
export interface LabelWish {
  readonly column: string;
  readonly task: 'auto' | 'binary' | 'multiclass' | 'regression';
  readonly positive: string | null;
}

/** Rows by class; words that are one class (`1` and `1.0`) are counted together. */
function classCounts(column: CategoryColumn): Map<string, number> {
  const words = new Map<string, number>();
  for (const code of column.codes) {
    if (code === -1) continue;
    const word = column.dictionary[code]!;
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  const classes = classNames(words);
  const codeOf = classCodes(classes);
  const counts = new Map<string, number>();
  for (const [word, rows] of words) {
    const name = classes[codeOf(word)]!;
    counts.set(name, (counts.get(name) ?? 0) + rows);
  }
  return counts;
}

/** Index of the class that a word means; NaN where it means none. */
function classCodes(classes: readonly string[]): (word: string) => number {
  const match = classMatcher(classes);
  return (word) => {
    const matched = match(word);
    return isIssue(matched) ? Number.NaN : matched.code;
  };
}

/** Every label as a word, whatever kind of column holds it (a task that was asked for wins over the schema). */
function asCategory(column: Column): CategoryColumn | null {
  if (column.kind === 'category') return column;
  if (column.kind !== 'number') return null;
  const words = [...new Set(column.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const codeOf = new Map(words.map((value, code) => [value, code]));
  return {
    kind: 'category',
    codes: Int32Array.from(column.values, (value) => codeOf.get(value) ?? -1),
    dictionary: words.map(String),
  };
}

function binaryTask(wish: LabelWish, counts: Map<string, number>): Task {
  const [first, second] = [...counts.keys()].sort() as [string, string];
  const rarer = counts.get(first)! < counts.get(second)! ? first : second;
  const positive =
    wish.positive === null ? rarer : [first, second][classCodes([first, second])(wish.positive)];
  if (positive === undefined)
    throw usageError({
      code: 'label-positive-unknown',
      message: `label.positive is "${wish.positive}", but column "${wish.column}" holds "${first}" and "${second}".`,
      hint: `Set label.positive to "${first}" or "${second}" in the pipeline file.`,
    });
  return { kind: 'binary', classes: [positive === first ? second : first, positive], positive };
}

/**
 * What is predicted, from the label column of the labelled rows. Binary classes stand as [negative, positive];
 * without a wish the rarer class is the positive one. Classes are sorted by code unit.
 *
 * @throws data error (exit 3) for a label with fewer than two classes, usage error for a task that does not fit.
 */
export function resolveTask(wish: LabelWish, column: Column): Task {
  if (wish.task === 'regression' || (wish.task === 'auto' && column.kind === 'number')) {
    if (column.kind !== 'number')
      throw usageError({
        code: 'label-not-a-number',
        message: `label.task is regression, but column "${wish.column}" is a ${column.kind} column.`,
        hint: `Make "${wish.column}" a number in the row schema, or set label.task to binary or multiclass.`,
      });
    return { kind: 'regression' };
  }
  const category = asCategory(column);
  if (category === null)
    throw usageError({
      code: 'label-kind',
      message: `Column "${wish.column}" is a ${column.kind} column; a label is a category or a number.`,
      hint: `Declare "${wish.column}" as a category in the row schema.`,
    });
  const counts = classCounts(category);
  if (counts.size < 2)
    throw dataError({
      code: 'label-one-class',
      message: `Label "${wish.column}" has ${counts.size === 0 ? 'no value' : `one class only ("${[...counts.keys()][0]!}")`}: there is nothing to tell apart.`,
      hint: 'Add rows of another class, or choose another label column.',
    });
  const binary = wish.task === 'binary' || (wish.task === 'auto' && counts.size === 2);
  if (!binary) return { kind: 'multiclass', classes: [...counts.keys()].sort() };
  if (counts.size > 2)
    throw usageError({
      code: 'label-not-binary',
      message: `label.task is binary, but column "${wish.column}" has ${counts.size} classes.`,
      hint: 'Set label.task to multiclass (or leave it out).',
    });
  return binaryTask(wish, counts);
}

/**
 * Labels as numbers: class codes in task order, or the values themselves. NaN = no label, or a class that the task
 * does not know.
 */
export function targetOf(task: Task, column: Column): Target {
  if (task.kind === 'regression')
    return column.kind === 'number' ? column.values : new Float64Array(0).fill(Number.NaN);
  const category = asCategory(column);
  if (category === null) return new Float64Array(0);
  const codeOf = category.dictionary.map(classCodes(task.classes));
  return Float64Array.from(category.codes, (code) => (code === -1 ? Number.NaN : codeOf[code]!));
}
