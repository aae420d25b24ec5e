import { usageError } from '../../../../errors.ts';
import type { Random } from '../../../../random.ts';
import { treeKernelBytes } from './treeKernelBytes.ts';

/** What of WebAssembly is used: Node's typings have none of it. */
interface Engine {
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => SharedPages;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Linear memory that threads share. It grows in place: arrays on it stay good. */
export interface SharedPages {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** What `kernel/trees.ts` exports; places in memory are in bytes. */
interface Compiled {
  begin(): void;
  fill(
    table: number,
    blocks: number,
    order: number,
    rows: number,
    derivatives: number,
    into: number,
    parent: number,
    helped: boolean,
  ): number;
  endHelp(ended: boolean): void;
  gather(
    derivatives: number,
    order: number,
    rows: number,
    into: number,
    sums: number,
    helped: boolean,
  ): number;
  partition(
    bins: number,
    wide: boolean,
    goesLeft: number,
    order: number,
    rows: number,
    spare: number,
    helped: boolean,
  ): number;
  count(order: number, rows: number): void;
  draw(state: number, rows: number, wanted: number, order: number, others: number): void;
  addValue(order: number, rows: number, value: number, sums: number, stride: number): void;
  deriveLogLoss(sums: number, labels: number, weights: number, rows: number, into: number): number;
  settle(cells: number, count: number, zeroBound: number, greatest: number): void;
  addForest(
    nodes: number,
    words: number,
    values: number,
    roots: number,
    trees: number,
    outputs: number,
    cells: number,
    stride: number,
    rows: number,
    sums: number,
    order: number,
    spare: number,
    stack: number,
  ): void;
  weave(first: number, second: number, third: number, fourth: number, rows: number, into: number): void;
  bin(
    values: number,
    rows: number,
    bounds: number,
    count: number,
    missing: number,
    zeroBound: number,
    into: number,
  ): void;
}

/** One column as bins: bytes where they are enough. */
export type BinColumn = Uint8Array<SharedArrayBuffer> | Uint16Array<SharedArrayBuffer>;
export type Doubles = Float64Array<SharedArrayBuffer>;
export type RowNumbers = Int32Array<SharedArrayBuffer>;

const pageBytes = 65_536;
const mostPages = 65_536;
/** Where a helper says that it failed. */
export const failedAt = 1160;
/** Of gathered rows, their two sums. */
const sumsAt = 1520;
/** State of the stream of random numbers that rows are drawn from. */
const drawAt = 1504;
/** Behind what threads agree on, which bins go left. */
const goesLeftAt = 2048;
const firstFree = goesLeftAt + 65_536;
const lineBytes = 64;

/** What is left of work in which a helper died. */
export const helperLost = (): Error =>
  new Error('A thread that helped to grow trees ended in the middle of its work.');

/** The kernel of trees with its memory: for one fit at a time. */
export class TreeMemory {
  readonly kernel: Compiled;
  readonly pages: SharedPages;
  readonly module: object;
  #next = firstFree;

  constructor(engine: Engine, module: object) {
    this.module = module;
    this.pages = new engine.Memory({ initial: 2, maximum: mostPages, shared: true });
    const { exports } = new engine.Instance(module, { env: { memory: this.pages } });
    this.kernel = exports as Compiled;
    this.kernel.begin();
  }

  /** Doubles of any value. */
  doubles(count: number): Doubles {
    const at = this.#take(8 * count);
    // Only now: the buffer is another one after memory has grown.
    return new Float64Array(this.pages.buffer, at, count);
  }

  /** Row numbers of any value. */
  rowNumbers(count: number): RowNumbers {
    const at = this.#take(4 * count);
    return new Int32Array(this.pages.buffer, at, count);
  }

  /** A column of bins of any value. */
  column(rows: number, wide: boolean): BinColumn {
    const at = this.#take(wide ? 2 * rows : rows);
    return wide ? new Uint16Array(this.pages.buffer, at, rows) : new Uint8Array(this.pages.buffer, at, rows);
  }

  /** Does something with memory that is free again afterwards. */
  forAWhile<Result>(work: () => Result): Result {
    const before = this.#next;
    try {
      return work();
    } finally {
      this.#next = before;
    }
  }

