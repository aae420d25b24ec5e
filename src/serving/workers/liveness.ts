import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Where a thread of its own says whether this process is alive. */
export interface Liveness {
  /** Loopback port: any GET is answered with the age of the last beat. */
  readonly port: number;
  readonly close: () => Promise<void>;
}

const beatEveryMs = 250;
/** A main thread that did not come round for so long hangs. Longer than any honest work on one request. */
const hungAfterMs = 60_000;

/** The thread's program. `hrtime` is the same clock in every thread of a process. */
const program = `
const { createServer } = require('node:http');
const { parentPort, workerData: { beat, hungAfterMs } } = require('node:worker_threads');
const last = new BigInt64Array(beat);
createServer((request, response) => {
  const age = Number(process.hrtime.bigint() - Atomics.load(last, 0)) / 1e6;
  const hangs = age > hungAfterMs;
  response.writeHead(hangs ? 503 : 200, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ status: hangs ? 'hung' : 'live', beat_age_ms: Math.round(age) }));
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

/**
 * Starts the thread. The main thread beats from its event loop: one that is busy with a large request is late, and is
 * still said to be alive, so that nobody kills it as dead.
 */
export async function startLiveness(limitMs: number = hungAfterMs): Promise<Liveness> {
  const beat = new SharedArrayBuffer(8);
  const last = new BigInt64Array(beat);
  const tick = (): void => void Atomics.store(last, 0, process.hrtime.bigint());
  tick();
  const timer = setInterval(tick, beatEveryMs);
  timer.unref();
  const workerData = { beat, hungAfterMs: limitMs };
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };
  const thread = new Worker(program, { eval: true, workerData, resourceLimits, execArgv: [], env: {} });
  const said: unknown[] = await once(thread, 'message');
  const [port] = said;
  if (typeof port !== 'number') throw new TypeError('the thread says no port');
  thread.on('error', () => undefined);
  thread.unref();
  return {
    port,
    close: async () => {
      clearInterval(timer);
      await thread.terminate();
    },
  };
}
