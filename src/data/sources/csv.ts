import { dataError } from '../../errors.ts';
import { quoted } from '../cells/cell.ts';
import type { Column } from '../columns.ts';
import type {
  OpenedSource,
  ReadPlan,
  Rejection,
  RowsFile,
  SourceEnd,
  UnknownColumn,
  WordColumn,
} from '../source.ts';
import type { TextBytes } from './bytes.ts';
import { openTextBytes } from './bytes.ts';
import type { CellReader } from './csvCells.ts';
import { cellReader, missingColumn, wordReader } from './csvCells.ts';
import type { CsvHeader } from './csvHeader.ts';
import { readCsvHeader } from './csvHeader.ts';
import type { RecordScan } from './csvScanner.ts';
import { createRecord, createScanner, unescapeQuotes } from './csvScanner.ts';
import { holdsNotUtf8, notUtf8 } from './notUtf8.ts';
import { noRows, selectFromHeader } from './selection.ts';

/** A record longer than this is taken for a quote that was never closed. */
const maxRecordBytes = 4 << 20;

/** A column that is read: where the file has it, and what takes its cells. */
interface ReadColumn<Taken> {
  readonly name: string;
  readonly index: number;
  readonly reader: CellReader<Taken>;
}

interface Taken<Cells> {
  readonly rows: number;
  readonly columns: Map<string, Cells>;
  readonly rejections: readonly Rejection[];
}

/** Turns the bytes of a CSV file into batches. Holds one batch and at most one unfinished record. */
class CsvBatches<Cells> {
  readonly #displayPath: string;
  readonly #header: CsvHeader;
  readonly #wanted: readonly ReadColumn<Cells>[];
  readonly #batchRows: number;
  readonly #record: RecordScan;
  readonly #scan: ReturnType<typeof createScanner>;
  readonly #width: number;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Does some record of `#bytes` hold something that is not UTF-8? */
  #suspect = false;
  #line: number;
  #rows = 0;
  #rejections: Rejection[] = [];
  /** Records seen so far, clean or not. */
  records = 0;

  constructor(file: RowsFile, header: CsvHeader, wanted: readonly ReadColumn<Cells>[]) {
    this.#displayPath = file.displayPath;
    this.#header = header;
    this.#line = header.lines + 1;
    this.#batchRows = file.batchRows;
    this.#wanted = wanted;
    this.#width = header.names.length + (header.trailingDelimiter ? 1 : 0);
    this.#record = createRecord(this.#width);
    this.#scan = createScanner(header.marks);
  }

  /** Adds bytes behind what is not yet read. */
  push(chunk: Buffer): void {
    const rest = this.#bytes.subarray(this.#at);
    this.#bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    this.#suspect = holdsNotUtf8(this.#bytes);
  }

  /** Reads records until a batch is full (true) or the bytes are used up (false). */
  fill(final: boolean): boolean {
    const record = this.#record;
    while (this.#at < this.#bytes.length) {
      const last = final || this.#bytes.length - this.#at > maxRecordBytes;
      const outcome = this.#scan(record, this.#bytes, this.#at, last);
      if (outcome === 'need-more') return false;
      if (last && !final && record.next === this.#bytes.length) throw this.#tooLong();
      const isBlank = outcome === 'record' && this.#width > 1 && record.fields === 1 && this.#isBlank();
      if (!isBlank) {
        this.records += 1;
        const problem = outcome === 'broken' ? { reason: record.problem } : this.#readRecord(final);
        if (problem === undefined) this.#rows += 1;
        else this.#reject(problem);
      }
      this.#at = record.next;
      this.#line += record.lines;
      if (this.#rows === this.#batchRows || this.#rejections.length === this.#batchRows) return true;
    }
    return false;
  }

  /** The rows and rejections since the last call. */
  take(absent: (name: string, rows: number) => Cells): Taken<Cells> {
    const rows = this.#rows;
    const columns = new Map(
      this.#wanted.map(({ name, index, reader }) => [
        name,
        index === -1 ? absent(name, rows) : reader.take(rows),
      ]),
    );
    const rejections = this.#rejections;
    this.#rows = 0;
    this.#rejections = [];
    return { rows, columns, rejections };
  }

  get pending(): boolean {
    return this.#rows > 0 || this.#rejections.length > 0;
  }

