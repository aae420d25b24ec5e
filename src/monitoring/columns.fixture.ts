import { profileReference } from './profileReference.ts';
import type { Column, Table } from '../data/columns.ts';

/** A table without anything. */
export const none: Table = { rows: 0, columns: new Map() };

/** A column of numbers. */
export const numbers = (rows: number, draw: (i: number) => number): Column => ({
  kind: 'number',
  values: Float64Array.from({ length: rows }, (_, i) => draw(i)),
});
/** A column of words; null = missing. */
export const words = (rows: number, draw: (i: number) => string | null): Column => {
  const cells = Array.from({ length: rows }, (_, i) => draw(i));
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))];
  return {
    kind: 'category',
    dictionary,
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
  };
};

/** A table of one column. */
export function table(name: string, column: Column): Table {
  return {
    rows: column.kind === 'category' ? column.codes.length : column.values.length,
    columns: new Map([[name, column]]),
  };
}

/** The reference that such a column gives. */
export function referenceOf(name: string, column: Column): ReturnType<typeof profileReference> {
  return profileReference({
    population: table(name, column),
    predictions: none,
    performance: { metric: 'rmse', rows: 0, metrics: {} },
  });
}
