import { Worker } from 'node:worker_threads';
import { failedAt } from './memory.ts';
import type { TreeMemory } from './memory.ts';

/** Threads that take blocks of columns to sum up. */
export interface Helpers {
  readonly count: number;
  end(): Promise<void>;
}

/** All of a helper's program is in the kernel. Who fails says so: the thread that asked waits for its block. */
const program = `
const { workerData: { module, memory, failedAt } } = require('node:worker_threads');
try {
  new WebAssembly.Instance(module, { env: { memory } }).exports.help();
} catch (error) {
  Atomics.store(new Int32Array(memory.buffer), failedAt / 4, 1);
  throw error;
}
`;

/** Starts helpers. What comes out is the same bits for any number of them, also where one does not come up. */
export function startHelpers({ kernel, module, pages }: TreeMemory, count: number): Helpers {
  kernel.endHelp(false);
  const workers = Array.from({ length: count }, () => {
    const workerData = { module, memory: pages, failedAt };
    const worker = new Worker(program, { eval: true, workerData, execArgv: [], env: {} });
    // Who does not come up takes no block.
    worker.on('error', () => undefined);
    worker.unref();
    return worker;
  });
  return {
    count,
    async end() {
      kernel.endHelp(true);
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
