import type { NumberFormat, TimeFormat } from './cells/formats/declared.ts';
import type { HistoryRule } from './history/rule.ts';
import type { ColumnKind } from './columns.ts';

/** What one column of the data is declared to be. */
export interface ColumnSchema {
  readonly name: string;
  /** How it is held in a `Table`. A boolean is a category with the words `false` and `true`. */
  readonly kind: ColumnKind;
  /** The JSON type of a request's value. `integer` also refuses fractions in files. */
  readonly type: 'number' | 'integer' | 'boolean' | 'string';
  /** May the value be missing (empty or a missing word in text, null in JSON)? */
  readonly nullable: boolean;
  /** Must the key be there in a request and the column in a file? */
  readonly required: boolean;
  /** Categories seen when the schema was inferred, in sorted order. */
  readonly domain?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** With `closed`, domain and range reject a row; without, they only warn. */
  readonly closed: boolean;
  readonly description?: string;
  /** Words for a boolean in text, lower case. */
  readonly trueWords?: readonly string[];
  readonly falseWords?: readonly string[];
  /** How the numbers of a column of numbers are written in text; plain where it says nothing. */
  readonly numberFormat?: NumberFormat;
  /** How the times of a column of times are written in text; ISO 8601 where it says nothing. */
  readonly timeFormat?: TimeFormat;
  /** Words that mean "missing" in this column, besides those of the schema. */
  readonly missing?: readonly string[];
  /** Spellings of words: what each is read as. */
  readonly merge?: Readonly<Record<string, string>>;
  /**
   * The values are of persons: never a feature unless the pipeline asks for it, not kept where nothing uses them, and
   * never shown in logs, reports, errors and examples.
   */
  readonly pii?: true;
  /** Known while training, and not when predicting: like the label, never a feature. */
  readonly only?: 'training';
}

/** The present version of the grammar of cells, which bundles name. */
export const grammarVersion = 2;

/** The row schema: the one contract of ingest, batch prediction and requests. */
export interface RowSchema {
  readonly columns: readonly ColumnSchema[];
  /** Words that mean "missing" in every column, compared after trimming. Always contains ''. */
  readonly missing: readonly string[];
  /**
   * Version of the grammar by which its cells are read (`cellParser`), where it is not the present one: 1 for the bundles
   * of aieng 0.1, for ever.
   */
  readonly cells?: 1;
  /** What rows know of the rows before them; its columns are among `columns`. */
  readonly history?: HistoryRule;
}

/**
 * The schema with the columns that identify a row as texts: an id is kept as it is written (`00712`, `712` and `7.12e2`
 * are three), whatever it was declared to be. A time stays one, and so does a column that is needed as what it is.
 *
 * @param needed Columns that must keep their kind: the pipeline's time, a model's inputs.
 */
export function withTextIds(
  schema: RowSchema,
  rowId: readonly string[],
  needed: readonly string[] = [],
): RowSchema {
  const ids = new Set(rowId.filter((name) => !needed.includes(name)));
  const columns = schema.columns.map((column): ColumnSchema => {
    if (!ids.has(column.name) || column.kind === 'time' || column.kind === 'text') return column;
    const { name, nullable, required, description, missing, pii, only } = column;
    const asText = { name, kind: 'text', type: 'string', nullable, required, closed: false } as const;
    return {
      ...asText,
      ...(description === undefined ? {} : { description }),
      ...(missing === undefined ? {} : { missing }),
      ...(pii === undefined ? {} : { pii }),
      ...(only === undefined ? {} : { only }),
    };
  });
  return { ...schema, columns };
}

/** The schema of one column, or undefined. */
export function columnSchema(schema: RowSchema, name: string): ColumnSchema | undefined {
  return schema.columns.find((column) => column.name === name);
}
