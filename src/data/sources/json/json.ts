import { dataError } from '../../../errors.ts';
import { isJsonObject, parseJson } from '../../cells/json.ts';
import type { Finding } from '../../recognise/finding.ts';
import type { OpenedSource, RowsFile } from '../../source.ts';
import type { TextBytes } from '../bytes.ts';
import { openTextBytes } from '../bytes.ts';
import { declaring, sentence } from '../declare.ts';
import type { JsonRecord } from './jsonRecord.ts';
import { jsonSource } from './jsonRows.ts';
import type { RecordsPlace } from './jsonScanner.ts';
import { JsonScanner } from './jsonScanner.ts';
import { lineSource } from './ndjson.ts';
import { noRows } from '../selection.ts';

/** Records of a document, in groups of at most `size`. */
async function* records(
  displayPath: string,
  place: RecordsPlace,
  chunks: AsyncIterable<Buffer>,
  size: number,
  whole: boolean,
): AsyncGenerator<JsonRecord[], void, void> {
  const scanner = new JsonScanner(displayPath, place);
  let held: JsonRecord[] = [];
  for await (const chunk of chunks) {
    // In pieces, so that what is held follows the size of a group.
    for (let at = 0; at < chunk.length; at += 1 << 16) {
      scanner.push(chunk.subarray(at, at + (1 << 16)));
      for (const record of scanner.take()) held.push(record);
      for (; held.length >= size; held = held.slice(size)) yield held.slice(0, size);
    }
  }
  if (whole) scanner.finish();
  for (const record of scanner.take()) held.push(record);
  if (held.length > 0) yield held;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  yield await Promise.resolve(bytes);
}

/** The members of the first object of a beginning that begin a list of objects, and whether the object ends in it. */
interface FirstObject {
  readonly lists: readonly string[];
  /** Whole texts of objects at the outermost level, as far as the beginning goes. */
  readonly objects: readonly JsonRecord[];
}

/** A member with a list of objects, looked for in text: `"data": [{`. Its level is checked by the scanner. */
const listMember = /"((?:[^"\\]|\\.)*)"\s*:\s*\[\s*\{/g;

function lookAt(file: RowsFile, head: Buffer): FirstObject {
  const sequence = new JsonScanner(file.displayPath, { kind: 'sequence' });
  try {
    sequence.push(head);
  } catch {
    // What is damaged is told when it is read.
  }
  const objects = sequence.take();
  const lists: string[] = [];
  for (const [, name] of head.toString('utf8').matchAll(listMember)) {
    if (name === undefined || lists.includes(name) || lists.length > 20) continue;
    const scanner = new JsonScanner(file.displayPath, { kind: 'list', path: [name] });
    try {
      scanner.push(head);
    } catch {
      // As above.
    }
    if (scanner.found) lists.push(name);
  }
  return { lists, objects };
}

/** What a way to a list is written as: members with dots between them. */
const pathOf = (records: string): readonly string[] => records.split('.');

const sayWhere = (file: RowsFile, name: string): string => {
  const declared = declaring(file, 'records', name);
  return declared === null ? `Write the list alone to a file: \`jq .${name} …\`.` : `${sentence(declared)}.`;
};

/** Columns that are lists of equal length: the table is written the other way round. */
function isByColumn(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const members = Object.values(value);
  return members.length > 0 && members.every((member) => Array.isArray(member) || isJsonObject(member));
}

/** Objects with the same members: rows by their names. */
function isByRow(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const rows = Object.values(value);
  const [first] = rows;
  // Names of rows that are numbers are those of the columns of pandas.
  if (rows.length < 2 || !isJsonObject(first) || Object.keys(first).every((name) => /^\d+$/.test(name)))
    return false;
  if (rows.length <= Object.keys(first).length) return false;
  const names = Object.keys(first).join('\n');
  return rows.every((row) => isJsonObject(row) && Object.keys(row).join('\n') === names);
}

/** A list of names and a list of rows, as `columns` and `rows`. */
const hasRows = (value: unknown): boolean =>
  isJsonObject(value) && Array.isArray(value['columns']) && Array.isArray(value['rows']);

function notRecords(file: RowsFile, problem: string, hint: string): Error {
  return dataError({
    code: 'json-without-records',
    message: `${file.displayPath}: expected a list of objects, but ${problem}.`,
    hint,
    at: { file: file.displayPath, line: 1 },
  });
}

const pandasHint = 'Write one object a row: in pandas `to_json("rows.json", orient="records")`.';

