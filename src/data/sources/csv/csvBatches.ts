import { dataError } from '../../../errors.ts';
import { quoted } from '../../cells/cell.ts';
import type { LeftOut, Rejection, RowsFile } from '../../source.ts';
import { holdsNotUtf8, notUtf8 } from '../notUtf8.ts';
import { LeftOutLines, emptyKind, footerStart } from './csvAside.ts';
import type { CellReader } from './csvCells.ts';
import type { CsvHeader } from './csvHeader.ts';
import { scannerOf, unescaped } from './csvOtherScanner.ts';
import type { RecordScan, Scanner } from './csvScanner.ts';
import { createRecord } from './csvScanner.ts';
import type { PlainRecords } from './plainRecords.ts';

/** A record longer than this is taken for a quote that was never closed. */
const maxRecordBytes = 4 << 20;

/** A column that is read: where the file has it, and what takes its cells. */
export interface ReadColumn<Taken> {
  readonly name: string;
  readonly index: number;
  readonly reader: CellReader<Taken>;
}

/** What was read since it was taken last. */
export interface Taken<Cells> {
  readonly rows: number;
  readonly columns: Map<string, Cells>;
  readonly rejections: readonly Rejection[];
}

/** Turns the bytes of a CSV file into batches. Holds one batch and at most one unfinished record. */
export class CsvBatches<Cells> {
  readonly #displayPath: string;
  readonly #header: CsvHeader;
  readonly #wanted: readonly ReadColumn<Cells>[];
  readonly #batchRows: number;
  readonly #record: RecordScan;
  readonly #scan: Scanner;
  readonly #width: number;
  readonly #comment: Buffer;
  readonly #footer: number;
  readonly #skipsEmpty: boolean;
  readonly #plain: PlainRecords | undefined;
  /** Are the bytes where the kernel reads them, and all of them UTF-8? */
  #isPlain = false;
  readonly #leftOut = new LeftOutLines();
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Where the lines begin that may be the footer: no record that starts there is read before more is known. */
  #until = 0;
  /** Does some record of `#bytes` hold something that is not UTF-8? */
  #suspect = false;
  #line: number;
  #rows = 0;
  #rejections: Rejection[] = [];
  /** Records seen so far, clean or not. */
  records = 0;

  /** @param plain Reads what is plain of the records; without it the scanner reads them all. */
  constructor(
    file: RowsFile,
    header: CsvHeader,
    wanted: readonly ReadColumn<Cells>[],
    skipsEmpty: boolean,
    plain?: PlainRecords,
  ) {
    this.#displayPath = file.displayPath;
    this.#header = header;
    this.#line = header.lines + 1;
    this.#batchRows = file.batchRows;
    this.#wanted = wanted;
    this.#width = header.names.length + (header.trailingDelimiter ? 1 : 0);
    this.#record = createRecord(this.#width);
    this.#scan = scannerOf(header.marks);
    this.#comment = Buffer.from(header.dialect.comment, 'utf8');
    this.#footer = file.dialect.skipFooter ?? 0;
    this.#skipsEmpty = skipsEmpty;
    this.#plain = plain;
  }

  /** Adds bytes behind what is not yet read. */
  push(chunk: Buffer): void {
    const rest = this.#bytes.subarray(this.#at);
    const put = this.#plain?.put(rest, chunk);
    this.#bytes = put ?? (rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
    this.#at = 0;
    this.#until = footerStart(this.#bytes, this.#footer, this.#header.marks.delimiter);
    this.#suspect = holdsNotUtf8(this.#bytes);
    this.#isPlain = put !== undefined && !this.#suspect;
  }

