// Requests per second, CPU time, bytes allocated and latency of POST /predict with 32 connections, beside a bare node:http
// echo that parses its JSON, in the same run. CPU time is that of the serving process alone: it says what other work on
// the machine hides. The real churn model, linear and as a network of 2 × 128 units, and through the gateway.
//   npx tsx bench/serve.ts [url-of-a-running-service row.json]
import { fork, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../src/environment/index.ts';
import { readTar } from '../src/packaging/tar.ts';
import { openPredictor } from '../src/project/predictors.ts';
import { createGateway, createService, openPredictionLog } from '../src/serving/index.ts';
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

/** The service over a bundle of a folder, as `aieng serve` makes it. */
async function startBundle(file: string): Promise<number> {
  const environment = readEnvironment({ variables: {}, cwd: process.cwd() });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-bench-'));
  process.once(
    'disconnect',
    () =>
      void rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).then(() =>
        process.exit(0),
      ),
  );
  const { bundle } = await readTar(await readFile(file), file);
  const { predictor } = await openPredictor(null, { bundle, version: 1 });
  const service = await createService({
    predictor,
    checkGolden: () => [],
    log: openPredictionLog({ folder, aieng: 'bench' }),
    clock: () => environment.now(),
    elapsed: () => performance.now(),
    newId: () => environment.newId(),
    softwareVersion: 'bench',
  });
  return (await service.listen({ host: '127.0.0.1', port: 0 })).port;
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

/** Runs a server in a process of its own. It sends its port first and a figure whenever it is asked for one. */
async function inChild(kind: string, ...more: string[]): Promise<Child> {
  const child = fork(fileURLToPath(import.meta.url), [kind, ...more], { execArgv: process.execArgv });
  const said = (): Promise<number> =>
    new Promise((resolve) => child.once('message', (sent) => resolve(Number(sent))));
  const ask = (figure: string): Promise<number> => {
    const answer = said();
    child.send(figure);
    return answer;
  };
  return {
    port: await said(),
    cpuUs: () => ask('cpu'),
    allocated: () => ask('allocated'),
    end: () => child.disconnect(),
  };
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
    servers.push(['churn, linear', await inChild('bundle', linear)]);
    servers.push(['churn, net 2 × 128', await inChild('bundle', net)]);
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

interface Sample {
  readonly selfSize: number;
  readonly children: readonly Sample[];
}

const sizeOf = ({ selfSize, children }: Sample): number =>
  children.reduce((sum, child) => sum + sizeOf(child), selfSize);

let session: Session | undefined;

/** Bytes allocated since the first call, also those that are collected again. */
async function allocated(): Promise<number> {
  if (session === undefined) {
    session = new Session();
    session.connect();
    const all = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
    await session.post('HeapProfiler.startSampling', { samplingInterval: 65_536, ...all });
    return 0;
  }
  return sizeOf((await session.post('HeapProfiler.getSamplingProfile')).profile.head);
}

const [kind, argument] = process.argv.slice(2);
const servers: Record<string, () => Promise<number>> = {
  echo: startEcho,
  bundle: () => startBundle(argument ?? ''),
  gateway: () => startGateway(Number(argument)),
};
const start = kind === undefined || process.send === undefined ? undefined : servers[kind];
if (start === undefined) await main(kind, argument);
else {
  process.once('disconnect', () => setTimeout(() => process.exit(0), 200));
  process.send?.(await start());
  process.on('message', (figure) => {
    const { user, system } = process.cpuUsage();
    if (figure === 'cpu') process.send?.(user + system);
    else void allocated().then((bytes) => process.send?.(bytes));
  });
}
