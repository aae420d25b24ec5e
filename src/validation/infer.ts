import type { Table } from '../data/columns.ts';
import type { RowSchema } from '../data/schema.ts';
import { dataError, usageError } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { isMissing } from '../data/columns.ts';
import { cellText } from './cells.ts';
import type { CellParsers, WordForm } from './columnTally.ts';
import { ColumnTally } from './columnTally.ts';
import type { InferenceNote } from './inferColumn.ts';
import { inferColumn } from './inferColumn.ts';
import type { MissingWords } from './missingWords.ts';
import { findMissingWords } from './missingWords.ts';

export interface InferOptions {
  /** The data room's grammar of numbers and times. */
  readonly parsers: CellParsers;
  /** Label column: its few whole numbers are classes. */
  readonly label?: string;
}

export interface InferredSchema {
  readonly schema: RowSchema;
  readonly notes: readonly InferenceNote[];
}

/** Some records as texts: by column the index of each record's word (−1 = it has no such field), words and their forms. */
export interface WordsSeen {
  readonly rows: number;
  readonly columns: ReadonlyMap<
    string,
    {
      readonly codes: Int32Array;
      readonly words: readonly string[];
      readonly forms: WordForm | readonly WordForm[];
    }
  >;
}

function missingNotes({ words, found, declared }: MissingWords): InferenceNote[] {
  const odd = new Set([...declared.values()].flat());
  return words
    .filter((word) => word !== '' && !odd.has(word))
    .map((word) => ({
      column: null,
      about: 'missing-words',
      message: `"${word}" is taken for missing in every column (found in ${(found.get(word) ?? []).join(', ')}). If it is an answer of its own, take it out of the schema's missing words.`,
    }));
}

function requireLabel(names: readonly string[], label: string | undefined): void {
  if (label === undefined || names.includes(label)) return;
  const meant = nearest(label, names);
  throw usageError({
    code: 'label-not-found',
    message: `The label column "${label}" is not in the data. Columns: ${names.slice(0, 30).join(', ')}.`,
    hint: meant === undefined ? 'Name one of these columns as the label.' : `Did you mean "${meant}"?`,
  });
}

/** Infers a row schema from records that come bit by bit: memory does not follow their number. */
export class SchemaInference {
  readonly #options: InferOptions;
  readonly #tallies = new Map<string, ColumnTally>();
  rows = 0;

  constructor(options: InferOptions) {
    this.#options = options;
  }

  add({ rows, columns }: WordsSeen): void {
    this.rows += rows;
    for (const [name, { codes, words, forms }] of columns) {
      let tally = this.#tallies.get(name);
      if (tally === undefined)
        this.#tallies.set(name, (tally = new ColumnTally(name, this.#options.parsers)));
      const counts = new Int32Array(words.length);
      for (let row = 0; row < rows; row += 1) {
        const code = codes[row]!;
        if (code !== -1) counts[code]! += 1;
      }
      words.forEach((word, code) => {
        if (counts[code]! > 0)
          tally.add(word, typeof forms === 'string' ? forms : forms[code]!, counts[code]!);
      });
    }
  }

  /**
   * @param asWords Columns that are to be words, whatever they look like.
   * @throws usage error where the label is not a column; data error for a column named `__proto__`.
   */
  finish(asWords: ReadonlySet<string> = new Set()): InferredSchema {
    const { label } = this.#options;
    const tallies = [...this.#tallies.values()];
    requireLabel([...this.#tallies.keys()], label);
    if (this.#tallies.has('__proto__'))
      throw dataError({
        code: 'column-name-refused',
        message: 'The data has a column named "__proto__", a name that no JSON tool handles safely.',
        hint: 'Rename the column in the source.',
      });
    const missing = findMissingWords(tallies, label);
    const missingSet = new Set(missing.words);
    const inferred = tallies.map((tally) =>
      inferColumn(tally, {
        rows: this.rows,
        missing: missingSet,
        declared: missing.declared.get(tally.name) ?? [],
        isLabel: tally.name === label,
        asWords: asWords.has(tally.name),
      }),
    );
    return {
      schema: {
        columns: inferred.flatMap(({ column }) => column ?? []),
        missing: missing.words,
      },
      notes: [...missingNotes(missing), ...inferred.flatMap(({ notes }) => notes)],
    };
  }
}

/** The texts of a table as words; a null counts as the empty text. */
function wordsOfTable(table: Table): WordsSeen {
  const columns = [...table.columns].map(([name, column]) => {
    const codeOf = new Map<string, number>();
    const codes = Int32Array.from({ length: table.rows }, (_, row) => {
      const text =
        column.kind === 'text'
          ? (column.values[row] ?? '')
          : isMissing(column, row)
            ? ''
            : cellText(column, row);
      const code = codeOf.get(text) ?? codeOf.size;
      codeOf.set(text, code);
      return code;
    });
    return [name, { codes, words: [...codeOf.keys()], forms: 'text' as const }] as const;
  });
  return { rows: table.rows, columns: new Map(columns) };
}

/**
 * The row schema that a table of texts has by its looks, and what a person should check about it: kinds, JSON types,
 * missing words, domains (up to 1,000 values) and ranges. Domains and ranges are open: they warn, they do not reject.
 *
 * @throws usage error where the label is not a column; data error for a column named `__proto__`.
 */
export function inferSchema(table: Table, options: InferOptions): InferredSchema {
  const inference = new SchemaInference(options);
  inference.add(wordsOfTable(table));
  return inference.finish();
}
