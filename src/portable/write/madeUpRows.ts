import { cellParser } from '../../data/cells/parser.ts';
import { isIssue } from '../../data/cells/cell.ts';
import { exampleCell } from '../../data/cells/jsonSchema.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import type { GoldenRow, Manifest } from '../../packaging/manifest.ts';

type Cell = string | number | null;

const rowCount = 12;
const unseenWord = 'a word that no training row has';

/** What cell a column has in row `at`: by turns its words, places in its range, nothing, and a word that is not known. */
function cellAt(column: ColumnSchema, place: number, at: number, example: Cell): readonly Cell[] {
  const { kind, type, domain = [], minimum, maximum, nullable, closed } = column;
  const turn = (at + place) % rowCount;
  if (nullable && turn === 1) return [null];
  if (kind === 'number' && minimum !== undefined && maximum !== undefined) {
    const value = minimum + ((maximum - minimum) * turn) / (rowCount - 1);
    return [type === 'integer' ? Math.round(value) : value, example];
  }
  if (kind === 'category' && type === 'string' && !closed && turn === 2) return [unseenWord, example];
  if (kind === 'category' && domain.length > 0) return [domain[turn % domain.length]!, example];
  return [example];
}

/**
 * Rows that are made of the schema alone, for a file that goes to the public: a bundle's golden rows are rows of the
 * training data. Each exercises other words, places in ranges, and missing cells.
 */
export function madeUpRows(
  { inputs }: Pick<Manifest, 'inputs'>,
  schema: RowSchema,
): readonly GoldenRow['input'][] {
  const columns = inputs.map((column) => {
    const example = exampleCell(column, schema);
    const parser = cellParser(column, schema);
    return { column, parser, example: typeof example === 'boolean' ? String(example) : example };
  });
  return Array.from({ length: rowCount }, (_, at) =>
    Object.fromEntries(
      columns.map(({ column, parser, example }, place): [string, Cell] => {
        const cells = cellAt(column, place, at, example);
        return [column.name, cells.find((cell) => !isIssue(parser.json(cell))) ?? example];
      }),
    ),
  );
}
