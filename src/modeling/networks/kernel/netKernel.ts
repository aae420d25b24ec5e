import { netKernelBytes } from './netKernelBytes.ts';

/** What of WebAssembly is used: Node's typings have none of it. */
interface Engine {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** What `kernel/nets.ts` exports; places in memory are in bytes. */
interface Compiled {
  weave(from: number, rows: number, columns: number, into: number): void;
  weaveTransposed(from: number, rows: number, columns: number, into: number): void;
  multiply(
    left: number,
    rowStep: number,
    step: number,
    panels: number,
    bias: number,
    into: number,
    rows: number,
    inner: number,
    columns: number,
    relu: boolean,
  ): void;
  pass(units: number, count: number, scale: number, derivatives: number): void;
}

/** Numbers in the kernel's memory: a matrix stands in them row after row. */
export type Floats = Float32Array<ArrayBuffer>;

const pageBytes = 65_536;
/** The compiler takes what lies before for unused. */
const firstFree = 1024;
/** Vectors lie at whole lines. */
const lineFloats = 16;
const most = 65_536;

const engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
let compiled: object | undefined;

const bytesOfText = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Columns with those that fill the last panel up. */
export const woven = (columns: number): number => Math.ceil(columns / 8) * 8;

/** The kernel with a memory of its own, as large as it will ever be. */
export class NetMemory {
  readonly #kernel: Compiled;
  readonly #buffer: ArrayBuffer;
  #next = firstFree;

  /** @param counts of every array that will be taken */
  constructor(counts: readonly number[]) {
    compiled ??= new engine.Module(bytesOfText(netKernelBytes));
    const floats = counts.reduce((sum, count) => sum + Math.ceil(count / lineFloats) * lineFloats, 0);
    const pages = Math.ceil((firstFree + 4 * floats) / pageBytes);
    if (pages > most) throw new RangeError(`a net of ${floats} numbers is larger than 4 GiB`);
    const memory = new engine.Memory({ initial: pages });
    this.#buffer = memory.buffer;
    const { exports } = new engine.Instance(compiled, { env: { memory } });
    this.#kernel = exports as Compiled;
  }

  /** The next array, all 0. */
  take(count: number): Floats {
    const at = this.#next;
    this.#next += 4 * Math.ceil(count / lineFloats) * lineFloats;
    return new Float32Array(this.#buffer, at, count);
  }

  /** A matrix as the right side of a product. `into` holds `rows × woven(columns)`. */
  weave(from: Floats, rows: number, columns: number, into: Floats): void {
    this.#kernel.weave(from.byteOffset, rows, columns, into.byteOffset);
  }

  /** Its transpose as the right side of a product. `into` holds `columns × woven(rows)`. */
  weaveTransposed(from: Floats, rows: number, columns: number, into: Floats): void {
    this.#kernel.weaveTransposed(from.byteOffset, rows, columns, into.byteOffset);
  }

  /** `into = bias + left (rows × inner) · right (inner × columns, woven)`, cut off at 0 with `relu`. */
  multiply(
    left: Floats,
    right: Floats,
    bias: Floats,
    into: Floats,
    rows: number,
    inner: number,
    columns: number,
    relu: boolean,
  ): void {
    const places = [right.byteOffset, bias.byteOffset, into.byteOffset] as const;
    this.#kernel.multiply(left.byteOffset, 4 * inner, 4, ...places, rows, inner, columns, relu);
  }

  /** `into = leftᵀ · right`, `left` being `inner × rows`. `nothing`: zeros for a bias. */
  multiplyTransposed(
    left: Floats,
    right: Floats,
    nothing: Floats,
    into: Floats,
    rows: number,
    inner: number,
    columns: number,
  ): void {
    const places = [right.byteOffset, nothing.byteOffset, into.byteOffset] as const;
    this.#kernel.multiply(left.byteOffset, 4, 4 * rows, ...places, rows, inner, columns, false);
  }

  /** Derivatives behind a relu, in place: `scale` times what comes back where the unit let something through, else 0. */
  pass(units: Floats, count: number, scale: number, derivatives: Floats): void {
    this.#kernel.pass(units.byteOffset, count, scale, derivatives.byteOffset);
  }
}
