import type { OutputColumns, OutputRow, OutputRows, RowFormat, SinkOptions } from './sink.ts';

const needsQuotes = /[",\r\n]|^\s|\s$/;
const csvCell = (cell: string): string =>
  cell === '' || needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** A line of CSV (RFC 4180, LF). */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`;

/** The columns of rows that are objects, with what they may lack. */
function columnsOf(rows: readonly OutputRow[], classes: readonly string[]): OutputColumns {
  return {
    length: rows.length,
    idAt: (row) => rows[row]!.id,
    predictionAt: (row) => rows[row]!.prediction,
    probabilityAt: (row, output) => {
      const { probabilities } = rows[row]!;
      const name = classes[output]!;
      const value =
        probabilities !== undefined && Object.hasOwn(probabilities, name) ? probabilities[name] : undefined;
      if (value === undefined)
        throw new RangeError(`a prediction lacks the probability of ${JSON.stringify(name)}`);
      return value;
    },
    intervalAt: (row) => {
      const interval = rows[row]!.prediction_interval;
      if (interval === undefined) throw new RangeError('a prediction lacks its interval');
      return interval;
    },
    explanationAt: (row) => rows[row]!.explanation,
  };
}

/** A format that writes row by row from columns. */
const formatOf = (
  header: string,
  classes: readonly string[],
  line: (columns: OutputColumns, row: number) => string,
): RowFormat => ({
  header,
  text: (rows: OutputRows) => {
    const columns = 'idAt' in rows ? rows : columnsOf(rows, classes);
    const lines: string[] = [];
    for (let row = 0; row < columns.length; row += 1) lines.push(line(columns, row));
    return lines.join('');
  },
});

/** What is made of a class's name, made once. */
function ofClasses(classes: readonly string[], made: (name: string) => string): (answer: string) => string {
  const known = new Map(classes.map((name) => [name, made(name)]));
  return (answer) => known.get(answer) ?? made(answer);
}

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

/** CSV (RFC 4180, LF): interval and probabilities flattened to columns, an explanation as the JSON of NDJSON. */
export function csvFormat(answered: Answered): RowFormat {
  const { classes, interval = false, explained = false } = answered;
  const classCell = ofClasses(classes, csvCell);
  return formatOf(csvLine(flatColumns(answered)), classes, (columns, row) => {
    const answer = columns.predictionAt(row);
    // A number is never quoted.
    let line = `${csvCell(columns.idAt(row))},${typeof answer === 'number' ? answer : classCell(answer)}`;
    if (interval) {
      const { low, high } = columns.intervalAt(row);
      line += `,${low},${high}`;
    }
    for (let output = 0; output < classes.length; output += 1)
      line += `,${columns.probabilityAt(row, output)}`;
    if (explained) {
      const why = columns.explanationAt(row);
      line += `,${why === undefined ? '' : csvCell(JSON.stringify(why))}`;
    }
    return `${line}\n`;
  });
}

/**
 * The classes of JSON's `probabilities`, with the text before each value: an object has names that are whole numbers
 * first, in their order.
 */
function jsonMembers(
  classes: readonly string[],
): readonly { readonly output: number; readonly key: string }[] {
  const order = Object.keys(Object.fromEntries(classes.map((name) => [name, 0])));
  return order.map((name, at) => ({
    output: classes.indexOf(name),
    key: `${at === 0 ? '' : ','}${JSON.stringify(name)}:`,
  }));
}

/** NDJSON: `{"id", "prediction", "prediction_interval", "probabilities": {class: p}, "explanation"}`, as the service answers. */
export function ndjsonFormat({ classes, interval = false, explained = false }: Answered): RowFormat {
  const classText = ofClasses(classes, (name) => JSON.stringify(name));
  const members = jsonMembers(classes);
  return formatOf('', classes, (columns, row) => {
    const answer = columns.predictionAt(row);
    const said = typeof answer === 'number' ? JSON.stringify(answer) : classText(answer);
    let line = `{"id":${JSON.stringify(columns.idAt(row))},"prediction":${said}`;
    if (classes.length > 0) {
      line += ',"probabilities":{';
      for (const { output, key } of members) line += key + JSON.stringify(columns.probabilityAt(row, output));
      line += '}';
    } else if (interval) {
      const { low, high } = columns.intervalAt(row);
      line += `,"prediction_interval":${JSON.stringify({ low, high })}`;
    }
    const why = explained ? columns.explanationAt(row) : undefined;
    return why === undefined ? `${line}}\n` : `${line},"explanation":${JSON.stringify(why)}}\n`;
  });
}
