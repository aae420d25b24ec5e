import type { OutputRow, RowFormat } from './sink.ts';

const needsQuotes = /[",\r\n]|^\s|\s$/;
const csvCell = (cell: string): string =>
  cell === '' || needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** A line of CSV (RFC 4180, LF). */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`;

const probabilityOf = (row: OutputRow, name: string): number => {
  const { probabilities } = row;
  const value =
    probabilities !== undefined && Object.hasOwn(probabilities, name) ? probabilities[name] : undefined;
  if (value === undefined)
    throw new RangeError(`a prediction lacks the probability of ${JSON.stringify(name)}`);
  return value;
};

/**
 * Columns of flat output: `id`, `prediction`, then `probabilities.<class>` in the order of the classes, and `explanation`
 * where there is one.
 */
export const flatColumns = (classes: readonly string[], explained: boolean): readonly string[] => [
  'id',
  'prediction',
  ...classes.map((name) => `probabilities.${name}`),
  ...(explained ? ['explanation'] : []),
];

/** CSV (RFC 4180, LF): probabilities flattened to columns, an explanation as the JSON of NDJSON. */
export function csvFormat(classes: readonly string[], explained = false): RowFormat {
  return {
    header: csvLine(flatColumns(classes, explained)),
    row: (row) =>
      csvLine([
        row.id,
        String(row.prediction),
        ...classes.map((name) => String(probabilityOf(row, name))),
        ...(explained ? [JSON.stringify(row.explanation)] : []),
      ]),
  };
}

/** NDJSON: `{"id", "prediction", "probabilities": {class: p}, "explanation"}`, as the service answers. */
export function ndjsonFormat(classes: readonly string[], explained = false): RowFormat {
  return {
    header: '',
    row: (row) => {
      const { id, prediction } = row;
      const why = explained ? { explanation: row.explanation } : {};
      if (classes.length === 0) return `${JSON.stringify({ id, prediction, ...why })}\n`;
      const probabilities = Object.fromEntries(classes.map((name) => [name, probabilityOf(row, name)]));
      return `${JSON.stringify({ id, prediction, probabilities, ...why })}\n`;
    },
  };
}
