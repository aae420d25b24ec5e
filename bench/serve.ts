// Requests per second, CPU time, bytes allocated and latency of POST /predict with 32 connections, beside a bare node:http
// echo that parses its JSON, in the same run. CPU time is that of the serving process alone: it says what other work on
// the machine hides. The real churn model, linear and as a network of 2 × 128 units, by the built program (what runs the
// sources names every function as it is made, which costs), and through the gateway, by the sources.
//   npx tsx bench/serve.ts [url-of-a-running-service row.json]
import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGateway } from '../src/serving/index.ts';
import { connections, measure, seconds } from './load.ts';
import type { Measured, Served } from './load.ts';

async function startEcho(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startGateway(backend: number): Promise<number> {
  let ids = 0;
  const gateway = createGateway({ newId: () => String((ids += 1)), bodyLimitBytes: () => 1_000_000 });
  await gateway.switchTo({ host: '127.0.0.1', port: backend }, 0);
  return (await gateway.bind({ host: '127.0.0.1', port: 0 })).port;
}

interface Child extends Served {
  /** Bytes allocated so far, since this was asked for the first time (sampled). */
  readonly allocated: () => Promise<number>;
}

/** What a process is asked for by its figures. */
function figuresOf(child: ChildProcess): Pick<Child, 'cpuUs' | 'allocated'> {
  const ask = (figure: string): Promise<number> => {
    const answer = said(child);
    child.send(figure);
    return answer;
  };
  return { cpuUs: () => ask('cpu'), allocated: () => ask('allocated') };
}

const said = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.once('message', (sent) => resolve(Number(sent))));

const figures = path.join(import.meta.dirname, 'figures.mjs');

