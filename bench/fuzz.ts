// Requests put together at random, out of the grammar of every protocol and out of bytes, against a service: none may be
// answered with 5xx that nobody means, nothing may be left behind.
//   npx tsx bench/fuzz.ts [--requests 100000] [--seed 1]
// Exits 1 where one was answered so, and prints it.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createService, openPredictionLog } from '../src/serving/index.ts';
import { fakePredictor } from '../test/system/fakePredictor.ts';
import { fuzzedRequest, seeded, send } from './fuzzRequests.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const atOnce = 16;
const requests = Number(values.requests);
const random = seeded(Number(values.seed));
const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-fuzz-'));
let ids = 0;
const service = await createService({
  predictor: fakePredictor(),
  checkGolden: () => [],
  log: openPredictionLog({ folder, aieng: 'fuzz' }),
  clock: () => 0,
  elapsed: () => performance.now(),
  newId: () => String((ids += 1)),
  softwareVersion: 'fuzz',
  requestTimeoutMs: 1000,
  onInternalError: (_id, error) => console.log(error),
});
const { port } = await service.listen({ host: '127.0.0.1', port: 0 });
const statuses = new Map<number, number>();
const meant = new Set([501, 503]);
const bad: string[] = [];
const rssMb: number[] = [];
let left = requests;

async function caller(): Promise<void> {
  while (left > 0) {
    left -= 1;
    if (left % Math.ceil(requests / 10) === 0) rssMb.push(process.memoryUsage.rss() / 2 ** 20);
    const message = fuzzedRequest(random);
    const status = await send(port, message, 5000);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status >= 500 && !meant.has(status)) bad.push(message.toString('latin1').slice(0, 2000));
  }
}

await Promise.all(Array.from({ length: atOnce }, caller));
const alive = await fetch(`http://127.0.0.1:${port}/health/ready`);
const held = /aieng_request_bytes_held (\d+)/.exec(
  await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
)?.[1];
await service.close();
await rm(folder, { recursive: true, force: true });
for (const message of bad.slice(0, 5)) console.log(JSON.stringify(message));
const told = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
console.log(`RSS MB, each tenth of the way: ${rssMb.map((mb) => mb.toFixed(0)).join(' ')}`);
console.log(
  `${requests} requests: ${told.join(', ')}; ${bad.length} with an unintended 5xx, ${held ?? '?'} bytes still held`,
);
if (bad.length > 0 || !alive.ok || held !== '0') process.exitCode = 1;
