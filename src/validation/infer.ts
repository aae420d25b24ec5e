import type { Table } from '../data/columns.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { dataError, usageError } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { isMissing } from '../data/columns.ts';
import { cellText } from './cells.ts';
import type { CellParsers, WordForm } from './columnTally.ts';
import { ColumnTally, isInfinite } from './columnTally.ts';
import { askForOrders } from './inference/dateOrders.ts';
import type { TimePatterns } from './inference/decision.ts';
import { decideColumn, numberMarks } from './inference/decision.ts';
import type { InferenceNote } from './inference/facts.ts';
import { inferColumn } from './inferColumn.ts';
import type { MissingWords } from './missingWords.ts';
import { findMissingWords } from './missingWords.ts';

export interface InferOptions {
  /** The data room's grammar of numbers and times. */
  readonly parsers: CellParsers;
  /** Label column: its few whole numbers are classes. */
  readonly label?: string;
  /** How times are written, where a person said so. */
  readonly timePatterns?: TimePatterns;
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

/** Missing words with the columns where they mean that, those of the same columns together. */
function missingNotes(tallies: readonly ColumnTally[], missing: readonly MissingWords[]): InferenceNote[] {
  const columnsOf = new Map<string, { names: string[]; rows: number }>();
  tallies.forEach((tally, index) => {
    const { words, declared } = missing[index]!;
    for (const word of words) {
      if (declared.includes(word) || isInfinite(word)) continue;
      const known = columnsOf.get(word) ?? { names: [], rows: 0 };
      const rows = tally.missing.get(word) ?? tally.perhaps.get(word) ?? 0;
      columnsOf.set(word, { names: [...known.names, tally.name], rows: known.rows + rows });
    }
  });
  return [...columnsOf].map(([word, { names, rows }]) => ({
    column: names.length === 1 ? names[0]! : null,
    about: 'missing-words',
    message: `"${word}" is taken for missing in ${names.slice(0, 5).join(', ')}${names.length > 5 ? `, … (${names.length} columns)` : ''} (${rows} ${rows === 1 ? 'row' : 'rows'}). Where it is an answer of its own, take it out of "missing" of the column in the schema.`,
  }));
}

/** Words that mostly mean "missing", and are answers of a column. */
function answerNotes(tallies: readonly ColumnTally[], missing: readonly MissingWords[]): InferenceNote[] {
  return tallies.flatMap(({ name, missing: counts }, index) =>
    missing[index]!.answers.map((word) => ({
      column: name,
      about: 'missing-words' as const,
      message: `"${word}" is taken for an answer in ${name} (${counts.get(word) ?? 0} rows), where it stands among codes of the same look. If it means missing, write "missing": ["${word}"] under x-aieng of the column in the schema.`,
    })),
  );
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

/** So many columns besides the first that are written the same way are told with it. */
const fewToldAlone = 3;

/** Columns that are written the same way are told together, with the example of the first. */
function alikeTogether(notes: readonly InferenceNote[]): InferenceNote[] {
  // What stands behind the example: `x: "5 kg" is read as 5` + ` (in kg).`
  const key = ({ about, column, message }: InferenceNote): string =>
    (about === 'answers' ? message.slice(column?.length ?? 0) : undefined) ??
    (about === 'format'
      ? /" is read as \S+( UTC| \d\d:\S+(?: UTC)?)?( \(.*)$/s.exec(message)?.[2]
      : undefined) ??
    `${column ?? ''} ${message}`;
  const together = new Map<string, InferenceNote[]>();
  for (const note of notes) together.set(key(note), [...(together.get(key(note)) ?? []), note]);
  return notes.flatMap((note) => {
    const [first, ...others] = together.get(key(note))!;
    if (others.length < (note.about === 'answers' ? 1 : fewToldAlone)) return [note];
    if (note !== first) return [];
    const names = others.map(({ column }) => column ?? '');
    const more = names.length > 5 ? `, … (${names.length + 1} columns in all)` : '';
    return [{ ...note, message: `${note.message} So are ${names.slice(0, 5).join(', ')}${more}.` }];
  });
}

/** Fields that a row may leave out. */
function optionalNotes(
  columns: readonly ColumnSchema[],
  label: string | undefined,
  told: readonly InferenceNote[],
): InferenceNote[] {
  const empty = new Set(told.flatMap(({ about, column }) => (about === 'all-missing' ? [column] : [])));
  const names = columns.filter(
    ({ nullable, required, name }) => nullable && !required && name !== label && !empty.has(name),
  );
  const [first] = names;
  if (first === undefined) return [];
  const shown = names
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ');
  const more = names.length > 5 ? `, … (${names.length} columns in all)` : '';
  return [
    {
      column: names.length === 1 ? first.name : null,
      about: 'optional',
      message: `A row may leave out ${shown}${more}, missing in some rows here. To demand the field all the same, name it under "required" in the schema.`,
    },
  ];
}

/** Of so large a share of the columns, a gap is nothing unusual in a table. */
const gapsUsual = 0.25;
const fewestWithGaps = 2;

/**
 * Where gaps are usual, a column that has none in these rows may have one in the next: no model that was made of the
 * table refuses a row for that. The field itself has to be there. An id without a value is none.
 */
function mayLack(
  columns: readonly ColumnSchema[],
  label: string | undefined,
  told: readonly InferenceNote[],
): ReadonlySet<string> {
  const ids = new Set(told.flatMap(({ about, column }) => (about === 'identifier' ? [column] : [])));
  const empty = new Set(told.flatMap(({ about, column }) => (about === 'all-missing' ? [column] : [])));
  const features = columns.filter(({ name }) => name !== label && !ids.has(name) && !empty.has(name));
  const withGaps = features.filter(({ nullable }) => nullable).length;
  if (withGaps < fewestWithGaps || withGaps < gapsUsual * features.length) return new Set();
  return new Set(features.filter(({ nullable }) => !nullable).map(({ name }) => name));
}

function mayLackNotes(names: ReadonlySet<string>): InferenceNote[] {
  const [first] = names;
  if (first === undefined) return [];
  const shown = [...names].slice(0, 5).join(', ');
  const more = names.size > 5 ? `, … (${names.size} columns in all)` : '';
  return [
    {
      column: names.size === 1 ? first : null,
      about: 'optional',
      message: `A row without a value for ${shown}${more} is taken, though none is here: gaps are usual in this table. To refuse such rows, take "null" out of the column's type in the schema.`,
    },
  ];
}

/** Are there columns for all patterns of times that a person named? */
function requireColumns(names: readonly string[], patterns: TimePatterns): void {
  const absent = [...patterns.keys()].find((name) => name !== '' && !names.includes(name));
  if (absent === undefined) return;
  const meant = nearest(absent, names);
  throw usageError({
    code: 'date-column-not-found',
    message: `There is no column "${absent}" to have the date format ${patterns.get(absent)!}. Columns: ${names.slice(0, 30).join(', ')}.`,
    hint:
      meant === undefined
        ? 'Name one of these columns in --date-format.'
        : `Did you mean --date-format "${meant}=${patterns.get(absent)!}"?`,
  });
}

/**
 * The columns of the data. A field that is null wherever it stands, in the place of objects whose members are columns
 * (`person` beside `person.age`), is none.
 */
function columnsOf(tallies: readonly ColumnTally[]): readonly ColumnTally[] {
  const outer = new Set(
    tallies.flatMap(({ name }) => [...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index))),
  );
  if (outer.size === 0) return tallies;
  const isEmpty = ({ present, perhaps, missing }: ColumnTally): boolean =>
    present === 0 && perhaps.size === 0 && [...missing.keys()].every((word) => word === '');
  return tallies.filter((tally) => !(outer.has(tally.name) && isEmpty(tally)));
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
   * @param labelAs What the whole numbers of the label are, where somebody said it.
   * @throws usage error where the label is not a column; data error for a column named `__proto__`.
   */
  finish(
    asWords: ReadonlySet<string> = new Set(),
    labelAs: 'classes' | 'number' | null = null,
  ): InferredSchema {
    const { label } = this.#options;
    const tallies = columnsOf([...this.#tallies.values()]);
    requireLabel([...this.#tallies.keys()], label);
    if (this.#tallies.has('__proto__'))
      throw dataError({
        code: 'column-name-refused',
        message: 'The data has a column named "__proto__", a name that no JSON tool handles safely.',
        hint: 'Rename the column in the source.',
      });
    const { timePatterns = new Map() } = this.#options;
    requireColumns([...this.#tallies.keys()], timePatterns);
    const marks = numberMarks(tallies);
    const columns = tallies.map((tally) => ({
      tally,
      decision: decideColumn(tally, tally.name === label, marks, timePatterns),
    }));
    askForOrders(columns.filter(({ tally }) => !asWords.has(tally.name)));
    const missing = findMissingWords(columns);
    const inferred = columns.map(({ tally, decision }, index) =>
      inferColumn(tally, {
        rows: this.rows,
        missing: new Set(missing[index]!.words),
        declared: missing[index]!.declared,
        decision,
        isLabel: tally.name === label,
        labelAs,
        asWords: asWords.has(tally.name),
      }),
    );
    const told = inferred.flatMap(({ notes }) => notes);
    const seen = inferred.flatMap(({ column }) => column ?? []);
    const lacking = mayLack(seen, label, told);
    const schemaColumns = seen.map((column) =>
      lacking.has(column.name) ? { ...column, nullable: true } : column,
    );
    return {
      schema: { columns: schemaColumns, missing: [''] },
      notes: [
        ...missingNotes(tallies, missing),
        ...answerNotes(tallies, missing),
        ...alikeTogether(told),
        ...optionalNotes(schemaColumns, label, told),
        ...mayLackNotes(lacking),
      ],
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
