import { dataError } from '../../errors.ts';
import { isJsonObject, JsonNumber, jsonText, parseJson } from '../cells/json.ts';
import { takeRows } from '../columns.ts';
import type { RowSchema } from '../schema.ts';
import type { CellProblem } from '../rows.ts';
import { tableFromRows } from '../rows.ts';
import type {
  Batch,
  OpenedSource,
  Rejection,
  RowsFile,
  UnknownColumn,
  WordBatch,
  WordForm,
} from '../source.ts';
import type { TextBytes } from './bytes.ts';
import { openTextBytes } from './bytes.ts';
import { holdsNotUtf8, notUtf8 } from './notUtf8.ts';
import { noRows, selectFromHeader } from './selection.ts';

const maxLineBytes = 16 << 20;
/** How many rows the header is made of. */
const headerRows = 1000;

/** A physical line that is not blank. */
interface Line {
  readonly number: number;
  readonly text: string;
  /** Why it cannot be text, where it cannot. */
  readonly broken: string | undefined;
}

/** Physical lines that are not blank, in groups of at most `size`. */
async function* lines(
  chunks: AsyncIterable<Buffer>,
  size: number,
  displayPath: string,
): AsyncGenerator<Line[], void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let group: Line[] = [];
  const add = (line: Buffer, suspect: boolean): void => {
    number += 1;
    const text = line.toString('utf8');
    if (text.trim() !== '') group.push({ number, text, broken: suspect ? notUtf8(line) : undefined });
  };
  for await (const chunk of chunks) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const suspect = holdsNotUtf8(bytes);
    let at = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, at)) {
      add(bytes.subarray(at, end), suspect);
      at = end + 1;
      if (group.length === size) {
        yield group;
        group = [];
      }
    }
    rest = bytes.subarray(at);
    if (rest.length > maxLineBytes) throw lineTooLong(displayPath, number + 1);
  }
  if (rest.length > 0) add(rest, true);
  if (group.length > 0) yield group;
}

function lineTooLong(displayPath: string, line: number): Error {
  return dataError({
    code: 'record-too-long',
    message: `${displayPath}:${line}: no end of the line within ${maxLineBytes >> 20} MiB.`,
    hint: 'NDJSON has one JSON object a line; convert a JSON list with `jq -c ".[]"`.',
    at: { file: displayPath, line },
  });
}

function parseLine({ text, broken }: Line): { readonly value: unknown } | { readonly problem: string } {
  if (broken !== undefined) return { problem: broken };
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed;
  return { problem: `expected a JSON object: ${parsed.problem} (column ${parsed.offset + 1})` };
}

/** The first problem of each row; further columns are counted in its reason. */
function firstProblems(issues: readonly CellProblem[]): Map<number, { reason: string; column?: string }> {
  const byRow = new Map<number, CellProblem[]>();
  for (const issue of issues) byRow.set(issue.row, [...(byRow.get(issue.row) ?? []), issue]);
  const reasons = new Map<number, { reason: string; column?: string }>();
  for (const [row, [first, ...more]] of byRow) {
    if (first === undefined) continue;
    if (first.column === '') reasons.set(row, { reason: first.message });
    else {
      const also = more.length === 0 ? '' : ` (also ${more.map((issue) => issue.column).join(', ')})`;
      reasons.set(row, { reason: first.message + also, column: first.column });
    }
  }
  return reasons;
}

