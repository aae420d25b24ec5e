import type { Column, Table } from '../../data/columns.ts';
import { cellValue } from '../../data/columns.ts';
import { rowsFromTable } from '../../data/rows.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import type { ReadPlan, RowsHeader } from '../../data/source.ts';
import { dataError, usageError } from '../../errors.ts';
import { featureRows } from '../../features/encode.ts';
import { passedFeatures } from '../../features/given/passed.ts';
import type { PassedInput } from '../../features/given/passed.ts';
import type { Scorer, Task } from '../../modeling/model.ts';
import { finish } from '../../work.ts';
import type { GivenRows } from './givenRows.ts';

const answer = 'prediction';
const probabilityOf = (name: string): string => `probabilities.${name}`;

/** A column of answers: text, so that whatever stands there is read as it is written. */
const answerColumn = (name: string): ColumnSchema => ({
  name,
  kind: 'text',
  type: 'string',
  nullable: true,
  required: false,
  closed: false,
});

/** Columns that answers stand in, of which a file has one or some. */
export const answersOf = (task: Task): readonly string[] => [
  answer,
  ...(task.kind === 'regression' ? [] : task.classes.map(probabilityOf)),
];

/** How a file of expected answers is read: inputs by their column’s name or the model’s own, answers as `aieng predict` names them. */
export function expectedPlan(
  schema: RowSchema,
  inputs: readonly PassedInput[],
  task: Task,
): (header: RowsHeader) => ReadPlan {
  return ({ names }) => {
    const there = new Set(names);
    const called = inputs.map(({ name, column }) => ({ column, as: there.has(column) ? column : name }));
    const columns = called.map(({ column, as }): ColumnSchema => {
      const own = schema.columns.find((each) => each.name === column)!;
      return { ...own, name: as, nullable: true, required: false };
    });
    const answers = answersOf(task);
    const unique = [...new Map(columns.map((each) => [each.name, each])).values()];
    const own = unique.filter(({ name }) => !answers.includes(name));
    return {
      schema: { ...schema, columns: [...own, ...answers.map(answerColumn)] },
      required: own.map(({ name }) => name),
      optional: answers,
    };
  };
}

/** The inputs of the file as columns of the row schema. */
function inputTable({ rows, columns }: Table, inputs: readonly PassedInput[]): Table {
  const named = inputs.map(({ name, column }): [string, Column] => [
    column,
    (columns.get(column) ?? columns.get(name))!,
  ]);
  return { rows, columns: new Map(named) };
}

/** What one row was expected to answer: places among the scores with their values, or a class. */
type Wanted =
  { readonly scores: readonly (readonly [place: number, value: number])[] } | { readonly answered: string };

function wantedOf(task: Task, order: readonly string[], table: Table, row: number): Wanted {
  const cell = (name: string): string | null => {
    const column = table.columns.get(name);
    return column === undefined ? null : String(cellValue(column, row) ?? '') || null;
  };
  const number = (name: string): number | null => {
    const text = cell(name);
    return text === null ? null : Number(text);
  };
  if (task.kind === 'regression') {
    const value = number(answer);
    return { scores: value === null ? [] : [[0, value]] };
  }
  const scores = task.classes.flatMap((name, place) => {
    const value = number(probabilityOf(name));
    return value === null ? [] : [[place, value] as const];
  });
  if (scores.length > 0) return { scores };
  const text = cell(answer);
  if (text === null) return { scores: [] };
  if (task.classes.includes(text)) return { answered: text };
  // One number of two classes is what the library itself answers: the probability of its second class.
  return task.kind === 'binary'
    ? { scores: [[task.classes.indexOf(order[1]!), Number(text)]] }
    : { answered: text };
}

function differenceOf(task: Task, wanted: Wanted, got: Float64Array): number {
  if ('answered' in wanted) {
    const classes = task.kind === 'regression' ? [] : task.classes;
    return classes[got.indexOf(Math.max(...got))] === wanted.answered ? 0 : Infinity;
  }
  return wanted.scores.reduce((most, [place, value]) => {
    const difference = Math.abs(got[place]! - value) / Math.max(1, Math.abs(value));
    // What is no number agrees with nothing.
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
}

const wantedWords = (wanted: Wanted): string =>
  'answered' in wanted ? wanted.answered : wanted.scores.map(([, value]) => value).join(', ');

/** What the comparison found: how far the answers are off at most, and what is kept of it. */
export interface ExpectedAnswers {
  readonly rows: number;
  readonly largest: number;
  /** Inputs and answers, for the bundle’s record. */
  readonly kept: readonly unknown[];
}

/**
 * Compares the answers of an imported model with those that its researcher saw.
 *
 * @throws a data error (exit 3) where they differ by more than the tolerance: the wrong column, order or code is found here
 */
export function compareExpected(
  given: GivenRows,
  inputs: readonly PassedInput[],
  scorer: Scorer,
  {
    task,
    order,
    tolerance,
  }: { readonly task: Task; readonly order: readonly string[]; readonly tolerance: number },
): ExpectedAnswers {
  const table = inputTable(given.table, inputs);
  const scores = finish(scorer.predict(featureRows(passedFeatures(inputs), table, 0)));
  const width = scorer.outputs;
  const rows = Array.from({ length: table.rows }, (_, row) => {
    const wanted = wantedOf(task, order, given.table, row);
    const got = scores.subarray(row * width, (row + 1) * width);
    return { row, wanted, got, difference: differenceOf(task, wanted, got) };
  }).filter(({ wanted }) => 'answered' in wanted || wanted.scores.length > 0);
  if (rows.length === 0)
    throw usageError({
      code: 'no-expected-answers',
      message: `${given.file} has no answer: expected a column ${answer}${task.kind === 'regression' ? '' : `, or ${task.classes.map(probabilityOf).join(', ')}`}.`,
      hint: `Write the model’s own answers into a column ${answer} beside its inputs.`,
    });
  const off = rows.filter(({ difference }) => !(difference <= tolerance));
  const [first] = off;
  if (first !== undefined)
    throw dataError({
      code: 'expected-answers-differ',
      message: `${off.length} of ${rows.length} answers differ from ${given.file}: row ${first.row + 1} is ${[...first.got].join(', ')}, expected ${wantedWords(first.wanted)} (within ${tolerance}).`,
      hint: `Is each input given the right column, and each class the right place? ${inputs
        .slice(0, 10)
        .map(({ name, column }) => `${name} = ${column}`)
        .join(
          ', ',
        )}. Correct model.inputs or model.imported.classes in the pipeline file, or raise --tolerance.`,
    });
  const cells = rowsFromTable(given.table);
  return {
    rows: rows.length,
    largest: rows.reduce((most, { difference }) => Math.max(most, difference), 0),
    kept: rows.map(({ row }) => cells[row]!),
  };
}
