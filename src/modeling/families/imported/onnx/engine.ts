import type { OrtModule } from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';
import { optionalPeer } from '../../../../optionalPeer.ts';
import type { Backend } from '../../../model.ts';
import { exportHints, onnxRefused } from './refused.ts';
import { elementTypes } from './value.ts';
import type { ElementType } from './value.ts';

/** One input of one row. Numbers are cast to the type; words stay words. */
export type Feed =
  | { readonly type: 'string'; readonly words: readonly string[] }
  | { readonly type: Exclude<ElementType, 'string'>; readonly numbers: ArrayLike<number> };

/** An input of a session: its name, type and the dimensions of one row. */
export interface FeedShape {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
}

/** A model in the engine. */
export interface Session {
  /** The numbers that one row’s answer has. @throws Error with the engine’s words where an operator fails */
  readonly run: (feeds: readonly Feed[]) => Float64Array;
  readonly close: () => void;
}

/** The engine, ready: whatever it is asked it answers before it returns. */
export interface OnnxEngine {
  readonly backend: Backend;
  /** @throws refused where the engine cannot take the model */
  readonly open: (model: Uint8Array, inputs: readonly FeedShape[], output: string) => Session;
}

/** As `session_options.cc` of the runtime has them. */
const optimizeAll = 99;
const logFatal = 4;
const onCpu = 1;

let opened: Promise<OnnxEngine> | undefined;

/**
 * The runtime’s WebAssembly, one for the process. Its own JavaScript is made of promises; what lies below it is not: with one
 * thread and no GPU each call runs to its end. So it is called directly, and answers like any model of ours.
 */
export function onnxEngine(): Promise<OnnxEngine> {
  opened ??= load().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** The runtime was stopped in the middle of something: who comes next gets a new one. */
export function dropEngine(): void {
  opened = undefined;
}

async function load(): Promise<OnnxEngine> {
  const [{ default: factory }, { env }] = await optionalPeer('an ONNX model', () =>
    Promise.all([import('onnxruntime-web/ort-wasm-simd-threaded.mjs'), import('onnxruntime-web/wasm')]),
  );
  const ort = await factory({ numThreads: 1 });
  if (ort._OrtInit(1, logFatal) !== 0) throw new Error(lastError(ort));
  return {
    backend: { name: 'wasm', version: `onnxruntime-web ${env.versions.web ?? 'of an unknown version'}` },
    open: (model, inputs, output) => {
      const { run, close } = whole(() => openSession(ort, model, inputs, output));
      return { run: (feeds) => whole(() => run(feeds)), close };
    },
  };
}

/** Where the WebAssembly itself stops (it is out of memory), nothing in it can be trusted: who comes next gets a new one. */
function whole<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.name === 'RuntimeError') {
      dropEngine();
      throw onnxRefused(`the runtime stopped (${error.message.slice(0, 200)})`, 'Export a smaller model.');
    }
    throw error;
  }
}

/** What the runtime says of its last fault, in one line. */
function lastError(ort: OrtModule): string {
  const stack = ort.stackSave();
  try {
    const at = ort.stackAlloc(8);
    ort._OrtGetLastError(at, at + 4);
    const message = ort.getValue(at + 4, '*');
    return (message === 0 ? 'it does not say why' : ort.UTF8ToString(message))
      .replaceAll(/\s+/g, ' ')
      .slice(0, 400);
  } finally {
    ort.stackRestore(stack);
  }
}

/** Calls of this build are over when they return. */
function atOnce(value: number | Promise<number>): number {
  if (typeof value === 'number') return value;
  throw new Error('the ONNX runtime that is installed answers later, expected the one that is tested here');
}

function allocate(ort: OrtModule, bytes: number): number {
  const at = ort._malloc(Math.max(8, bytes));
  if (at === 0) throw new Error(`${bytes} bytes are more than the ONNX runtime has left`);
  return at;
}

/** A text with a zero behind it, in the runtime’s memory. */
function placeText(ort: OrtModule, text: string): number {
  const bytes = new TextEncoder().encode(`${text}\0`);
  const at = allocate(ort, bytes.length);
  ort.HEAPU8.set(bytes, at);
  return at;
}

function openSession(
  ort: OrtModule,
  model: Uint8Array,
  inputs: readonly FeedShape[],
  output: string,
): Session {
  const log = placeText(ort, 'aieng');
  const options = ort._OrtCreateSessionOptions(optimizeAll, 1, 1, 0, 0, 0, log, logFatal, 0, 0);
  const at = allocate(ort, model.length);
  let session = 0;
  try {
    ort.HEAPU8.set(model, at);
    session = atOnce(ort._OrtCreateSession(at, model.length, options));
    if (session === 0)
      throw onnxRefused(`the runtime does not take it: ${lastError(ort)}`, exportHints.again);
  } finally {
    ort._free(at);
    ort._OrtReleaseSessionOptions(options);
    ort._free(log);
  }
  const names = [...inputs.map(({ name }) => name), output].map((name) => placeText(ort, name));
  const rows = inputs.map((shape) => new FedInput(ort, shape));
  return {
    run: (feeds) => run(ort, session, names, rows, feeds),
    close: () => {
      for (const row of rows) row.release();
      for (const name of names) ort._free(name);
      ort._OrtReleaseSession(session);
    },
  };
}

