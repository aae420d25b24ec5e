// Start-up: commands, and services until they answer, beside a bare `node -e 0`, taken in turn in one run. CPU time is what
// a start costs; the clock also tells what else runs. Goals: `--help` at most 1.5 times node, a service 200 ms over it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, sortedFinite } from '../src/statistics/quantiles.ts';

const repository = path.resolve(import.meta.dirname, '..');
const bin = path.join(repository, 'bin', 'aieng.js');
const runs = Number(process.argv[2] ?? 11);

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** User and system time in ms; of `self`, that of its children that ended. Linux counts both in hundredths. */
function cpuTime(pid: number | 'self'): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  const [user, system] = pid === 'self' ? [13, 14] : [11, 12];
  return 10 * (Number(fields[user]) + Number(fields[system]));
}

async function command(args: readonly string[], cwd = repository): Promise<Cost> {
  const before = cpuTime('self');
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: 'ignore' });
  const [code]: unknown[] = await once(child, 'exit');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(code)}`);
  return { cpu: cpuTime('self') - before, wall: performance.now() - started };
}

const isReady = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/health/ready', agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    }).on('error', () => resolve(false));
  });

/** A service until it says that it is ready: its golden rows were replayed. */
async function service(cwd: string, port: number): Promise<Cost> {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, 'serve', 'churn@1', '--port', String(port)], {
    cwd,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`aieng serve ended with ${child.exitCode}`);
    await sleep(10);
  }
  const cost = { cpu: cpuTime(child.pid!), wall: performance.now() - started };
  child.kill('SIGTERM');
  await ended;
  return cost;
}

/** A project with version 1 of a model of this family. */
async function project(folder: string, family: string): Promise<string> {
  const place = path.join(folder, family);
  cpSync(path.join(repository, 'fixtures', 'telco-churn.csv'), path.join(place, 'churn.csv'));
  await command([bin, 'init', '--from', 'churn.csv', '--label', 'churn', '--name', 'churn'], place);
  const file = path.join(place, 'pipelines', 'churn.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nmodel:\n  family: ${family}\n`);
  await command([bin, 'run', 'churn', '--to', 'package'], place);
  return place;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'aieng-bench-'));
try {
  const [linear, trees] = [await project(folder, 'linear'), await project(folder, 'gbdt')];
  const candidates: Record<string, () => Promise<Cost>> = {
    'node -e 0': () => command(['-e', '0']),
    'aieng --version': () => command([bin, '--version']),
    'aieng --help': () => command([bin, '--help']),
    'aieng train --help': () => command([bin, 'train', '--help']),
    'aieng status': () => command([bin, 'status'], linear),
    'aieng run, nothing changed': () => command([bin, 'run', 'churn', '--to', 'package'], linear),
    'aieng serve until ready, linear': () => service(linear, 18_431),
    'aieng serve until ready, trees': () => service(trees, 18_432),
  };
  const costs: Record<string, Cost[]> = {};
  for (const take of Object.values(candidates)) await take();
  for (let run = 0; run < runs; run += 1)
    for (const [name, take] of Object.entries(candidates)) (costs[name] ??= []).push(await take());
  const mean = (values: readonly Cost[]): number =>
    values.reduce((sum, { cpu }) => sum + cpu, 0) / values.length;
  const bare = mean(costs['node -e 0']!);
  console.log(`start-up, ${runs} runs each, taken in turn: mean CPU, over bare node, median by the clock`);
  for (const [name, values] of Object.entries(costs)) {
    const wall = quantile(sortedFinite(values.map((cost) => cost.wall)), 0.5);
    const figures = [mean(values), mean(values) - bare, wall].map((ms) => `${ms.toFixed(0).padStart(6)} ms`);
    console.log(`  ${name.padEnd(32)} ${figures.join(' ')}  ${(mean(values) / bare).toFixed(2)} ×`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
