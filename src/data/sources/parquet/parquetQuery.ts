import type { Cell, CellIssue, CellParser } from '../../cells/cell.ts';
import { isIssue } from '../../cells/cell.ts';
import { missingWords } from '../../cells/missing.ts';
import { cellParser } from '../../cells/parser.ts';
import { enumOf, repeatedWords } from '../../parquetWords.ts';
import type { RowSchema } from '../../schema.ts';
import type { SelectedColumn } from '../selection.ts';
import type { Carrier } from './parquetColumns.ts';
import { wholeType } from './parquetColumns.ts';
import type { ParquetFile } from './parquetFile.ts';

/** Of fewer rows the words are read where they stand: to ask for them first costs more. */
const leastRows = 4096;

export function expressionOf(carrier: Carrier, position: number, asWord = false): string {
  switch (carrier) {
    case 'number': {
      // As a word, a 32-bit float is the shortest decimal that gives it back: 0.1, not 0.10000000149011612.
      const value = asWord ? `CAST(p${position} AS VARCHAR)` : `p${position}`;
      return `coalesce(CAST(${value} AS DOUBLE), 'nan'::DOUBLE)`;
    }
    case 'time':
      return `coalesce(CAST(epoch_ms(p${position}) AS DOUBLE), 'nan'::DOUBLE)`;
    case 'text':
      return `CAST(p${position} AS VARCHAR)`;
  }
}

/**
 * The text of a number whose double may not be the nearest one; NULL for all others. Digits up to 2^53 and powers of ten
 * up to 10^22 are exact as doubles, and so their quotient is the nearest double.
 */
function inexactText(position: number, type: string): string {
  const text = `CAST(p${position} AS VARCHAR)`;
  const scale = Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0);
  if (scale > 22) return text;
  const digits = String(2 ** 53).padStart(scale + 1, '0');
  const most = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return `CASE WHEN p${position} NOT BETWEEN -${most} AND ${most} THEN ${text} END`;
}

/** The words of a column, each read once: its code, or what is wrong with it. */
export interface ReadWords {
  readonly codes: readonly (number | CellIssue)[];
  readonly dictionary: readonly string[];
  readonly absent: Cell | CellIssue;
}

function readWords(words: readonly string[], parser: CellParser): ReadWords {
  const codeOf = new Map<string, number>();
  const codes = words.map((word) => {
    const cell = parser.typed(word);
    if (isIssue(cell)) return cell;
    if (typeof cell !== 'string') return -1;
    const code = codeOf.get(cell) ?? codeOf.size;
    codeOf.set(cell, code);
    return code;
  });
  return { codes, dictionary: [...codeOf.keys()], absent: parser.typed(null) };
}

/** A column that the file has, with how it is fetched and parsed. */
export interface PresentColumn extends SelectedColumn {
  readonly carrier: Carrier;
  readonly parser: CellParser;
  /** Is every time of the file a cell as it stands, where it is one that a `Date` holds? */
  readonly plainTime: boolean;
  /** Is every finite number of the file a cell as it stands, where it is whole if that is asked for? */
  readonly plainNumber: boolean;
  readonly whole: boolean;
  /** Where the query has the column, and where the exact texts of what its doubles are not. */
  readonly at: number;
  readonly exactAt: number | null;
  /** Of categories of few words, which come as codes of these. */
  readonly words: ReadWords | null;
}

/** The columns of a plan that the file has, and the expressions that fetch them. */
export async function presentColumns(
  file: ParquetFile,
  selected: readonly SelectedColumn[],
  grammar: RowSchema,
): Promise<{ readonly present: readonly PresentColumn[]; readonly expressions: readonly string[] }> {
  const expressions: string[] = [];
  const inFile = selected
    .filter(({ index }) => index !== -1)
    .map((column) => {
      const { position, type, wide, carrier: own } = file.columns[column.index]!;
      // Whole numbers that are words keep every digit as text.
      const asText = own === 'number' && column.schema.kind !== 'number' && wholeType.test(type);
      const carrier = asText ? 'text' : own;
      const asWord = type === 'FLOAT' && column.schema.kind !== 'number';
      return { column, position, type, wide, carrier, expression: expressionOf(carrier, position, asWord) };
    });
  const ofWords = inFile
    .filter(({ carrier, column: { schema } }) => carrier === 'text' && schema.kind === 'category')
    .map(({ expression }) => expression);
  const words =
    file.rows < leastRows ? new Map<string, readonly string[]>() : await repeatedWords(file, ofWords);
  const present = inFile.map(({ column, position, type, wide, carrier, expression }): PresentColumn => {
    const { kind } = column.schema;
    const parser = cellParser(column.schema, grammar);
    const own = carrier === 'text' && kind === 'category' ? words.get(expression) : undefined;
    const at = expressions.push(own === undefined ? expression : enumOf(expression, own)) - 1;
    const exactAt = carrier === 'number' && wide ? expressions.push(inexactText(position, type)) - 1 : null;
    const asItStands = missingWords(column.schema, grammar.missing).values.size === 0;
    return {
      ...column,
      carrier,
      parser,
      plainTime: kind === 'time' && carrier === 'time' && asItStands,
      plainNumber:
        kind === 'number' &&
        carrier === 'number' &&
        asItStands &&
        !column.schema.closed &&
        column.schema.numberFormat === undefined,
      whole: column.schema.type === 'integer',
      at,
      exactAt,
      words: own === undefined ? null : readWords(own, parser),
    };
  });
  return { present, expressions };
}
