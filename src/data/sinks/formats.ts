import type { OutputRow, RowFormat, SinkOptions } from './sink.ts';

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

/** What rows have beside id and answer. */
type Answered = Pick<SinkOptions, 'classes' | 'interval' | 'explained'>;

/**
 * Columns of flat output: `id`, `prediction`, then `prediction_interval.low` and `.high` of numbers that have one,
 * `probabilities.<class>` in the order of the classes, and `explanation` where there is one.
 */
export const flatColumns = ({
  classes,
  interval = false,
  explained = false,
}: Answered): readonly string[] => [
  'id',
  'prediction',
  ...(interval ? ['prediction_interval.low', 'prediction_interval.high'] : []),
  ...classes.map((name) => `probabilities.${name}`),
  ...(explained ? ['explanation'] : []),
];

function intervalOf({ prediction_interval: interval }: OutputRow): {
  readonly low: number;
  readonly high: number;
} {
  if (interval === undefined) throw new RangeError('a prediction lacks its interval');
  return interval;
}

/** CSV (RFC 4180, LF): interval and probabilities flattened to columns, an explanation as the JSON of NDJSON. */
export function csvFormat(answered: Answered): RowFormat {
  const { classes, interval = false, explained = false } = answered;
  return {
    header: csvLine(flatColumns(answered)),
    row: (row) => {
      const { low, high } = interval ? intervalOf(row) : { low: 0, high: 0 };
      return csvLine([
        row.id,
        String(row.prediction),
        ...(interval ? [String(low), String(high)] : []),
        ...classes.map((name) => String(probabilityOf(row, name))),
        ...(explained ? [JSON.stringify(row.explanation)] : []),
      ]);
    },
  };
}

/** NDJSON: `{"id", "prediction", "prediction_interval", "probabilities": {class: p}, "explanation"}`, as the service answers. */
export function ndjsonFormat({ classes, interval = false, explained = false }: Answered): RowFormat {
  return {
    header: '',
    row: (row) => {
      const { id, prediction } = row;
      const why = explained ? { explanation: row.explanation } : {};
      if (classes.length === 0) {
        const within = interval ? { prediction_interval: intervalOf(row) } : {};
        return `${JSON.stringify({ id, prediction, ...within, ...why })}\n`;
      }
      const probabilities = Object.fromEntries(classes.map((name) => [name, probabilityOf(row, name)]));
      return `${JSON.stringify({ id, prediction, probabilities, ...why })}\n`;
    },
  };
}