/** Where one input of a row lies in the runtime’s memory, the same place for every row. */
class FedInput {
  readonly #ort: OrtModule;
  readonly #shape: FeedShape;
  readonly #elements: number;
  readonly #at: number;

  constructor(ort: OrtModule, shape: FeedShape) {
    this.#ort = ort;
    this.#shape = shape;
    this.#elements = shape.dims.reduce((product, dim) => product * dim, 1);
    this.#at = allocate(ort, this.#elements * (shape.type === 'string' ? 4 : elementTypes[shape.type].bytes));
  }

  /** The tensor of this row; what has to be freed afterwards goes into `texts`. */
  tensor(feed: Feed, texts: number[]): number {
    const { type, dims } = this.#shape;
    const ort = this.#ort;
    const bytes = this.#elements * (type === 'string' ? 4 : elementTypes[type].bytes);
    if (feed.type === 'string')
      feed.words.forEach((word, place) => {
        const text = placeText(ort, word);
        texts.push(text);
        ort.setValue(this.#at + 4 * place, text, '*');
      });
    else writeNumbers(ort.HEAPU8, this.#at, feed.type, feed.numbers);
    const stack = ort.stackSave();
    try {
      const shape = ort.stackAlloc(4 * dims.length);
      dims.forEach((dim, place) => ort.setValue(shape + 4 * place, dim, 'i32'));
      const tensor = ort._OrtCreateTensor(
        elementTypes[type].code,
        this.#at,
        bytes,
        shape,
        dims.length,
        onCpu,
      );
      if (tensor === 0) throw new Error(lastError(ort));
      return tensor;
    } finally {
      ort.stackRestore(stack);
    }
  }

  release(): void {
    this.#ort._free(this.#at);
  }
}

function writeNumbers(
  heap: Uint8Array,
  at: number,
  type: Exclude<ElementType, 'string'>,
  numbers: ArrayLike<number>,
): void {
  const view = new DataView(heap.buffer, at, numbers.length * elementTypes[type].bytes);
  for (let place = 0; place < numbers.length; place += 1) {
    const value = numbers[place]!;
    switch (type) {
      case 'float':
        view.setFloat32(4 * place, value, true);
        break;
      case 'double':
        view.setFloat64(8 * place, value, true);
        break;
      case 'int64':
        view.setBigInt64(8 * place, BigInt(value), true);
        break;
      case 'int32':
        view.setInt32(4 * place, value, true);
        break;
      case 'bool':
        view.setUint8(place, value === 0 ? 0 : 1);
        break;
      case 'int8':
      case 'uint8':
        view.setUint8(place, value);
    }
  }
}

function run(
  ort: OrtModule,
  session: number,
  names: readonly number[],
  rows: readonly FedInput[],
  feeds: readonly Feed[],
): Float64Array {
  const texts: number[] = [];
  const tensors: number[] = [];
  const stack = ort.stackSave();
  const count = rows.length;
  try {
    for (let input = 0; input < count; input += 1) tensors.push(rows[input]!.tensor(feeds[input]!, texts));
    const at = ort.stackAlloc(8 * (count + 1));
    const values = at + 4 * (count + 1);
    names.forEach((name, place) => ort.setValue(at + 4 * place, name, '*'));
    tensors.forEach((tensor, place) => ort.setValue(values + 4 * place, tensor, '*'));
    const answer = values + 4 * count;
    ort.setValue(answer, 0, '*');
    const failed = atOnce(ort._OrtRun(session, at, values, count, at + 4 * count, 1, answer, 0));
    if (failed !== 0) throw new Error(lastError(ort));
    const tensor = ort.getValue(answer, '*');
    tensors.push(tensor);
    return numbersOf(ort, tensor);
  } finally {
    for (const tensor of tensors) ort._OrtReleaseTensor(tensor);
    for (const text of texts) ort._free(text);
    ort.stackRestore(stack);
  }
}

function numbersOf(ort: OrtModule, tensor: number): Float64Array {
  const at = ort.stackAlloc(16);
  if (ort._OrtGetTensorData(tensor, at, at + 4, at + 8, at + 12) !== 0) throw new Error(lastError(ort));
  const type = ort.getValue(at, 'i32');
  const data = ort.getValue(at + 4, '*');
  const dims = ort.getValue(at + 8, '*');
  let elements = 1;
  for (let place = 0; place < ort.getValue(at + 12, 'i32'); place += 1)
    elements *= ort.getValue(dims + 4 * place, 'i32');
  ort._OrtFree(dims);
  const { buffer } = ort.HEAPU8;
  if (type === elementTypes.float.code) return Float64Array.from(new Float32Array(buffer, data, elements));
  if (type === elementTypes.double.code) return new Float64Array(buffer, data, elements).slice();
  throw new Error(`its answer has elements of type ${type}, expected numbers with fractions`);
}