/** Where the records of a document that begins with `{` stand. */
function placeInObject(
  file: RowsFile,
  head: TextBytes['head'],
): { place: RecordsPlace; records: string | null } {
  const { lists, objects } = lookAt(file, head.bytes);
  const [list] = lists;
  if (objects.length > 1) return { place: { kind: 'sequence' }, records: null };
  if (list !== undefined && lists.length === 1)
    return { place: { kind: 'list', path: [list] }, records: list };
  if (list !== undefined)
    throw notRecords(
      file,
      `several of its members are one: ${lists
        .slice(0, 8)
        .map((name) => JSON.stringify(name))
        .join(', ')}`,
      sayWhere(file, list),
    );
  const [only] = objects;
  if (only === undefined)
    throw notRecords(
      file,
      head.complete
        ? 'it ends too early, or its brackets do not fit together'
        : 'no member at its outermost level begins one',
      `Say where it is by its members with dots between them. ${sayWhere(file, 'result.items')}`,
    );
  const parsed = parseJson(only.text);
  if ('value' in parsed && isByRow(parsed.value))
    throw notRecords(
      file,
      'it is an object of rows by their names',
      `Write the rows alone: \`jq '[.[]]' ${JSON.stringify(file.displayPath)} > rows.json\`; their names as well: \`jq '[to_entries[] | {name: .key} + .value]' …\`.`,
    );
  if ('value' in parsed && isByColumn(parsed.value))
    throw notRecords(
      file,
      'it is a table by columns',
      hasRows(parsed.value)
        ? `Write one object a row: \`jq '.columns as $names | [.rows[] | [$names, .] | transpose | map({(.[0]): .[1]}) | add]' ${JSON.stringify(file.displayPath)} > rows.json\`.`
        : pandasHint,
    );
  return { place: { kind: 'sequence' }, records: null };
}

/** One object a line, under the name of a JSON file: each broken line is then told by itself. */
function isByLine(head: TextBytes['head']): boolean {
  const text = head.bytes.toString('utf8', 0, 1 << 20);
  const [first = '', second] = text.split('\n').filter((line) => line.trim() !== '');
  const isObject = (line: string): boolean => {
    const parsed = parseJson(line);
    return 'value' in parsed && isJsonObject(parsed.value);
  };
  return second !== undefined && second.trimStart().startsWith('{') && isObject(first);
}

const listFinding = (name: string): Finding => ({
  key: 'records',
  value: name,
  what: `The rows are the list under ${JSON.stringify(name)}.`,
  line: null,
  example: null,
});

function placeOf(file: RowsFile, head: TextBytes['head']): { place: RecordsPlace; records: string | null } {
  const { records: declared } = file.dialect;
  if (declared !== null) return { place: { kind: 'list', path: pathOf(declared) }, records: declared };
  const start = head.bytes.toString('latin1').trimStart()[0];
  if (start === '[') return { place: { kind: 'list', path: [] }, records: null };
  if (start === '{') return placeInObject(file, head);
  throw notRecords(
    file,
    `it begins with ${JSON.stringify(head.bytes.toString('utf8', 0, 40).trim().slice(0, 20))}`,
    'A file of JSON holds [{…}, {…}], {"data": [{…}, {…}]} or one object after another.',
  );
}

/**
 * A file of JSON: a list of objects, a list under a member (`source.records`; found where there is only one), or one
 * object after another. Read in constant memory; numbers keep their spelling. The line of a rejection is the one that
 * the record starts on.
 */
export async function openJson(file: RowsFile): Promise<OpenedSource> {
  const bytes = await openTextBytes(file);
  const { displayPath } = file;
  try {
    const { head } = bytes;
    if (head.complete && head.bytes.toString('utf8').trim() === '') throw noRows(displayPath, 'empty');
    if (file.dialect.records === null && isByLine(head)) return await lineSource(file, bytes, file.dialect);
    const { place, records: found } = placeOf(file, head);
    return await jsonSource(file, {
      bytes,
      dialect: { ...file.dialect, records: found },
      findings: found === null || found === file.dialect.records ? [] : [listFinding(found)],
      cut: (chunks, size) => records(displayPath, place, chunks, size, true),
      cutHead: (beginning, size) =>
        records(displayPath, place, once(beginning.bytes), size, beginning.complete),
      hint: pandasHint,
    });
  } catch (error) {
    await bytes.close();
    throw error;
  }
}
