/** A typed cell: a number (kinds number and time, ms UTC), a word (category) or text. null = missing. */
export type Cell = number | string | null;

/** Why a value is not what its column wants: got versus expected, in one clause. */
export interface CellIssue {
  readonly issue: string;
}

/** Is the outcome of a parser a refusal? */
export function isIssue(outcome: unknown): outcome is CellIssue {
  return typeof outcome === 'object' && outcome !== null && 'issue' in outcome;
}

/** A refusal in the one form that all have: what was expected, and what was got instead. */
export const expected = (what: string, got: string): CellIssue => ({ issue: `expected ${what}, got ${got}` });

/** A value of a typed file or tensor, as its reader has it: `Date` for times, `bigint` where a double may not hold it. */
export type TypedValue = number | bigint | boolean | string | Date | null | undefined;

/** The parser of one column: one grammar, three ways in. Never throws, whatever it is given. */
export interface CellParser {
  /** What a value must be, as a noun phrase. */
  readonly noun: string;
  /** A cell of a text source: CSV, TSV, the body of a CSV request. */
  text(raw: string): Cell | CellIssue;
  /** A member of a JSON object as `parseJson` gives it (a plain number is its own spelling); `undefined` is null. */
  json(value: unknown): Cell | CellIssue;
  /** A cell of a typed source: Parquet, binary tensors. NaN is null. */
  typed(value: TypedValue): Cell | CellIssue;
}

/** What a reading wanted instead of what it got; the way in says what that was. */
export interface Unfit {
  readonly wanted: string;
  /** What there is to say of the value, after it was named. */
  readonly remark?: string;
}

/** What a present value is in its column; null where it turns out to mean "missing". */
export type Reading = Cell | Unfit;

/** The words of a schema that mean "missing", as one column sees them. */
export interface MissingWords {
  /** Trimmed, '' among them. */
  readonly words: ReadonlySet<string>;
  /** Numbers and times (ms) that a missing word spells: in such columns `-999.0` is missing where `-999` is a word. */
  readonly values: ReadonlySet<number>;
}

/** How the present values of one kind of column are read. */
export interface CellReading {
  /** What a value must be, as a noun phrase. */
  readonly noun: string;
  /** JSON types that the kind takes besides null. */
  readonly takes: { readonly text: boolean; readonly number: boolean; readonly boolean: boolean };
  /** A spelling: trimmed, and as it stood. */
  spelled(word: string, raw: string): Reading;
  /** The same of a number that did not come as text, where texts are written otherwise than plain. */
  readonly plain?: (word: string) => Reading;
  /** A finite number or a time in ms; without it, the value is spelled. */
  readonly valued?: { readonly of: 'number' | 'time'; read(value: number): Reading };
}

/** A text for a message: quoted, cut after 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** The first ten of a list of words for a message, each quoted. */
export function quotedWords(words: readonly string[]): string {
  const first = words.slice(0, 10).map(quoted).join(', ');
  return words.length > 10 ? `${first}, … (${words.length} in all)` : first;
}