/** Runs a server in a process of its own. It sends its port first and a figure whenever it is asked for one. */
async function inChild(kind: string, ...more: string[]): Promise<Child> {
  const execArgv = [...process.execArgv, '--import', figures];
  const child = fork(fileURLToPath(import.meta.url), [kind, ...more], { execArgv });
  return { port: await said(child), ...figuresOf(child), end: () => void child.kill() };
}

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** `aieng serve` of a bundle, which keeps its log in a folder. */
async function served(file: string, folder: string): Promise<Child> {
  const port = await freePort();
  const bin = path.resolve(import.meta.dirname, '../bin/aieng.js');
  const words = [
    'serve',
    file,
    '--quiet',
    '--port',
    String(port),
    '--store',
    path.join(folder, `store-${port}`),
  ];
  const child = fork(bin, words, {
    execArgv: ['--import', figures],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  for (let tries = 0; ; tries += 1) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    if (ready?.ok === true) break;
    if (tries === 300 || child.exitCode !== null) throw new Error(`${file} is not served`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { port, ...figuresOf(child), end: () => void child.kill() };
}

/** A service that runs already. */
const elsewhere = (url: string): Child => ({
  port: Number(new URL(url).port),
  cpuUs: () => Promise.resolve(NaN),
  allocated: () => Promise.resolve(NaN),
  end: () => undefined,
});

/** The churn model of this repository, packaged, as each of these model sections. */
async function bundles(folder: string, models: readonly string[]): Promise<readonly string[]> {
  const root = path.resolve(import.meta.dirname, '..');
  for (const part of ['pipelines', 'fixtures'])
    await cp(path.join(root, part), path.join(folder, part), { recursive: true });
  const pipeline = await readFile(path.join(folder, 'pipelines', 'churn.yaml'), 'utf8');
  const files: string[] = [];
  for (const [at, model] of models.entries()) {
    const name = `churn-${at}`;
    await writeFile(path.join(folder, 'pipelines', `${name}.yaml`), `${pipeline}\nmodel: ${model}\n`);
    const file = path.join(folder, `${name}.tar`);
    const { status, stderr } = spawnSync(
      process.execPath,
      [path.join(root, 'bin', 'aieng.js'), '-C', folder, 'package', name, '--output', file],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`packaging ${model}: ${stderr}`);
    files.push(file);
  }
  return files;
}

const churnRow = {
  female: 1,
  senior_citizen: 0,
  partner: 1,
  dependents: 0,
  tenure: 5,
  phone_service: 1,
  multiple_lines: 'No',
  internet_service: 'Fiber optic',
  online_security: 'No',
  online_backup: 'Yes',
  device_protection: 'No',
  tech_support: 'No',
  streaming_tv: 'Yes',
  streaming_movies: 'No',
  contract: 'Month-to-month',
  paperless_billing: 1,
  payment_method: 'Electronic check',
  monthly_charges: 84.35,
  total_charges: 424.5,
};

const rounds = 3;
const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Each round measures all of them, one after the other; figures are the medians over the rounds. */
async function inTurn(servers: readonly Child[], body: string): Promise<readonly Measured[]> {
  const measured: Measured[][] = servers.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [at, server] of servers.entries()) measured[at]!.push(await measure(server, body));
  return measured.map((all) => ({
    perSecond: middle(all.map((one) => one.perSecond)),
    cpuUs: middle(all.map((one) => one.cpuUs)),
    p50Ms: middle(all.map((one) => one.p50Ms)),
    p99Ms: middle(all.map((one) => one.p99Ms)),
    failed: all.reduce((sum, one) => sum + one.failed, 0),
  }));
}

async function allocatedKb(server: Child, body: string): Promise<number> {
  const before = await server.allocated();
  const { perSecond } = await measure(server, body);
  // The second of warming up is among them.
  return ((await server.allocated()) - before) / 1024 / (perSecond * (seconds + 1));
}

async function main(url: string | undefined, rowFile: string | undefined): Promise<void> {
  const features: unknown = rowFile === undefined ? churnRow : JSON.parse(await readFile(rowFile, 'utf8'));
  const body = JSON.stringify({ features });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-bench-'));
  const servers: [string, Child][] = [['bare node:http echo', await inChild('echo')]];
  if (url === undefined) {
    const models = ['{ family: linear }', '{ family: mlp, mlp: { hidden: [128, 128] } }'];
    const [linear = '', net = ''] = await bundles(folder, models);
    servers.push(['churn, linear', await served(linear, folder)]);
    servers.push(['churn, net 2 × 128', await served(net, folder)]);
  } else servers.push(['POST /predict', elsewhere(url)]);
  servers.push(['through the gateway', await inChild('gateway', String(servers[1]![1].port))]);
  const all = servers.map(([, server]) => server);
  const results = await inTurn(all, body);
  const [base] = results;
  const times = (value: number, of: number | undefined): string => (value / (of ?? NaN)).toFixed(2);
  console.log(
    `POST /predict, one row, ${connections} connections, ${rounds} × ${seconds} s each in turn, caller on the same machine`,
  );
  for (const [at, { perSecond, cpuUs, p50Ms, p99Ms, failed }] of results.entries()) {
    const [name, server] = servers[at]!;
    const kb = (await allocatedKb(server, body)).toFixed(1);
    console.log(
      `${name.padEnd(20)} ${perSecond.toFixed(0).padStart(6)} requests/s (${times(perSecond, base?.perSecond)} ×)  ${cpuUs.toFixed(1).padStart(5)} CPU µs (${times(cpuUs, base?.cpuUs)} ×)  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms (${times(p99Ms, base?.p99Ms)} ×)  ${kb} KB allocated a request  failed ${failed}`,
    );
  }
  for (const server of all) server.end();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

const [kind, argument] = process.argv.slice(2);
const servers: Record<string, () => Promise<number>> = {
  echo: startEcho,
  gateway: () => startGateway(Number(argument)),
};
const start = kind === undefined || process.send === undefined ? undefined : servers[kind];
if (start === undefined) await main(kind, argument);
else {
  process.once('disconnect', () => process.exit(0));
  process.send?.(await start());
}
