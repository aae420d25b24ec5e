import type { Column } from '../../columns.ts';
import { giveKernelBack, takeKernel, takesMarks } from '../../kernel/csvKernel.ts';
import type { CsvKernel, KernelColumn } from '../../kernel/csvKernel.ts';
import type { CellArrays, CellReader } from './csvCells.ts';
import type { CsvHeader } from './csvHeader.ts';

/** How many records the scanner gets at most before the kernel is asked again, where it took none for long. */
const longestWait = 255;

/**
 * The records of a file that are well formed and plain, read by the kernel. Cells that it leaves are read by the readers
 * of their columns, and at a record that it leaves it stops: whoever asks goes on with the scanner, so that what comes out
 * is the same as without a kernel.
 */
export class PlainRecords {
  readonly #kernel: CsvKernel;
  #readers: readonly (CellReader | undefined)[] = [];
  #wait = 0;
  #nextWait = 0;
  /** Where it stopped: the start of the record and the row that come next. */
  record = 0;
  row = 0;

  private constructor(kernel: CsvKernel) {
    this.#kernel = kernel;
  }

  /** Undefined where the kernel cannot tell the fields of the file apart. `begin` comes first, then `describe`. */
  static of({ marks }: CsvHeader): PlainRecords | undefined {
    if (marks.other !== undefined || !takesMarks(marks.delimiter, marks.quote)) return undefined;
    const kernel = takeKernel();
    return kernel === undefined ? undefined : new PlainRecords(kernel);
  }

  /** Makes room, and gives what makes arrays for the cells of the columns that are read. */
  begin({ names }: CsvHeader, kinds: readonly Column['kind'][], rows: number): CellArrays {
    const bytesOf = { number: 8, time: 8, category: 4, text: 0 };
    this.#kernel.begin(
      names.length + 1,
      kinds.reduce((bytes, kind) => bytes + rows * bytesOf[kind], 0),
    );
    return this.#kernel;
  }

  /** @param wanted Where columns stand that are read, and what reads them. */
  describe(
    { names, marks, trailingDelimiter, dialect, record }: CsvHeader,
    wanted: readonly { readonly index: number; readonly reader: CellReader }[],
    emptyMatters: boolean,
  ): void {
    const readers = new Array<CellReader | undefined>(names.length).fill(undefined);
    for (const { index, reader } of wanted) if (index !== -1) readers[index] = reader;
    const columns = readers.map((reader): KernelColumn =>
      reader === undefined ? { kind: 'skipped' } : (reader.kernel ?? { kind: 'parsed' }),
    );
    this.#readers = readers;
    this.#kernel.describe(
      {
        delimiter: marks.delimiter,
        quote: marks.quote,
        comment: Buffer.from(dialect.comment, 'utf8')[0],
        header: record,
        emptyMatters,
      },
      trailingDelimiter ? [...columns, { kind: 'nothing' }] : columns,
    );
  }

  /** Puts bytes behind what is left of those before; undefined where there is no room for so many. */
  put(rest: Uint8Array, chunk: Uint8Array): Buffer | undefined {
    return this.#kernel.put(rest, chunk);
  }

  /**
   * Reads records of `bytes`, which `put` gave, as far as it can: those from `at` that start before `until`, into rows from
   * `row`. True where the batch is full; else the record that comes next is for the scanner.
   */
  read(bytes: Buffer, at: number, until: number, row: number, batchRows: number): boolean {
    this.record = at;
    this.row = row;
    if (this.#wait > 0) {
      this.#wait -= 1;
      return false;
    }
    const kernel = this.#kernel;
    let stop = kernel.readRecords(at, until, bytes.length, row, batchRows);
    while (stop === 'other-cell') {
      const issue = this.#readers[kernel.field]!.read(bytes, kernel.start, kernel.end, kernel.row);
      // The record is refused, in the words of whoever reads all of it.
      if (issue !== undefined) break;
      stop = kernel.goOn(until, bytes.length, batchRows);
    }
    this.record = kernel.record;
    this.row = kernel.row;
    this.#nextWait = this.row > row ? 0 : Math.min(longestWait, 2 * this.#nextWait + 1);
    this.#wait = this.#nextWait;
    return stop === 'full';
  }

  /** A batch was taken: its words are forgotten. */
  forgetWords(): void {
    this.#kernel.forgetWords();
  }

  /** Gives the kernel back; nothing can be read any more. */
  close(): void {
    giveKernelBack(this.#kernel);
  }
}
