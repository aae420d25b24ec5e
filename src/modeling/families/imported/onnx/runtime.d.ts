/** The part of the runtime’s WebAssembly that is called here: its C interface, one thread, each call to its end. */
declare module 'onnxruntime-web/ort-wasm-simd-threaded.mjs' {
  export interface OrtModule {
    readonly HEAPU8: Uint8Array;
    readonly _malloc: (bytes: number) => number;
    readonly _free: (at: number) => void;
    readonly stackSave: () => number;
    readonly stackRestore: (stack: number) => void;
    readonly stackAlloc: (bytes: number) => number;
    readonly getValue: (at: number, type: 'i32' | '*') => number;
    readonly setValue: (at: number, value: number, type: 'i32' | '*') => void;
    readonly UTF8ToString: (at: number) => string;
    readonly _OrtInit: (threads: number, logLevel: number) => number;
    readonly _OrtGetLastError: (code: number, message: number) => number;
    readonly _OrtCreateSessionOptions: (
      optimization: number,
      cpuMemArena: number,
      memPattern: number,
      executionMode: number,
      profiling: number,
      profilePrefix: number,
      logId: number,
      logLevel: number,
      verbosity: number,
      modelPath: number,
    ) => number;
    readonly _OrtReleaseSessionOptions: (options: number) => number;
    readonly _OrtCreateSession: (model: number, bytes: number, options: number) => number | Promise<number>;
    readonly _OrtReleaseSession: (session: number) => number;
    readonly _OrtCreateTensor: (
      type: number,
      data: number,
      bytes: number,
      dims: number,
      rank: number,
      location: number,
    ) => number;
    readonly _OrtGetTensorData: (
      tensor: number,
      type: number,
      data: number,
      dims: number,
      rank: number,
    ) => number;
    readonly _OrtReleaseTensor: (tensor: number) => number;
    readonly _OrtFree: (at: number) => void;
    readonly _OrtRun: (
      session: number,
      inputNames: number,
      inputs: number,
      inputCount: number,
      outputNames: number,
      outputCount: number,
      outputs: number,
      options: number,
    ) => number | Promise<number>;
  }
  const factory: (options: { readonly numThreads: number }) => Promise<OrtModule>;
  export { factory as default };
}
