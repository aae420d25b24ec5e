import { dataError } from '../../../errors.ts';
import type { OpenedSource, RowsFile } from '../../source.ts';
import type { TextBytes } from '../bytes.ts';
import { openTextBytes } from '../bytes.ts';
import { declaring, sentence } from '../declare.ts';
import type { JsonRecord } from './jsonRecord.ts';
import { maxRecordBytes } from './jsonRecord.ts';
import { jsonSource } from './jsonRows.ts';
import { holdsNotUtf8, notUtf8 } from '../notUtf8.ts';

/** Physical lines that are not blank, in groups of at most `size`. */
export async function* lines(
  chunks: AsyncIterable<Buffer>,
  size: number,
  displayPath: string,
): AsyncGenerator<JsonRecord[], void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let group: JsonRecord[] = [];
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
    if (rest.length > maxRecordBytes) throw lineTooLong(displayPath, number + 1);
  }
  if (rest.length > 0) add(rest, true);
  if (group.length > 0) yield group;
}

function lineTooLong(displayPath: string, line: number): Error {
  return dataError({
    code: 'record-too-long',
    message: `${displayPath}:${line}: no end of the line within ${maxRecordBytes >> 20} MiB.`,
    hint: 'NDJSON has one JSON object a line; convert a JSON list with `jq -c ".[]"`.',
    at: { file: displayPath, line },
  });
}

/** The lines of a beginning, without the last one where that may be cut off. */
export async function* headLines(
  { bytes, complete }: TextBytes['head'],
  size: number,
  displayPath: string,
): AsyncGenerator<JsonRecord[], void, void> {
  async function* only(): AsyncGenerator<Buffer, void, void> {
    yield await Promise.resolve(complete ? bytes : bytes.subarray(0, bytes.lastIndexOf(10) + 1));
  }
  yield* lines(only(), size, displayPath);
}

function notNdjson(file: RowsFile): Error {
  const { displayPath } = file;
  const declared = declaring(file, 'format', 'json');
  return dataError({
    code: 'not-ndjson',
    message: `${displayPath}: expected one JSON object a line, got a JSON list.`,
    hint:
      declared === null
        ? 'Name the file .json, or convert it: `jq -c ".[]" list.json > rows.ndjson`.'
        : `${sentence(declared)}, or name the file .json.`,
    at: { file: displayPath, line: 1 },
  });
}

/** One JSON object a line, as NDJSON has it, of bytes that were opened. */
export const lineSource = (
  file: RowsFile,
  bytes: TextBytes,
  dialect: RowsFile['dialect'],
): Promise<OpenedSource> =>
  jsonSource(file, {
    bytes,
    dialect,
    findings: [],
    cut: (chunks, size) => lines(chunks, size, file.displayPath),
    cutHead: (head, size) => headLines(head, size, file.displayPath),
    hint: 'Write one whole JSON object a line, for example {"age": 41, "plan": "basic"}. Commas behind the objects go away with `sed -E "s/,[[:space:]]*$//"`.',
  });

/** NDJSON (one JSON object a line), a file or standard input. Blank lines are no records. */
export async function openNdjson(file: RowsFile): Promise<OpenedSource> {
  const bytes = await openTextBytes(file);
  try {
    if (/^\s*\[/.test(bytes.head.bytes.toString('latin1', 0, 256))) throw notNdjson(file);
    return await lineSource(file, bytes, file.dialect);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}