  /** Reads records until a batch is full (true) or the bytes are used up (false). */
  fill(final: boolean): boolean {
    const record = this.#record;
    while (this.#at < this.#until) {
      if (this.#isPlain && !final) {
        if (this.#readPlain()) return true;
        if (this.#at >= this.#until) break;
      }
      const last = final || this.#bytes.length - this.#at > maxRecordBytes;
      if (this.#isComment()) {
        if (!this.#passLine('comment', last)) return false;
        continue;
      }
      const outcome = this.#scan(record, this.#bytes, this.#at, last);
      if (outcome === 'need-more') return false;
      if (last && !final && record.next === this.#bytes.length) throw this.#tooLong();
      if (outcome === 'broken' || !this.#isEmpty()) {
        this.records += 1;
        const problem = outcome === 'broken' ? { reason: record.problem } : this.#readRecord(final);
        if (problem === undefined) this.#rows += 1;
        else this.#reject(problem);
      }
      this.#at = record.next;
      this.#line += record.lines;
      if (this.#rows === this.#batchRows || this.#rejections.length === this.#batchRows) return true;
    }
    if (final) while (this.#at < this.#bytes.length) this.#passLine('footer', true);
    return false;
  }

  /** Passes over records that the kernel reads, a line each; true where the batch is full. */
  #readPlain(): boolean {
    const plain = this.#plain!;
    const isFull = plain.read(this.#bytes, this.#at, this.#until, this.#rows, this.#batchRows);
    const taken = plain.row - this.#rows;
    this.records += taken;
    this.#line += taken;
    this.#rows = plain.row;
    this.#at = plain.record;
    return isFull;
  }

  /** Physical lines that were read. */
  get lines(): number {
    return this.#line - 1;
  }

  get leftOut(): readonly LeftOut[] {
    return this.#leftOut.list();
  }

  #isComment(): boolean {
    const { length } = this.#comment;
    return length > 0 && this.#comment.equals(this.#bytes.subarray(this.#at, this.#at + length));
  }

  /** Goes on behind a physical line that is no record; false where its end is not there yet. */
  #passLine(what: 'comment' | 'footer', final: boolean): boolean {
    let end = this.#at;
    while (end < this.#bytes.length && this.#bytes[end] !== 10 && this.#bytes[end] !== 13) end += 1;
    if (end + 1 >= this.#bytes.length && !final) return false;
    const raw = (): string => this.#bytes.toString('utf8', this.#at, end);
    if (emptyKind(this.#bytes, this.#at, end, this.#header.marks.delimiter) === null)
      this.#leftOut.add(what, this.#line, raw);
    this.#at = end + (this.#bytes[end] === 13 && this.#bytes[end + 1] === 10 ? 2 : 1);
    this.#line += 1;
    return true;
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
    this.#plain?.forgetWords();
    this.#rows = 0;
    this.#rejections = [];
    return { rows, columns, rejections };
  }

  get pending(): boolean {
    return this.#rows > 0 || this.#rejections.length > 0;
  }

  /** A line of nothing, or, where that is none, of nothing but delimiters. A column alone may well be empty. */
  #isEmpty(): boolean {
    const { end, quoted, fields } = this.#record;
    if (quoted || this.#width === 1) return false;
    if (fields > 1 && !this.#skipsEmpty) return false;
    const kind = emptyKind(this.#bytes, this.#at, end, this.#header.marks.delimiter);
    if (kind === null) return false;
    if (fields > 1) this.#leftOut.add('empty', this.#line, () => this.#bytes.toString('utf8', this.#at, end));
    return true;
  }

  /** Is it the header, which stands there once more (files that were put together)? */
  #isHeaderAgain(): boolean {
    const { record } = this.#header;
    const { end } = this.#record;
    const start =
      this.#bytes[this.#at] === 0xef && this.#bytes[this.#at + 1] === 0xbb ? this.#at + 3 : this.#at;
    if (record.length === 0 || end - start !== record.length) return false;
    return record.equals(this.#bytes.subarray(start, end));
  }

  /** Makes a record as wide as the header where that may be: what it lacks is empty, what it has too much holds nothing. */
  #fit(): boolean {
    const { starts, ends, escaped, fields, end } = this.#record;
    if (fields === this.#width) return true;
    if (this.#header.dialect.ragged === 'reject') return false;
    for (let field = fields; field < this.#width; field += 1) {
      starts[field] = ends[field] = end;
      escaped[field] = 0;
    }
    // Behind a quoted field stands its closing quote.
    const from = ends[this.#width - 1]!;
    const behind = this.#bytes[from] === this.#header.marks.quote ? from + 1 : from;
    return fields < this.#width || emptyKind(this.#bytes, behind, end, this.#header.marks.delimiter) !== null;
  }

  #readRecord(final: boolean): { reason: string; column?: string } | undefined {
    const { starts, ends, escaped, fields } = this.#record;
    if (!this.#fit()) return { reason: `expected ${this.#width} fields, got ${fields}` };
    if (this.#isHeaderAgain()) return { reason: 'expected a row, got the header once more' };
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
        const content = unescaped(this.#bytes, starts[index]!, ends[index]!, this.#header.marks);
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
