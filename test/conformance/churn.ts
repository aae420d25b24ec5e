import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** Cells of the churn fixture by column, as JSON: numbers where all cells are numbers or empty, words else. */
export type JsonColumns = Readonly<Record<string, readonly (number | string | null)[]>>;

/** The churn fixture's rows as JSON columns. */
export function readChurn(): JsonColumns {
  const text = readFileSync(new URL('../../fixtures/telco-churn.csv', import.meta.url), 'utf8');
  const [header, ...records]: string[][] = parse(text);
  return Object.fromEntries(
    header!.map((name, at) => {
      const cells = records.map((record) => (record[at] === '' ? null : record[at]!));
      const numeric = cells.every((cell) => cell === null || Number.isFinite(Number(cell)));
      return [name, numeric ? cells.map((cell) => (cell === null ? null : Number(cell))) : cells];
    }),
  );
}
