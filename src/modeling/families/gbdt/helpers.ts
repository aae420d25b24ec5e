import { Worker } from 'node:worker_threads';
import type { TreeMemory } from './memory.ts';

/** Threads that take blocks of columns to sum up. */
export interface Helpers {
  readonly count: number;
  end(): Promise<void>;
}

/** All of a helper's program is in the kernel. */
const program = `
const { workerData: { module, memory } } = require('node:worker_threads');
new WebAssembly.Instance(module, { env: { memory } }).exports.help();
`;

/** Starts helpers. What comes out is the same bits for any number of them, also where one does not come up. */
export function startHelpers({ kernel, module, pages }: TreeMemory, count: number): Helpers {
  kernel.endHelp(false);
  const workers = Array.from({ length: count }, () => {
    const workerData = { module, memory: pages };
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
