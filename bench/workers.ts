// What a deployment costs beside the service alone, and what it loses when it changes: `POST /predict` of one row against
// a service (`serve`), against the same under a supervisor (one worker, two, behind the gateway), with the CPU time of
// the serving processes; then switches and SIGKILLs of workers under load, with what failed.
// Canaries come and go among the switches. Two workers against one, with requests of 100 rows, on as many cores as there are.
//   npx tsx bench/workers.ts [--switches 20] [--canaries 3] [--kills 10]
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ProcessSettings, Wish } from '../src/deployment/target.ts';
import { Supervision } from '../src/deployment/targets/supervised/supervision.ts';
import { readEnvironment } from '../src/environment/index.ts';
import { createGateway, heldSockets } from '../src/serving/index.ts';
import { fakeRow } from '../test/system/fakePredictor.ts';
import { fakeBody, fakeWish, runHere } from '../test/system/fakeWish.ts';
import { ask, constantLoad } from '../test/system/load.ts';
import { measure, seconds } from './load.ts';
import type { Measured } from './load.ts';

const {
  switches = '20',
  canaries = '3',
  kills = '10',
} = parseArgs({
  options: { switches: { type: 'string' }, canaries: { type: 'string' }, kills: { type: 'string' } },
}).values;
const serveCommand = runHere('fakeServe.ts');
const environment = readEnvironment({ variables: process.env, cwd: process.cwd() });
const one: ProcessSettings = { workers: 1, gateway: false, durable: false };
const root = await mkdtemp(path.join(os.tmpdir(), 'aieng-bench-workers-'));
const supervision = new Supervision({
  config: { name: 'churn', logFolder: path.join(root, 'logs') },
  folder: root,
  environment,
  createGateway,
  sockets: heldSockets,
  note: () => undefined,
});
let version = 0;

/** Brings a wish up; gives its port. */
async function bringUp(wish: Wish): Promise<number> {
  const request = { wish, backend: { kind: 'process', serveCommand } } as const;
  const { port } = await supervision.switch(request, () => undefined, new AbortController().signal);
  return port ?? 0;
}

/** Brings another version up; gives its port. */
const bring = async (processes: ProcessSettings): Promise<number> =>
  bringUp({ ...(await fakeWish(root, (version += 1))), processes });

/** A canary of half of the requests beside the version in charge, which then takes over. */
async function canary(processes: ProcessSettings): Promise<void> {
  const first = await fakeWish(root, version);
  const { bundleDigest, bundlePath, ...next } = await fakeWish(root, (version += 1));
  const second = { version, bundleDigest, bundlePath, role: 'canary', share: 0.5 } as const;
  await bringUp({ ...first, processes, second });
  await pause(500);
  await bringUp({ ...next, bundleDigest, bundlePath, processes });
}

/** CPU time that the serving processes say they have used, all together, in microseconds. */
async function cpuOf(port: number): Promise<number> {
  const { body } = await ask(`http://127.0.0.1:${port}/metrics`);
  return 1e6 * Number(/^process_cpu_seconds_total (\S+)$/m.exec(body)?.[1]);
}

const measured = (port: number): Promise<Measured> =>
  measure({ port, cpuUs: () => cpuOf(port), end: () => undefined }, fakeBody);

/** The service alone, as `aieng serve` starts it. */
async function alone(): Promise<{ port: number; end: () => void }> {
  const { bundlePath } = await fakeWish(root, 0);
  const [program = '', ...given] = serveCommand;
  const port = 20_000 + (process.pid % 20_000);
  const flags = [bundlePath, '--port', String(port), '--log-folder', path.join(root, 'alone')];
  const child = spawn(program, [...given, ...flags], { stdio: 'ignore' });
  while ((await ask(`http://127.0.0.1:${port}/health/ready`)).status !== 200) await pause(50);
  return { port, end: () => void child.kill() };
}

function tell(name: string, { perSecond, cpuUs, p50Ms, p99Ms, failed }: Measured): void {
  console.log(
    `${name.padEnd(26)} ${perSecond.toFixed(0).padStart(6)} requests/s  ${cpuUs.toFixed(1).padStart(6)} CPU µs/request  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms  failed ${failed}`,
  );
}

/** Runs the changes under load and says what became of the requests: no answer is status 0. */
async function under(name: string, changes: () => Promise<void>): Promise<void> {
  const load = constantLoad(`http://127.0.0.1:${supervision.state().port ?? 0}/predict`, fakeBody, 32);
  await changes();
  const { statuses, versions, mixed } = await load.stop();
  const told = [...statuses].map(([status, count]) => `${status === 0 ? 'cut off' : status}: ${count}`);
  console.log(
    `${name.padEnd(26)} ${told.join(', ')}; ${versions.size} versions answered, ${mixed} mixed answers`,
  );
}

/** Requests of 100 rows: how much two workers do beside one, where callers take CPU of the same cores. */
async function scale(): Promise<void> {
  const body = JSON.stringify({ features: Array.from({ length: 100 }, () => fakeRow) });
  const run = async (workers: number): Promise<{ perSecond: number; ownUs: number; cpuUs: number }> => {
    const port = await bring({ ...one, workers });
    const before = process.cpuUsage();
    const { perSecond, cpuUs } = await measure(
      { port, cpuUs: () => cpuOf(port), end: () => undefined },
      body,
    );
    const { user, system } = process.cpuUsage(before);
    // `measure` warms up for one second more.
    return { perSecond, cpuUs, ownUs: (user + system) / (perSecond * (seconds + 1)) };
  };
  const [single, double] = [await run(1), await run(2)];
  const ideal = 2 / (1 + single.ownUs / single.cpuUs);
  const got = double.perSecond / single.perSecond;
  console.log(
    `2 workers, 100 rows a request: ${got.toFixed(2)} × one (${single.perSecond.toFixed(0)} requests/s); callers ${single.ownUs.toFixed(0)} µs, service ${single.cpuUs.toFixed(0)} µs a request: ${(got / ideal).toFixed(2)} of 2/(1 + g/s) = ${ideal.toFixed(2)}`,
  );
}

async function kill(): Promise<void> {
  const { restarts, workerPids } = supervision.state();
  process.kill(workerPids[0] ?? 0, 'SIGKILL');
  while (supervision.state().restarts === restarts || supervision.state().workerPids.length < 2)
    await pause(50);
}

try {
  const service = await alone();
  const shared = await bring(one);
  // In turn, twice, the better of both: what else the machine does hits them alike.
  const [first, second] = [await measured(service.port), await measured(shared)];
  const [third, fourth] = [await measured(service.port), await measured(shared)];
  const better = (a: Measured, b: Measured): Measured => (a.cpuUs < b.cpuUs ? a : b);
  tell('the service alone', better(first, third));
  tell('deployed, 1 worker', better(second, fourth));
  service.end();
  tell('deployed, gateway', await measured(await bring({ ...one, gateway: true })));
  tell('deployed, 2 workers', await measured(await bring({ ...one, workers: 2 })));
  await scale();
  await under(`${switches} switches`, async () => {
    for (let turn = 0; turn < Number(switches); turn += 1) await bring({ ...one, workers: 1 + (turn % 2) });
  });
  await under(`${canaries} canaries`, async () => {
    for (let turn = 0; turn < Number(canaries); turn += 1) await canary({ ...one, workers: 1 + (turn % 2) });
  });
  await bring({ ...one, workers: 2 });
  await under(`${kills} SIGKILLs`, async () => {
    for (let turn = 0; turn < Number(kills); turn += 1) await kill();
  });
} finally {
  await supervision.stop();
  await rm(root, { recursive: true, force: true });
}
