import { isJsonObject, JsonNumber, jsonText, keyTwice } from '../../cells/json.ts';
import type { KnownColumns } from '../../cells/flatten.ts';
import { knownColumns } from '../../cells/flatten.ts';
import { takeRows } from '../../columns.ts';
import type { Finding } from '../../recognise/finding.ts';
import type { RowSchema } from '../../schema.ts';
import type { CellProblem } from '../../rows.ts';
import { tableFromRows } from '../../rows.ts';
import type {
  Batch,
  OpenedSource,
  RowsFile,
  RowsHeader,
  UnknownColumn,
  WordBatch,
  WordForm,
} from '../../source.ts';
import { dataError } from '../../../errors.ts';
import type { TextBytes } from '../bytes.ts';
import type { JsonRecord } from './jsonRecord.ts';
import { parseGroup, parseRecord, Refused } from './jsonRecord.ts';
import { noRows, selectFromHeader } from '../selection.ts';

/** How many records the header is made of. */
const headerRows = 1000;

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

/** What the records of a file are read with. */
interface Reading {
  /** The wanted columns. */
  readonly schema: RowSchema;
  readonly names: readonly string[];
  readonly known: KnownColumns;
  readonly unknown: UnknownFields;
  readonly displayPath: string;
}

function readGroup(
  group: readonly JsonRecord[],
  { schema, names, known, unknown, displayPath }: Reading,
): Batch {
  const refused = new Refused(group, displayPath);
  const kept = parseGroup(group, refused, known);
  const rows = kept.map(({ value }) => value);
  for (const row of rows) unknown.add(row);
  const { table, issues } = tableFromRows(rows, schema, names);
  if (issues.length === 0) return { kind: 'batch', table, rejections: refused.list() };
  const problems = firstProblems(issues);
  const clean: number[] = [];
  kept.forEach(({ record }, row) => {
    const problem = problems.get(row);
    if (problem === undefined) clean.push(row);
    else refused.add(record, problem);
  });
  return { kind: 'batch', table: takeRows(table, clean), rejections: refused.list() };
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

function wordsOfGroup(group: readonly JsonRecord[], displayPath: string): WordBatch {
  const refused = new Refused(group, displayPath);
  const objects: Readonly<Record<string, unknown>>[] = [];
  for (const { record, value } of parseGroup(group, refused))
    if (isJsonObject(value)) objects.push(value);
    else refused.add(record, { reason: notAnObject });
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
  return { kind: 'words', rows: objects.length, columns, rejections: refused.list() };
}

const notAnObject = 'expected an object of fields';

/** Cuts the bytes of a file into the texts of its records, in groups of at most `size`. */
export type RecordCutter = (
  chunks: AsyncIterable<Buffer>,
  size: number,
) => AsyncGenerator<JsonRecord[], void, void>;

/** Cuts the beginning of a file, whose last record may be cut off. */
export type HeadCutter = (head: TextBytes['head'], size: number) => AsyncGenerator<JsonRecord[], void, void>;

function noObjects(displayPath: string, record: JsonRecord, hint: string): Error {
  const parsed = parseRecord(record);
  const problem = 'problem' in parsed ? parsed.problem : 'expected a JSON object, got another JSON value';
  return dataError({
    code: 'not-ndjson',
    message: `${displayPath}:${record.number}: ${problem}; none of the first records is one.`,
    hint: problem.includes(keyTwice)
      ? 'Write each key once: which of its values was meant, nobody can tell.'
      : hint,
    at: { file: displayPath, line: record.number },
  });
}

/** Every field of the first objects, nested ones by the way to them. */
async function readNames(
  { head }: TextBytes,
  displayPath: string,
  cutHead: HeadCutter,
  hint: string,
): Promise<Pick<RowsHeader, 'names' | 'sampled'>> {
  const names = new Set<string>();
  let whole = head.complete;
  if (head.complete && head.bytes.toString('utf8').trim() === '') throw noRows(displayPath, 'empty');
  for await (const group of cutHead(head, headerRows)) {
    const kept = parseGroup(group, new Refused(group, displayPath));
    const objects = kept.flatMap(({ value }) => (isJsonObject(value) ? [value] : []));
    for (const object of objects) for (const name of Object.keys(object)) names.add(name);
    if (objects.length === 0 && group[0] !== undefined) throw noObjects(displayPath, group[0], hint);
    whole &&= group.length < headerRows;
    break;
  }
  return { names: [...names], ...(whole ? {} : { sampled: true }) };
}

/** How a file of JSON is cut into records. */
export interface JsonFile {
  readonly bytes: TextBytes;
  readonly dialect: RowsHeader['dialect'];
  readonly findings: readonly Finding[];
  readonly cut: RecordCutter;
  readonly cutHead: HeadCutter;
  /** What to do where no record is an object. */
  readonly hint: string;
}

/**
 * A file of JSON objects through the same `tableFromRows` as a request. The header is every field of the first 1,000
 * objects; fields that come later are told at the end.
 */
export async function jsonSource(
  { displayPath, batchRows }: RowsFile,
  { bytes, dialect, findings, cut, cutHead, hint }: JsonFile,
): Promise<OpenedSource> {
  const known = await readNames(bytes, displayPath, cutHead, hint);
  const { names } = known;
  return {
    header: {
      ...known,
      unreadable: [],
      dialect: { ...dialect, encoding: bytes.encoding },
      findings: [...bytes.findings, ...findings],
    },
    batches: async function* (plan) {
      // A file that lacks a column altogether is refused as a whole, not row by row.
      const header = names.length > 0 ? names : plan.required;
      const selected = selectFromHeader(displayPath, header, plan.schema, plan);
      const all = plan.schema.columns.map(({ name }) => name);
      const unknown = new UnknownFields(new Set(all));
      const reading: Reading = {
        schema: { ...plan.schema, columns: selected.map(({ schema }) => schema) },
        names: selected.map(({ schema: { name } }) => name),
        known: knownColumns(all),
        unknown,
        displayPath,
      };
      let records = 0;
      for await (const group of cut(bytes.stream(), batchRows)) {
        records += group.length;
        yield readGroup(group, reading);
      }
      if (records === 0) throw noRows(displayPath, 'empty');
      return { records, unknownColumns: unknown.counted(), ...(await bytes.finish()) };
    },
    words: async function* () {
      let records = 0;
      for await (const group of cut(bytes.stream(), batchRows)) {
        records += group.length;
        yield wordsOfGroup(group, displayPath);
      }
      if (records === 0) throw noRows(displayPath, 'empty');
      return { records, unknownColumns: [], ...(await bytes.finish()) };
    },
    close: () => bytes.close(),
  };
}
