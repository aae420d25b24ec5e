import { csvKernelBytes } from './csvKernelBytes.ts';

/**
 * The compiled kernel of `kernel/csv.ts` and its memory: bytes of records → typed columns. Linear memory holds, in this
 * order, tables of constants, the words that are known, the table of columns, the bytes that are read, and the cells of
 * a batch.
 */

/** What of WebAssembly is used: Node's typings have none of it. */
interface Engine {
  readonly Memory: new (size: { initial: number }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** What `kernel/csv.ts` exports. */
interface Compiled {
  setMarks(
    delimiter: number,
    quote: number,
    comment: number,
    headerMask: number,
    headerStart: number,
    emptyMatters: boolean,
  ): void;
  setColumns(at: number, count: number): void;
  setWords(
    slots: number,
    slotCount: number,
    entries: number,
    most: number,
    arena: number,
    arenaEnd: number,
  ): void;
  forgetWords(): void;
  readRecords(at: number, until: number, end: number, row: number, capacity: number): number;
  goOn(until: number, end: number, capacity: number): number;
}

/** How the kernel reads a field: as the cells of an array of its memory, or not at all. */
export interface KernelColumn {
  readonly kind: 'number' | 'time' | 'word' | 'parsed' | 'nothing' | 'skipped';
  /** Of numbers: only whole ones are taken. */
  readonly whole?: boolean;
  /** Of numbers and times: is the empty cell missing? */
  readonly nullable?: boolean;
  /** Where its cells go; made by `doubles` and `codes`. */
  readonly cells?: Float64Array | Int32Array;
}

/** What a file's records are made of, where the kernel can read them. */
export interface KernelMarks {
  readonly delimiter: number;
  /** −1 = there is none. */
  readonly quote: number;
  /** The first byte of what begins a comment. */
  readonly comment: number | undefined;
  /** The header as it stands in the file, which may come once more. */
  readonly header: Uint8Array;
  /** Do rows of nothing but delimiters and blanks count as empty? */
  readonly emptyMatters: boolean;
}

const kinds = { skipped: 0, number: 1, time: 2, word: 3, parsed: 4, nothing: 5 } as const;
const stops = ['used-up', 'full', 'other-record', 'other-cell'] as const;
/** Why the kernel stopped; `other-…`: at a record for the scanner, at a cell for the parser of its column. */
export type KernelStop = (typeof stops)[number];

const powersAt = 0;
const mostPower = 22;
const reciprocalsAt = 256;
const mostDecimals = 40;
const stateAt = 1280;
const slotsAt = 4096;
const slotCount = 1 << 17;
const entriesAt = slotsAt + 4 * slotCount;
const mostEntries = slotCount >> 1;
const entryBytes = 20;
const arenaAt = entriesAt + mostEntries * entryBytes;
const arenaBytes = 2 << 20;
const columnsAt = arenaAt + arenaBytes + 64;
const pageBytes = 1 << 16;
/** Bytes that the kernel is given at a time, with what was left of those before. */
const inputBytes = 3 << 20;
/** Behind the bytes, so that no search runs over their end. */
const sentinels = 32;

/** 10^n as doubles, 1/5^n as 128 bits, cut off behind them, and the exponent of the quotient with it. */
function writeConstants(buffer: ArrayBuffer): void {
  const powers = new Float64Array(buffer, powersAt, mostPower + 1);
  for (let power = 0; power <= mostPower; power += 1) powers[power] = 10 ** power;
  const rows = new BigUint64Array(buffer, reciprocalsAt, 3 * (mostDecimals + 1));
  for (let decimals = 1; decimals <= mostDecimals; decimals += 1) {
    const five = 5n ** BigInt(decimals);
    const scale = 127n + BigInt(five.toString(2).length);
    const reciprocal = (1n << scale) / five;
    rows[3 * decimals] = reciprocal >> 64n;
    rows[3 * decimals + 1] = reciprocal & ((1n << 64n) - 1n);
    rows[3 * decimals + 2] = scale + BigInt(decimals);
  }
}

/** What one column takes of the table of columns. */
const columnBytes = 8;
const aligned = (at: number): number => Math.ceil(at / 16) * 16;

/** The kernel with its memory: for one reading at a time. */
export class CsvKernel {
  readonly #memory: InstanceType<Engine['Memory']>;
  readonly #compiled: Compiled;
  #inputAt = 0;
  #next = 0;
  #state = new Int32Array(0);
  /** Where the bytes are put that are read; `put` fills it. */
  input: Buffer = Buffer.alloc(0);

  constructor(engine: Engine, module: object) {
    this.#memory = new engine.Memory({ initial: Math.ceil(columnsAt / pageBytes) });
    const { exports } = new engine.Instance(module, { env: { memory: this.#memory } });
    this.#compiled = exports as Compiled;
    writeConstants(this.#memory.buffer);
    this.#compiled.setWords(slotsAt, slotCount, entriesAt, mostEntries, arenaAt, arenaAt + arenaBytes);
  }

  /** Makes room for files of so many fields, of which so many bytes of cells are kept. */
  begin(fields: number, cellBytes: number): void {
    this.#inputAt = aligned(columnsAt + fields * columnBytes);
    const cellsAt = aligned(this.#inputAt + inputBytes + sentinels);
    const missing = cellsAt + cellBytes + 16 * fields - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    const { buffer } = this.#memory;
    this.#next = cellsAt;
    this.#state = new Int32Array(buffer, stateAt, 6);
    this.input = Buffer.from(buffer, this.#inputAt, inputBytes);
    this.#compiled.forgetWords();
  }

  /** An array for cells of numbers or times. */
  doubles(rows: number): Float64Array {
    return new Float64Array(this.#memory.buffer, this.#take(8 * rows), rows);
  }

  /** An array for codes of words. */
  codes(rows: number): Int32Array {
    return new Int32Array(this.#memory.buffer, this.#take(4 * rows), rows);
  }

  #take(bytes: number): number {
    const at = this.#next;
    this.#next = aligned(at + bytes);
    return at;
  }

  /** Says what the fields of a record are, in the order of the file, and what marks them. */
  describe(
    { delimiter, quote, comment = 256, header, emptyMatters }: KernelMarks,
    columns: readonly KernelColumn[],
  ): void {
    const table = new Int32Array(this.#memory.buffer, columnsAt, 2 * columns.length);
    columns.forEach(({ kind, whole = false, nullable = false, cells }, at) => {
      table[2 * at] = kinds[kind] | (((nullable ? 1 : 0) | (whole ? 2 : 0)) << 8);
      table[2 * at + 1] = cells?.byteOffset ?? 0;
    });
    // Its first four bytes, or as many as it has, tell well enough what to look at.
    const start = Math.min(4, header.length);
    const mask = start === 4 ? -1 : (1 << (8 * start)) - 1;
    const first = Buffer.alloc(4);
    first.set(header.subarray(0, start));
    this.#compiled.setColumns(columnsAt, columns.length);
    this.#compiled.setMarks(
      delimiter,
      quote === -1 ? 256 : quote,
      comment,
      mask,
      first.readInt32LE(),
      emptyMatters,
    );
  }

  /** Puts bytes behind what is left of those before; undefined where there is no room for so many. */
  put(rest: Uint8Array, chunk: Uint8Array): Buffer | undefined {
    const length = rest.length + chunk.length;
    if (length > inputBytes) return undefined;
    this.input.set(rest);
    this.input.set(chunk, rest.length);
    new Uint8Array(this.#memory.buffer, this.#inputAt + length, sentinels).fill(10);
    return this.input.subarray(0, length);
  }

  /** Reads records from `at` that start before `until` into rows from `row`. Offsets are of `input`. */
  readRecords(at: number, until: number, end: number, row: number, capacity: number): KernelStop {
    const base = this.#inputAt;
    return stops[this.#compiled.readRecords(base + at, base + until, base + end, row, capacity)]!;
  }

  /** Goes on behind a cell that its parser has read. */
  goOn(until: number, end: number, capacity: number): KernelStop {
    return stops[this.#compiled.goOn(this.#inputAt + until, this.#inputAt + end, capacity)]!;
  }

  /** Where it stopped: the start of the record that comes next. */
  get record(): number {
    return this.#state[0]! - this.#inputAt;
  }

  /** The row that comes next. */
  get row(): number {
    return this.#state[1]!;
  }

  /** The cell for the parser: its field, and where it starts and ends. */
  get field(): number {
    return this.#state[2]!;
  }
  get start(): number {
    return this.#state[4]! - this.#inputAt;
  }
  get end(): number {
    return this.#state[5]! - this.#inputAt;
  }

  /** The words of a batch are forgotten: its codes are its own. */
  forgetWords(): void {
    this.#compiled.forgetWords();
  }
}

let compiledModule: object | undefined;
/** One that nobody reads with: memory of WebAssembly takes much room among addresses, and is made once. */
let idle: CsvKernel | undefined;

/** A kernel to read with; undefined where there is no WebAssembly (`node --jitless`). */
export function takeKernel(): CsvKernel | undefined {
  const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly?: Engine };
  if (engine === undefined) return undefined;
  const kernel = idle;
  idle = undefined;
  if (kernel !== undefined) return kernel;
  compiledModule ??= new engine.Module(Buffer.from(csvKernelBytes, 'base64'));
  return new CsvKernel(engine, compiledModule);
}

/** Gives a kernel back: nobody looks at its memory any more. */
export function giveKernelBack(kernel: CsvKernel): void {
  idle = kernel;
}

const plainMark = /^[^\p{L}\p{N}+\-.:\r\n]$/u;

/** Can the kernel tell fields that are marked so? The marks must be nothing that is part of a number or a time. */
export function takesMarks(delimiter: number, quote: number): boolean {
  const isPlain = (mark: number): boolean => mark < 128 && plainMark.test(String.fromCharCode(mark));
  return isPlain(delimiter) && (quote === -1 || (quote !== delimiter && isPlain(quote)));
}
