import { dataError } from '../../errors.ts';
import type { Column, Table } from '../columns.ts';
import type { RowSchema } from '../schema.ts';
import type { Batch, ReadColumns, Rejection, Source, SourceOptions } from '../source.ts';
import type { TextBytes } from './bytes.ts';
import { openTextBytes } from './bytes.ts';
import type { CellReader } from './csvCells.ts';
import { cellReader, missingColumn } from './csvCells.ts';
import type { CsvHeader } from './csvHeader.ts';
import { readCsvHeader } from './csvHeader.ts';
import type { RecordScan } from './csvScanner.ts';
import { createRecord, createScanner, unescapeQuotes } from './csvScanner.ts';
import { firstRows } from './firstRows.ts';
import type { SelectedColumn } from './selection.ts';
import { noRows, selectFromHeader, textSchema } from './selection.ts';

/** A record longer than this is taken for a quote that was never closed. */
const maxRecordBytes = 4 << 20;

interface WantedColumn extends SelectedColumn {
  readonly reader: CellReader;
}

/** Turns the bytes of a CSV file into batches. Holds one batch and at most one unfinished record. */
class CsvBatches {
  readonly #displayPath: string;
  readonly #header: CsvHeader;
  readonly #wanted: readonly WantedColumn[];
  readonly #batchRows: number;
  readonly #record: RecordScan;
  readonly #scan: ReturnType<typeof createScanner>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #line: number;
  #rows = 0;
  #rejections: Rejection[] = [];
  /** Records seen so far, clean or not. */
  records = 0;

  constructor(
    options: SourceOptions,
    header: CsvHeader,
    columns: readonly SelectedColumn[],
    missing: readonly string[],
  ) {
    this.#displayPath = options.displayPath;
    this.#header = header;
    this.#line = header.lines + 1;
    this.#batchRows = options.batchRows;
    this.#wanted = columns.map((column) => ({
      ...column,
      reader: cellReader(column.schema, missing, options.batchRows),
    }));
    this.#record = createRecord(header.names.length);
    this.#scan = createScanner(header.dialect);
  }

  /** Adds bytes behind what is not yet read. */
  push(chunk: Buffer): void {
    const rest = this.#bytes.subarray(this.#at);
    this.#bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
  }

  /** Reads records until a batch is full (true) or the bytes are used up (false). */
  fill(final: boolean): boolean {
    const record = this.#record;
    const width = this.#header.names.length;
    while (this.#at < this.#bytes.length) {
      const last = final || this.#bytes.length - this.#at > maxRecordBytes;
      const outcome = this.#scan(record, this.#bytes, this.#at, last);
      if (outcome === 'need-more') return false;
      if (last && !final && record.next === this.#bytes.length) throw this.#tooLong();
      const isBlank = outcome === 'record' && width > 1 && record.fields === 1 && this.#isBlank();
      if (!isBlank) {
        this.records += 1;
        const problem = outcome === 'broken' ? { reason: record.problem } : this.#readRecord(width);
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
  take(): Batch {
    const columns = new Map<string, Column>();
    for (const { schema, index, reader } of this.#wanted)
      columns.set(
        schema.name,
        index === -1 ? missingColumn(schema.kind, this.#rows) : reader.take(this.#rows),
      );
    const batch = { table: { rows: this.#rows, columns }, rejections: this.#rejections };
    this.#rows = 0;
    this.#rejections = [];
    return batch;
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

  #readRecord(width: number): { reason: string; column?: string } | undefined {
    const { starts, ends, escaped, fields } = this.#record;
    if (fields !== width) return { reason: `expected ${width} fields, got ${fields}` };
    for (const { schema, index, reader } of this.#wanted) {
      if (index === -1) continue;
      let issue;
      if (escaped[index] === 1) {
        const content = unescapeQuotes(this.#bytes, starts[index]!, ends[index]!, this.#header.dialect.quote);
        issue = reader.read(content, 0, content.length, this.#rows);
      } else issue = reader.read(this.#bytes, starts[index]!, ends[index]!, this.#rows);
      if (issue !== undefined) return { reason: issue.issue, column: schema.name };
    }
    return undefined;
  }

  #reject(problem: { reason: string; column?: string }): void {
    // A character has at most four bytes, so this many bytes hold the 2,000 characters that are kept.
    const end = Math.min(this.#record.end, this.#at + 8000);
    const raw = this.#bytes.toString('utf8', this.#at, end).slice(0, 2000);
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

/**
 * A CSV file (or standard input). One pass, constant memory: bytes → records → typed columns, with every value by
 * `cellParser`. A record that does not fit is rejected with the physical line it starts on; blank lines of a file with
 * several columns are no records.
 */
export function openCsv(options: SourceOptions): Source {
  const bytes: TextBytes = openTextBytes(options);
  let headerOf: Promise<CsvHeader> | undefined;
  const readHeader = async (): Promise<CsvHeader> => {
    const head = await bytes.head();
    return readCsvHeader(options, head.bytes, head.complete);
  };
  const header = (): Promise<CsvHeader> => (headerOf ??= readHeader());

  async function* batches(
    schema: RowSchema,
    columns: readonly SelectedColumn[],
  ): AsyncGenerator<Batch, void, void> {
    const known = await header();
    const reading = new CsvBatches(options, known, columns, schema.missing);
    let skip = known.bytes;
    for await (const chunk of bytes.stream()) {
      const skipped = Math.min(skip, chunk.length);
      skip -= skipped;
      if (skipped === chunk.length) continue;
      reading.push(chunk.subarray(skipped));
      while (reading.fill(false)) yield reading.take();
    }
    while (reading.fill(true)) yield reading.take();
    if (reading.records === 0) throw noRows(options.displayPath, 'header-only');
    if (reading.pending) yield reading.take();
  }

  return {
    header: async () => (await header()).names,
    read: async function* (schema: RowSchema, wanted: ReadColumns) {
      const { names } = await header();
      yield* batches(schema, selectFromHeader(options.displayPath, names, schema, wanted));
    },
    readText: async (maxRows: number): Promise<Table> => {
      const { names } = await header();
      const schema = textSchema(names);
      const columns = selectFromHeader(options.displayPath, names, schema, { required: names, optional: [] });
      return firstRows(batches(schema, columns), maxRows);
    },
  };
}
