// Requests per second, CPU time per request and latency of POST /predict with 32 connections, beside a bare node:http
// echo in the same run. CPU time is that of the serving process alone: it says what other work on the machine hides.
//   npx tsx bench/serve.ts [url-of-a-running-service row.json]
// Without arguments a service with a tiny fake model is measured: what HTTP, checks, log and metrics cost.
import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../src/environment/index.ts';
import { createGateway, createService, openPredictionLog } from '../src/serving/index.ts';
import { connections, measure, seconds } from './load.ts';
import type { Measured, Served } from './load.ts';
import { fakePredictor, fakeRow } from '../test/system/fakePredictor.ts';

async function startEcho(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startFake(): Promise<number> {
  const environment = readEnvironment({ variables: {}, cwd: process.cwd() });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-bench-'));
  process.once(
    'disconnect',
    () => void rm(folder, { recursive: true, force: true }).then(() => process.exit(0)),
  );
  const service = await createService({
    predictor: fakePredictor(),
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

/** Runs a server in a process of its own. It sends its port first and its CPU time whenever it is asked anything. */
async function inChild(kind: string, ...more: string[]): Promise<Served> {
  const child = fork(fileURLToPath(import.meta.url), [kind, ...more], { execArgv: process.execArgv });
  const said = (): Promise<number> =>
    new Promise((resolve) => child.once('message', (sent) => resolve(Number(sent))));
  return {
    port: await said(),
    cpuUs: () => {
      const answer = said();
      child.send('cpu');
      return answer;
    },
    end: () => child.disconnect(),
  };
}

/** A service that runs already. */
const elsewhere = (url: string): Served => ({
  port: Number(new URL(url).port),
  cpuUs: () => Promise.resolve(NaN),
  end: () => undefined,
});

async function main(url: string | undefined, rowFile: string | undefined): Promise<void> {
  const features: unknown = rowFile === undefined ? fakeRow : JSON.parse(await readFile(rowFile, 'utf8'));
  const body = JSON.stringify({ features });
  const echo = await inChild('echo');
  const service = url === undefined ? await inChild('fake') : elsewhere(url);
  const gateway = await inChild('gateway', String(service.port));
  const results: [string, Measured][] = [];
  for (const [name, server] of [
    ['bare node:http echo', echo],
    ['POST /predict', service],
    ['through the gateway', gateway],
  ] as const)
    results.push([name, await measure(server, body)]);
  for (const one of [echo, service, gateway]) one.end();
  const base = results[0]?.[1].perSecond ?? NaN;
  console.log(
    `POST /predict, one row, ${connections} connections, ${seconds} s each, caller on the same machine`,
  );
  for (const [name, { perSecond, cpuUs, p50Ms, p99Ms, failed }] of results)
    console.log(
      `${name.padEnd(22)} ${perSecond.toFixed(0).padStart(7)} requests/s  ${(perSecond / base).toFixed(2)} of echo  ${cpuUs.toFixed(0).padStart(4)} CPU µs/request  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms  failed ${failed}`,
    );
}

const [kind, argument] = process.argv.slice(2);
const servers: Record<string, () => Promise<number>> = {
  echo: startEcho,
  fake: startFake,
  gateway: () => startGateway(Number(argument)),
};
const start = kind === undefined || process.send === undefined ? undefined : servers[kind];
if (start === undefined) await main(kind, argument);
else {
  process.once('disconnect', () => setTimeout(() => process.exit(0), 200));
  process.send?.(await start());
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
}