/** Counts the fields of objects that a schema does not know. */
class UnknownFields {
  readonly #known: ReadonlySet<string>;
  readonly #counts = new Map<string, number>();

  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  add(row: unknown): void {
    if (!isJsonObject(row)) return;
    for (const name of Object.keys(row))
      if (!this.#known.has(name)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  counted(): readonly UnknownColumn[] {
    return [...this.#counts].map(([name, records]) => ({ name, records }));
  }
}

/** The lines that are JSON with their values, and what is to be said of the others. */
function parseGroup(
  group: readonly Line[],
  displayPath: string,
): { kept: { line: Line; value: unknown }[]; rejections: Rejection[] } {
  const kept: { line: Line; value: unknown }[] = [];
  const rejections: Rejection[] = [];
  for (const line of group) {
    const parsed = parseLine(line);
    if ('value' in parsed) kept.push({ line, value: parsed.value });
    else rejections.push(rejectionOf(displayPath, line, { reason: parsed.problem }));
  }
  return { kept, rejections };
}

const rejectionOf = (
  file: string,
  { number, text }: Line,
  problem: { readonly reason: string; readonly column?: string },
): Rejection => ({ file, line: number, ...problem, raw: text.replace(/\r$/, '') });

function readGroup(
  group: readonly Line[],
  plan: { readonly schema: RowSchema; readonly names: readonly string[] },
  unknown: UnknownFields,
  displayPath: string,
): Batch {
  const { kept, rejections } = parseGroup(group, displayPath);
  const rows = kept.map(({ value }) => value);
  for (const row of rows) unknown.add(row);
  const { table, issues } = tableFromRows(rows, plan.schema, plan.names);
  if (issues.length === 0) return { kind: 'batch', table, rejections };
  const problems = firstProblems(issues);
  const clean: number[] = [];
  kept.forEach(({ line }, row) => {
    const problem = problems.get(row);
    if (problem === undefined) clean.push(row);
    else rejections.push(rejectionOf(displayPath, line, problem));
  });
  rejections.sort((left, right) => left.line - right.line);
  return { kind: 'batch', table: takeRows(table, clean), rejections };
}

const longestNested = 60;

/** A JSON value as a word and what kind it is. */
function wordOf(value: unknown): readonly [word: string, form: WordForm] {
  if (value === null || value === undefined) return ['', 'null'];
  if (typeof value === 'string') return [value, 'string'];
  const text = jsonText(value) ?? '';
  if (typeof value === 'boolean') return [text, 'boolean'];
  if (typeof value === 'number' || value instanceof JsonNumber) return [text, 'number'];
  return [text.slice(0, longestNested), 'nested'];
}

interface GrowingWords {
  readonly codes: Int32Array;
  readonly words: string[];
  readonly forms: WordForm[];
  readonly known: Map<string, number>;
}

function wordsOfGroup(group: readonly Line[], displayPath: string): WordBatch {
  const { kept, rejections } = parseGroup(group, displayPath);
  const objects: Readonly<Record<string, unknown>>[] = [];
  for (const { line, value } of kept)
    if (isJsonObject(value)) objects.push(value);
    else rejections.push(rejectionOf(displayPath, line, { reason: notAnObject }));
  rejections.sort((left, right) => left.line - right.line);
  const columns = new Map<string, GrowingWords>();
  objects.forEach((row, at) => {
    for (const [name, value] of Object.entries(row)) {
      let column = columns.get(name);
      if (column === undefined) {
        const codes = new Int32Array(objects.length).fill(-1);
        columns.set(name, (column = { codes, words: [], forms: [], known: new Map() }));
      }
      const [word, form] = wordOf(value);
      const key = `${form} ${word}`;
      let code = column.known.get(key);
      if (code === undefined) {
        code = column.words.push(word) - 1;
        column.forms.push(form);
        column.known.set(key, code);
      }
      column.codes[at] = code;
    }
  });
  return { kind: 'words', rows: objects.length, columns, rejections };
}

const notAnObject = 'expected an object of fields';

/** Every key of the first objects. */
async function readNames({ head }: TextBytes, displayPath: string): Promise<readonly string[]> {
  async function* only(): AsyncGenerator<Buffer, void, void> {
    // Without its last line where that may be cut off.
    yield head.complete ? head.bytes : head.bytes.subarray(0, head.bytes.lastIndexOf(10) + 1);
  }
  const names = new Set<string>();
  let objects = 0;
  for await (const group of lines(only(), headerRows, displayPath)) {
    if (group[0]?.text.trimStart().startsWith('[') === true) throw notNdjson(displayPath, group[0].number);
    for (const line of group) {
      const parsed = parseLine(line);
      if (!('value' in parsed) || !isJsonObject(parsed.value)) continue;
      objects += 1;
      for (const name of Object.keys(parsed.value)) names.add(name);
    }
    if (objects === 0 && group[0] !== undefined) throw noObjects(displayPath, group[0]);
    break;
  }
  if (head.complete && head.bytes.toString('utf8').trim() === '') throw noRows(displayPath, 'empty');
  return [...names];
}

/**
 * NDJSON (one JSON object a line), a file or standard input, through the same `tableFromRows` as a request. Blank
 * lines are no records. The header is every key of the first 1,000 objects; keys that come later are told at the end.
 */
export async function openNdjson(file: RowsFile): Promise<OpenedSource> {
  const { displayPath, batchRows, dialect } = file;
  const bytes = await openTextBytes(file);
  const names = await readNames(bytes, displayPath).catch(async (error: unknown) => {
    await bytes.close();
    throw error;
  });

  return {
    header: { names, unreadable: [], dialect },
    batches: async function* (plan) {
      // A file that lacks a column altogether is refused as a whole, not row by row.
      const selected = selectFromHeader(
        displayPath,
        names.length > 0 ? names : plan.required,
        plan.schema,
        plan,
      );
      const wanted = {
        schema: { ...plan.schema, columns: selected.map(({ schema }) => schema) },
        names: selected.map(({ schema: { name } }) => name),
      };
      const unknown = new UnknownFields(new Set(plan.schema.columns.map(({ name }) => name)));
      let records = 0;
      for await (const group of lines(bytes.stream(), batchRows, displayPath)) {
        records += group.length;
        yield readGroup(group, wanted, unknown, displayPath);
      }
      return { records, unknownColumns: unknown.counted(), ...(await bytes.finish()) };
    },
    words: async function* () {
      let records = 0;
      for await (const group of lines(bytes.stream(), batchRows, displayPath)) {
        records += group.length;
        yield wordsOfGroup(group, displayPath);
      }
      return { records, unknownColumns: [], ...(await bytes.finish()) };
    },
    close: () => bytes.close(),
  };
}

function notNdjson(displayPath: string, line: number): Error {
  return dataError({
    code: 'not-ndjson',
    message: `${displayPath}:${line}: expected one JSON object a line, got a JSON list.`,
    hint: 'Convert it: `jq -c ".[]" list.json > rows.ndjson`.',
    at: { file: displayPath, line },
  });
}

function noObjects(displayPath: string, line: Line): Error {
  const parsed = parseLine(line);
  const problem = 'problem' in parsed ? parsed.problem : 'expected a JSON object, got another JSON value';
  return dataError({
    code: 'not-ndjson',
    message: `${displayPath}:${line.number}: ${problem}; none of the first lines is one.`,
    hint: 'Write one whole JSON object a line, for example {"age": 41, "plan": "basic"}.',
    at: { file: displayPath, line: line.number },
  });
}
