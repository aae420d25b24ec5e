import { dataError } from '../../errors.ts';
import type { Table } from '../columns.ts';
import { takeRows } from '../columns.ts';
import type { CellProblem } from '../rows.ts';
import { tableFromRows } from '../rows.ts';
import type { RowSchema } from '../schema.ts';
import type { Batch, ReadColumns, Rejection, Source, SourceOptions } from '../source.ts';
import { openTextBytes } from './bytes.ts';
import { firstRows } from './firstRows.ts';
import { noRows, selectFromHeader } from './selection.ts';

const maxLineBytes = 16 << 20;
/** How many rows the header is made of. */
const headerRows = 1000;

interface Line {
  readonly number: number;
  readonly text: string;
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
  const add = (text: string): void => {
    number += 1;
    if (text.trim() !== '') group.push({ number, text });
  };
  for await (const chunk of chunks) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, at)) {
      add(bytes.toString('utf8', at, end));
      at = end + 1;
      if (group.length === size) {
        yield group;
        group = [];
      }
    }
    rest = bytes.subarray(at);
    if (rest.length > maxLineBytes) throw lineTooLong(displayPath, number + 1);
  }
  if (rest.length > 0) add(rest.toString('utf8'));
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

function parseLine(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `expected a JSON object: ${error instanceof Error ? error.message : String(error)}` };
  }
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

function readGroup(
  group: readonly Line[],
  schema: RowSchema,
  wanted: ReadColumns,
  displayPath: string,
): Batch {
  const rejections: Rejection[] = [];
  const rows: unknown[] = [];
  const kept: Line[] = [];
  const reject = (line: Line, problem: { reason: string; column?: string }): number =>
    rejections.push({ file: displayPath, line: line.number, ...problem, raw: line.text.slice(0, 2000) });
  for (const line of group) {
    const parsed = parseLine(line.text);
    if ('problem' in parsed) reject(line, { reason: parsed.problem });
    else {
      rows.push(parsed.value);
      kept.push(line);
    }
  }
  const { table, issues } = tableFromRows(rows, schema, wanted.required, wanted.optional);
  if (issues.length === 0) return { table, rejections };
  const problems = firstProblems(issues);
  const clean: number[] = [];
  kept.forEach((line, row) => {
    const problem = problems.get(row);
    if (problem === undefined) clean.push(row);
    else reject(line, problem);
  });
  rejections.sort((left, right) => left.line - right.line);
  return { table: takeRows(table, clean), rejections };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON value as the text that a CSV file would hold. */
function jsonText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * NDJSON (one JSON object a line), a file or standard input, through the same `tableFromRows` as a request. Blank
 * lines are no records. The header is every key of the first 1,000 objects.
 */
export function openNdjson(options: SourceOptions): Source {
  const { displayPath } = options;
  const bytes = openTextBytes(options);

  const readHeader = async (): Promise<readonly string[]> => {
    const head = await bytes.head();
    async function* only(): AsyncGenerator<Buffer, void, void> {
      // Without its last line where that may be cut off.
      yield head.complete ? head.bytes : head.bytes.subarray(0, head.bytes.lastIndexOf(10) + 1);
    }
    const names = new Set<string>();
    let objects = 0;
    for await (const group of lines(only(), headerRows, displayPath)) {
      if (group[0]?.text.trimStart().startsWith('[') === true) throw notNdjson(displayPath);
      for (const { text } of group) {
        const parsed = parseLine(text);
        if (!('value' in parsed) || !isObject(parsed.value)) continue;
        objects += 1;
        for (const name of Object.keys(parsed.value)) names.add(name);
      }
      if (objects === 0 && group[0] !== undefined) throw noObjects(displayPath, group[0]);
      break;
    }
    if (head.complete && head.bytes.toString('utf8').trim() === '') throw noRows(displayPath, 'empty');
    return [...names];
  };
  let headerOf: Promise<readonly string[]> | undefined;
  const header = (): Promise<readonly string[]> => (headerOf ??= readHeader());

  return {
    header,
    read: async function* (schema: RowSchema, wanted: ReadColumns) {
      // A file that lacks a column altogether is refused as a whole, not row by row.
      const names = await header();
      if (names.length > 0) selectFromHeader(displayPath, names, schema, wanted);
      for await (const group of lines(bytes.stream(), options.batchRows, displayPath))
        yield readGroup(group, schema, wanted, displayPath);
    },
    readText: async (maxRows: number): Promise<Table> => {
      const names = await header();
      async function* texts(): AsyncGenerator<Batch, void, void> {
        for await (const group of lines(bytes.stream(), options.batchRows, displayPath))
          yield textBatch(group, names);
      }
      return firstRows(texts(), maxRows);
    },
  };
}

function textBatch(group: readonly Line[], names: readonly string[]): Batch {
  const rows: object[] = [];
  for (const { text } of group) {
    const parsed = parseLine(text);
    if (
      'value' in parsed &&
      typeof parsed.value === 'object' &&
      parsed.value !== null &&
      !Array.isArray(parsed.value)
    )
      rows.push(parsed.value);
  }
  const columns = names.map((name) => {
    const cell = (row: object): unknown => Object.getOwnPropertyDescriptor(row, name)?.value;
    return [name, { kind: 'text' as const, values: rows.map((row) => jsonText(cell(row)) || null) }] as const;
  });
  return { table: { rows: rows.length, columns: new Map(columns) }, rejections: [] };
}

function notNdjson(displayPath: string): Error {
  return dataError({
    code: 'not-ndjson',
    message: `${displayPath}:1: expected one JSON object a line, got a JSON list.`,
    hint: 'Convert it: `jq -c ".[]" list.json > rows.ndjson`.',
    at: { file: displayPath, line: 1 },
  });
}

function noObjects(displayPath: string, { number, text }: Line): Error {
  const parsed = parseLine(text);
  const problem = 'problem' in parsed ? parsed.problem : 'expected a JSON object, got another JSON value';
  return dataError({
    code: 'not-ndjson',
    message: `${displayPath}:${number}: ${problem}; none of the first lines is one.`,
    hint: 'Write one whole JSON object a line, for example {"age": 41, "plan": "basic"}.',
    at: { file: displayPath, line: number },
  });
}
