import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Table } from '../src/data/columns.ts';
import { tableFromRows } from '../src/data/rows.ts';
import type { ColumnSchema } from '../src/data/schema.ts';
import type { Split } from '../src/data/splitting.ts';
import { splitRows } from '../src/data/splitting.ts';
import { targetOf } from '../src/modeling/index.ts';
import type { Task } from '../src/modeling/index.ts';
import { numpySplit } from './numpySplit.ts';

// The reference data sets, typed by the data room, with the splits under which their published figures were made.

/** A data set, ready to be split by a seed. */
export interface Dataset {
  readonly name: string;
  readonly task: Task;
  readonly label: string;
  readonly table: Table;
  /** Class codes or numbers, by row. */
  readonly target: Float64Array;
  split(seed: number): Split;
}

type Row = Record<string, string | number | null>;

const shared = new URL('../../shared/data/', import.meta.url);
const reference = new URL('reference/', shared);

const adultColumns = (
  'age workclass fnlwgt education education_num marital_status occupation relationship race sex ' +
  'capital_gain capital_loss hours_per_week native_country income'
).split(' ');
const adultNumbers = ['age', 'fnlwgt', 'education_num', 'capital_gain', 'capital_loss', 'hours_per_week'];

/** Official train and test files; a fifth of train is for validation, dealt out by the seed. */
export function adult(): Dataset | undefined {
  const trainFile = new URL('adult/adult.data.gz', reference);
  const testFile = new URL('adult/adult.test', reference);
  if (!existsSync(trainFile) || !existsSync(testFile)) return undefined;
  const read = (text: string): Row[] => {
    const records: Row[] = parse(text, {
      columns: adultColumns,
      trim: true,
      comment: '|',
      skip_empty_lines: true,
    });
    return records.map((row) =>
      cellsOf(row, adultNumbers, (cell) => (cell === '?' ? null : cell.replace(/\.$/, ''))),
    );
  };
  const known = read(gunzipSync(readFileSync(trainFile)).toString());
  const unseen = read(readFileSync(testFile, 'utf8'));
  const task: Task = { kind: 'binary', classes: ['<=50K', '>50K'], positive: '>50K' };
  return dataset('Adult', task, 'income', adultNumbers, [...known, ...unseen], (seed) => {
    const ids = known.map((_, row) => `adult-${row}`);
    const fractions = { train: 0.8, validation: 0.2, test: 0 };
    const test = Int32Array.from(unseen, (_, row) => known.length + row);
    return { ...splitRows({ strategy: 'hash' }, ids, { fractions, seed }), test };
  });
}

/** Eight features as scikit-learn derives them, label in $100,000; scikit-learn's split with seeds 0 and 1. */
export function california(): Dataset | undefined {
  const file = new URL('california-housing/cal_housing.data', reference);
  if (!existsSync(file)) return undefined;
  const records: string[][] = parse(readFileSync(file, 'utf8'), { skip_empty_lines: true });
  const rows = records.map((record): Row => {
    const [longitude, latitude, age, rooms, bedrooms, population, households, income, value] =
      record.map(Number);
    return {
      median_income: income!,
      house_age: age!,
      average_rooms: rooms! / households!,
      average_bedrooms: bedrooms! / households!,
      population: population!,
      average_occupancy: population! / households!,
      latitude: latitude!,
      longitude: longitude!,
      value: value! / 1e5,
    };
  });
  const numbers = Object.keys(rows[0]!);
  return dataset('California', { kind: 'regression' }, 'value', numbers, rows, () => numpySplit(rows.length));
}

/** Telco churn, with scikit-learn's stratified split of seed 0, on which a logistic regression has an AUC of .852. */
export function churn(): Dataset {
  const text = readFileSync(new URL('../fixtures/telco-churn.csv', import.meta.url), 'utf8');
  const records: Row[] = parse(text, { columns: true });
  const missing = (cell: string): boolean => cell === '' || cell === 'NA';
  const numbers = Object.keys(records[0]!).filter((name) =>
    records.every((row) => missing(String(row[name])) || Number.isFinite(Number(row[name]))),
  );
  const rows = records.map((row) => cellsOf(row, numbers, (cell) => (missing(cell) ? null : cell)));
  const task: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
  const classes = Float64Array.from(rows, (row) => (row.churn === 'Yes' ? 1 : 0));
  return dataset('churn', task, 'churn', numbers, rows, () => numpySplit(rows.length, classes));
}

/** Rows of a comma-separated file with a header; what is a number in every row is a number. */
function opened(
  file: string,
  name: string,
  task: Task,
  label: string,
  left: readonly string[] = [],
): Dataset | undefined {
  const place = new URL(file, shared);
  if (!existsSync(place)) return undefined;
  const read: Row[] = parse(readFileSync(place, 'utf8'), { columns: true });
  const records = read.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column]) => !left.includes(column))),
  );
  const missing = (cell: string): boolean => cell === '' || cell === 'NA';
  const numbers = Object.keys(records[0]!).filter(
    (column) =>
      (column !== label || task.kind === 'regression') &&
      records.every((row) => missing(String(row[column])) || Number.isFinite(Number(row[column]))),
  );
  const rows = records.map((row) => cellsOf(row, numbers, (cell) => (missing(cell) ? null : cell)));
  const ids = rows.map((_, row) => `${name}-${row}`);
  const fractions = { train: 0.64, validation: 0.16, test: 0.2 };
  return dataset(name, task, label, numbers, rows, (seed) =>
    splitRows({ strategy: 'hash' }, ids, { fractions, seed }),
  );
}

/** Bikes hired by the hour, dealt out by a hash; without what adds up to the label. */
export const bikes = (): Dataset | undefined =>
  opened('reference/bike-sharing/hour.csv', 'bike', { kind: 'regression' }, 'cnt', [
    'instant',
    'dteday',
    'casual',
    'registered',
  ]);

/** Loans that were paid back or not. */
export const lending = (): Dataset | undefined =>
  opened(
    'open/lending_club.csv',
    'lending',
    { kind: 'binary', classes: ['good', 'bad'], positive: 'bad' },
    'Class',
  );

/** Staff that left. */
export const attrition = (): Dataset | undefined =>
  opened(
    'open/attrition.csv',
    'attrition',
    { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' },
    'Attrition',
  );

function cellsOf(row: Row, numbers: readonly string[], clean: (cell: string) => string | null): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) => {
      const word = clean(String(cell));
      return [name, word !== null && numbers.includes(name) ? Number(word) : word];
    }),
  );
}

function dataset(
  name: string,
  task: Task,
  label: string,
  numbers: readonly string[],
  rows: readonly Row[],
  split: (seed: number) => Split,
): Dataset {
  const columns = Object.keys(rows[0]!).map((column): ColumnSchema => {
    const isNumber = numbers.includes(column);
    const kind = isNumber ? 'number' : 'category';
    return {
      name: column,
      kind,
      type: isNumber ? 'number' : 'string',
      nullable: true,
      required: true,
      closed: false,
    };
  });
  const names = columns.map((column) => column.name);
  const { table, issues } = tableFromRows(rows, { columns, missing: [''] }, names);
  if (issues.length > 0) throw new TypeError(`${name}: row ${issues[0]!.row}: ${issues[0]!.message}`);
  return { name, task, label, table, target: targetOf(task, table.columns.get(label)!), split };
}