  #isBlank(): boolean {
    const { end, quoted } = this.#record;
    if (quoted) return false;
    for (let at = this.#at; at < end; at += 1)
      if (this.#bytes[at] !== 32 && this.#bytes[at] !== 9) return false;
    return true;
  }

  #readRecord(final: boolean): { reason: string; column?: string } | undefined {
    const { starts, ends, escaped, fields } = this.#record;
    if (fields !== this.#width) return { reason: `expected ${this.#width} fields, got ${fields}` };
    // The last record may end in half of a character, which a suspicion leaves out.
    if (this.#suspect || final) {
      const reason = notUtf8(this.#bytes.subarray(this.#at, this.#record.end));
      if (reason !== undefined) return { reason };
    }
    if (this.#header.trailingDelimiter && ends[this.#width - 1] !== starts[this.#width - 1])
      return {
        reason: `expected nothing behind the last delimiter, got ${quoted(this.#fieldText(this.#width - 1))}`,
      };
    for (const { name, index, reader } of this.#wanted) {
      if (index === -1) continue;
      let issue;
      if (escaped[index] === 1) {
        const content = unescapeQuotes(this.#bytes, starts[index]!, ends[index]!, this.#header.marks.quote);
        issue = reader.read(content, 0, content.length, this.#rows);
      } else issue = reader.read(this.#bytes, starts[index]!, ends[index]!, this.#rows);
      if (issue !== undefined) return { reason: issue.issue, column: name };
    }
    return undefined;
  }

  #fieldText(index: number): string {
    return this.#bytes.toString('utf8', this.#record.starts[index], this.#record.ends[index]);
  }

  #reject(problem: { reason: string; column?: string }): void {
    const raw = this.#bytes.toString('utf8', this.#at, this.#record.end);
    this.#rejections.push({ file: this.#displayPath, line: this.#line, ...problem, raw });
  }

  #tooLong(): Error {
    return dataError({
      code: 'record-too-long',
      message: `${this.#displayPath}:${this.#line}: no end of the record within ${maxRecordBytes >> 20} MiB.`,
      hint: 'Check that it is a CSV file with one record a line.',
      at: { file: this.#displayPath, line: this.#line },
    });
  }
}

/** The records of a file in batches; at the end, how many there were. */
async function* readBatches<Cells>(
  file: RowsFile,
  bytes: TextBytes,
  header: CsvHeader,
  wanted: readonly ReadColumn<Cells>[],
  absent: (name: string, rows: number) => Cells,
): AsyncGenerator<Taken<Cells>, number, void> {
  const reading = new CsvBatches(file, header, wanted);
  let skip = header.bytes;
  for await (const chunk of bytes.stream()) {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    if (skipped === chunk.length) continue;
    reading.push(chunk.subarray(skipped));
    while (reading.fill(false)) yield reading.take(absent);
  }
  while (reading.fill(true)) yield reading.take(absent);
  if (reading.records === 0) throw noRows(file.displayPath, 'header-only');
  if (reading.pending) yield reading.take(absent);
  return reading.records;
}

const everyRecord = (names: readonly string[], records: number): readonly UnknownColumn[] =>
  names.map((name) => ({ name, records }));

/**
 * A CSV file (or standard input). One pass, constant memory: bytes → records → typed columns, with every value by
 * `cellParser`. A record that does not fit is rejected with the physical line it starts on; blank lines of a file with
 * several columns are no records.
 */
export async function openCsv(file: RowsFile): Promise<OpenedSource> {
  const bytes = await openTextBytes(file);
  const header = await readCsvHeader(file, bytes.head.bytes, bytes.head.complete).catch(
    async (error: unknown) => {
      await bytes.close();
      throw error;
    },
  );
  const { names, marks, trailingDelimiter } = header;

  async function* batches({ schema, required, optional }: ReadPlan): ReturnType<OpenedSource['batches']> {
    const selected = selectFromHeader(file.displayPath, names, schema, { required, optional });
    const wanted = selected.map(({ schema: column, index }): ReadColumn<Column> => ({
      name: column.name,
      index,
      reader: cellReader(column, schema, file.batchRows),
    }));
    const kinds = new Map(selected.map(({ schema: { name, kind } }) => [name, kind]));
    const reading = readBatches(file, bytes, header, wanted, (name, rows) =>
      missingColumn(kinds.get(name)!, rows),
    );
    const known = new Set(schema.columns.map(({ name }) => name));
    const unknown = names.filter((name) => !known.has(name));
    let next = await reading.next();
    for (; next.done !== true; next = await reading.next()) {
      const { rows, columns, rejections } = next.value;
      yield { kind: 'batch', table: { rows, columns }, rejections };
    }
    return end(next.value, everyRecord(unknown, next.value));
  }

  async function* words(): ReturnType<OpenedSource['words']> {
    const wanted = names.map((name, index): ReadColumn<WordColumn> => ({
      name,
      index,
      reader: wordReader(file.batchRows),
    }));
    const reading = readBatches(file, bytes, header, wanted, (name) => {
      throw new RangeError(`the header has no ${name}`);
    });
    let next = await reading.next();
    for (; next.done !== true; next = await reading.next()) yield { kind: 'words', ...next.value };
    return end(next.value, []);
  }

  const end = async (records: number, unknownColumns: readonly UnknownColumn[]): Promise<SourceEnd> => ({
    records,
    unknownColumns,
    ...(await bytes.finish()),
  });

  const dialect = {
    ...file.dialect,
    delimiter: String.fromCharCode(marks.delimiter),
    trailingDelimiter,
  };
  return { header: { names, unreadable: [], dialect }, batches, words, close: () => bytes.close() };
}