  /** All memory is free. */
  clear(): void {
    this.#next = firstFree;
  }

  /** Gradient and curvature of rows `order[from … to)` side by side in that order; gives their sums. */
  gather(
    derivatives: Doubles,
    order: RowNumbers,
    from: number,
    to: number,
    into: Doubles,
    helped = false,
  ): { readonly gradient: number; readonly curvature: number } {
    const at = order.byteOffset + 4 * from;
    if (this.kernel.gather(derivatives.byteOffset, at, to - from, into.byteOffset, sumsAt, helped) === 0)
      throw helperLost();
    const [gradient, curvature] = new Float64Array(this.pages.buffer, sumsAt, 2);
    return { gradient: gradient!, curvature: curvature! };
  }

  /** Moves the rows of `order[from … to)` that go left to the front and the others behind them. Gives the border. */
  partition(
    column: BinColumn,
    goesLeft: Uint8Array,
    order: RowNumbers,
    from: number,
    to: number,
    spare: RowNumbers,
    helped = false,
  ): number {
    new Uint8Array(this.pages.buffer, goesLeftAt, goesLeft.length).set(goesLeft);
    const wide = column instanceof Uint16Array;
    const at = order.byteOffset + 4 * from;
    const rows = to - from;
    const { byteOffset: bins } = column;
    const left = this.kernel.partition(bins, wide, goesLeftAt, at, rows, spare.byteOffset, helped);
    if (left < 0) throw helperLost();
    return from + left;
  }

  /**
   * Draws so many of all rows, as `random.choose` would: those into `order`, the others into `others`, ascending. Both have
   * room for all rows.
   */
  draw(random: Random, rows: number, wanted: number, order: RowNumbers, others: RowNumbers): void {
    random.lend((state) => {
      const kept = new Int32Array(this.pages.buffer, drawAt, state.length);
      kept.set(state);
      this.kernel.draw(drawAt, rows, wanted, order.byteOffset, others.byteOffset);
      state.set(kept);
    });
  }

  /** The numbers of all rows, ascending. */
  countUp(order: RowNumbers): void {
    this.kernel.count(order.byteOffset, order.length);
  }

  #take(bytes: number): number {
    const at = this.#next;
    // Room behind for what is written in words.
    this.#next = Math.ceil((at + bytes + lineBytes) / lineBytes) * lineBytes;
    const missing = this.#next - this.pages.buffer.byteLength;
    if (missing <= 0) return at;
    try {
      this.pages.grow(Math.ceil(missing / pageBytes));
    } catch {
      throw usageError({
        code: 'trees-too-large',
        message: `Trees keep their rows in at most 4 GB of memory, of which ${(at / 2 ** 30).toFixed(1)} GB are used; the next ${(bytes / 2 ** 20).toFixed(0)} MB are not there.`,
        hint: 'Leave columns out (features.drop in the pipeline), train on fewer rows, or set model.family to linear.',
      });
    }
    return at;
  }
}

let compiledModule: object | undefined;
/** One that nobody grows trees in: shared memory takes much room among addresses, and is made once. */
let idle: TreeMemory | undefined;

/** Memory to grow trees in. */
export function takeTreeMemory(): TreeMemory {
  const memory = treeMemoryOrNone();
  if (memory !== undefined) return memory;
  throw usageError({
    code: 'no-webassembly',
    message: 'Trees are grown by WebAssembly, which this Node was started without (jitless).',
    hint: 'Train with a Node that has WebAssembly: leave its option jitless out.',
  });
}

/** Undefined where there is no WebAssembly. */
export function treeMemoryOrNone(): TreeMemory | undefined {
  const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly?: Engine };
  if (engine === undefined) return undefined;
  const memory = idle;
  idle = undefined;
  if (memory !== undefined) return memory;
  compiledModule ??= new engine.Module(Uint8Array.from(atob(treeKernelBytes), (each) => each.charCodeAt(0)));
  return new TreeMemory(engine, compiledModule);
}

/** Gives memory back: nobody looks at it any more. */
export function giveTreeMemoryBack(memory: TreeMemory): void {
  memory.clear();
  idle = memory;
}
