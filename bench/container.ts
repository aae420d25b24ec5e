// What a model costs as an image and as a container, on this machine: size of each layer, time of a first and of a second
// build, time from `run` to ready, memory of one worker before and after load, requests per second on one CPU. The same
// bundle as a plain process is measured beside it. Skipped, with a message, where no container engine answers.
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { findEngine } from '../scripts/containerEngine.ts';
import { measure } from './load.ts';
import type { Served } from './load.ts';
import { quantile, sortedFinite } from '../src/statistics/quantiles.ts';

const repository = path.resolve(import.meta.dirname, '..');
const bin = path.join(repository, 'bin', 'aieng.js');
const starts = 5;
const port = 18_473;

interface Layer {
  readonly name: string;
  readonly bytes: number;
}
interface Image {
  readonly reference: string;
  readonly archive: string;
  readonly layers: readonly Layer[];
}

const median = (values: readonly number[]): number => quantile(sortedFinite(values), 0.5);
const mb = (size: number): string => `${(size / 1e6).toFixed(1)} MB`;

async function project(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-bench-'));
  await mkdir(path.join(folder, 'pipelines'));
  for (const file of ['churn.yaml', 'churn.schema.json'])
    await cp(path.join(repository, 'pipelines', file), path.join(folder, 'pipelines', file));
  await cp(path.join(repository, 'fixtures'), path.join(folder, 'fixtures'), { recursive: true });
  return folder;
}

async function aieng(folder: string, ...args: string[]): Promise<{ json: unknown; seconds: number }> {
  const started = performance.now();
  const { stdout } = await execa(process.execPath, [bin, ...args, '--json'], {
    cwd: folder,
    stdin: 'ignore',
  });
  return { json: JSON.parse(stdout), seconds: (performance.now() - started) / 1000 };
}

async function build(folder: string, variant: string): Promise<{ image: Image; seconds: number }> {
  const args = [
    'package',
    'churn',
    '--image',
    `aieng-bench-${variant}`,
    '--base',
    'this-machine',
    '--variant',
    variant,
  ];
  const { json, seconds } = await aieng(folder, ...args);
  const { result } = json as { result: { image: Image } };
  return { image: { ...result.image, archive: path.join(folder, result.image.archive) }, seconds };
}

/** Milliseconds until /health/ready says 200. */
async function untilReady(port: number): Promise<number> {
  const started = performance.now();
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    await ready?.arrayBuffer();
    if (ready?.status === 200) return performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const figure = async (port: number, name: string): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

const served = (port: number): Served => ({
  port,
  cpuUs: async () => (await figure(port, 'process_cpu_seconds_total')) * 1e6,
  end: () => undefined,
});

async function load(name: string, port: number, body: string): Promise<void> {
  const before = await figure(port, 'process_resident_memory_bytes');
  const { perSecond, p50Ms, p99Ms, failed, cpuUs } = await measure(served(port), body);
  const after = await figure(port, 'process_resident_memory_bytes');
  console.log(
    `${name.padEnd(34)} ${perSecond.toFixed(0).padStart(6)} requests/s  ${cpuUs.toFixed(0)} CPU µs/request  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms  failed ${failed}  memory ${mb(before)} → ${mb(after)}`,
  );
}

/** A golden row of the bundle as the body of a request. */
async function goldenBody(folder: string): Promise<string> {
  const { json } = await aieng(folder, 'package', 'churn');
  const { result } = json as { result: { path: string } };
  const text = await readFile(path.join(folder, result.path, 'golden.json'), 'utf8');
  const { rows } = JSON.parse(text) as { rows: [{ input: unknown }] };
  return JSON.stringify({ features: rows[0].input });
}

type Run = (...args: string[]) => Promise<string>;

async function measureImages(folder: string, run: Run): Promise<void> {
  for (const variant of ['serve', 'full']) {
    const first = await build(folder, variant);
    const second = await build(folder, variant);
    const own = first.image.layers.filter(({ name }) => name !== 'base');
    const added = own.reduce((sum, { bytes }) => sum + bytes, 0);
    const sizes = first.image.layers.map(({ name, bytes }) => `${name} ${mb(bytes)}`).join(' · ');
    console.log(
      `image ${variant.padEnd(6)} ${sizes}; aieng adds ${mb(added)}; built in ${first.seconds.toFixed(1)} s, again in ${second.seconds.toFixed(1)} s`,
    );
    if (variant === 'serve') await run('load', '-i', first.image.archive);
  }
}

async function measureContainer(run: Run, body: string): Promise<void> {
  const limits = ['--cpus', '1', '--memory', '512m', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all'];
  const publish = ['-p', `127.0.0.1:${port}:8080`];
  const times: number[] = [];
  for (let n = 0; n < starts; n += 1) {
    if (n > 0) await run('rm', '-f', '-t', '0', 'aieng-bench');
    const began = performance.now();
    await run('run', '-d', '--name', 'aieng-bench', ...publish, ...limits, 'aieng-bench-serve:1');
    await untilReady(port);
    times.push(performance.now() - began);
  }
  console.log(`container from run to ready: median ${median(times).toFixed(0)} ms of ${starts} starts`);
  await load('container, 1 CPU, port published', port, body);
  await run('rm', '-f', '-t', '0', 'aieng-bench');
}

async function measureProcess(folder: string, body: string): Promise<void> {
  const serve = execa(process.execPath, [bin, 'serve', 'churn', '--port', String(port)], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
  });
  console.log(`aieng serve to ready: ${(await untilReady(port)).toFixed(0)} ms`);
  await load('aieng serve, a plain process', port, body);
  serve.kill();
  await serve;
}

const engine = await findEngine();
if (engine.state === 'absent') console.log(`container: skipped, ${engine.reason}`);
else {
  const { name: program, variables } = engine;
  const run: Run = async (...args) =>
    (await execa(program, args, { env: variables, stdin: 'ignore' })).stdout;
  const folder = await project();
  try {
    await aieng(folder, 'run', 'churn');
    await measureImages(folder, run);
    const body = await goldenBody(folder);
    await measureContainer(run, body);
    await measureProcess(folder, body);
  } finally {
    await execa(program, ['rm', '-f', '-t', '0', 'aieng-bench'], { env: variables, reject: false });
    for (const variant of ['serve', 'full'])
      await execa(program, ['rmi', '-f', `aieng-bench-${variant}:1`], { env: variables, reject: false });
    await rm(folder, { recursive: true, force: true });
  }
}
