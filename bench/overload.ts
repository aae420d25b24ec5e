// What a service does past its capacity: requests that come at a rate, whatever becomes of those before them (open loop).
//   npx tsx bench/overload.ts [--seconds 4] [--rows 100] [--parts many,one,bodies]
// Capacity is what 32 callers get answered, each of whom waits for his answer. Then a body of 9 MB is sent, of several
// kinds, while others ask for predictions: CPU and memory of the process that refuses it, and what the others notice.
// The generator runs on the same machine: what it takes is not there for the service. It is written in Go (bench/generator.ts).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createService } from '../src/serving/index.ts';
import { fakePredictor, fakeRow } from '../test/system/fakePredictor.ts';
import type { Flow, Generator } from './generator.ts';
import { exchange, openGenerator, openLoopHere } from './generator.ts';
import { connections, measure } from './load.ts';

interface Usage {
  readonly cpuUs: number;
  readonly rssMb: number;
}

interface Server {
  readonly port: number;
  readonly usage: () => Promise<Usage>;
  readonly end: () => void;
}

async function serveHere(): Promise<void> {
  let ids = 0;
  const service = await createService({
    predictor: fakePredictor(),
    checkGolden: () => [],
    log: null,
    clock: () => Date.now(),
    elapsed: () => performance.now(),
    newId: () => String((ids += 1)),
    softwareVersion: 'bench',
  });
  const { port } = await service.listen({ host: '127.0.0.1', port: 0 });
  process.once('disconnect', () => process.exit(0));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system, rssMb: process.memoryUsage.rss() / 2 ** 20 } satisfies Usage);
  });
  process.send?.(port);
}

async function inChild(): Promise<Server> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'], { execArgv: process.execArgv });
  const [port] = await once(child, 'message');
  return {
    port: Number(port),
    usage: async () => {
      const answer = once(child, 'message');
      child.send('usage');
      const [usage] = await answer;
      return { cpuUs: Number(usage.cpuUs), rssMb: Number(usage.rssMb) };
    },
    end: () => child.disconnect(),
  };
}

const messageOf = (path: string, body: string, type = 'application/json'): Buffer =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;

interface Row {
  readonly load: number;
  /** CPU of this process, which sends and reads, and of the service, as shares of one core. */
  readonly cores: { readonly generator: number; readonly service: number };
  readonly flow: Flow;
  readonly seconds: number;
  readonly rssMb: number;
}

/** Answers that came while somebody waited for them: what a queue gives out after the flood is none. */
const inTime = ({ accepted }: Flow): number => accepted.filter((ms) => ms <= 1000).length;

function tell(rows: readonly Row[], capacity: number): void {
  console.log(
    [
      'load',
      'asked/s',
      'in 1 s, /s',
      'of capacity',
      'refused',
      'p50 ms',
      'p99 ms',
      '503 p99 ms',
      'RSS MB',
      'CPU service',
      'generator',
    ]
      .map((title) => title.padStart(11))
      .join(' '),
  );
  for (const { load, flow, seconds, rssMb, cores } of rows) {
    const answered = inTime(flow) / seconds;
    const cells = [
      `${load} ×`,
      (flow.asked / seconds).toFixed(0),
      answered.toFixed(0),
      (answered / capacity).toFixed(2),
      `${((100 * flow.refused.length) / flow.asked).toFixed(2)} %`,
      at(flow.accepted, 0.5).toFixed(1),
      at(flow.accepted, 0.99).toFixed(1),
      at(flow.refused, 0.99).toFixed(1),
      rssMb.toFixed(0),
      cores.service.toFixed(2),
      cores.generator.toFixed(2),
    ];
    const failed = flow.failed > 0 ? `  ${flow.failed} without an answer` : '';
    console.log(cells.map((cell) => cell.padStart(11)).join(' ') + failed);
  }
}

/** What callers get answered who wait for their answers, and what a request costs the service. */
async function closedLoop(
  { closedLoop: run }: Generator,
  server: Server,
  body: string,
): Promise<{ perSecond: number; cpuUs: number }> {
  const cpuUs = async (): Promise<number> => (await server.usage()).cpuUs;
  if (run === null) return measure({ port: server.port, cpuUs, end: server.end }, body);
  const message = messageOf('/predict', body);
  await run(server.port, message, connections, 1);
  const [before, seconds] = [await cpuUs(), 4];
  const { accepted } = await run(server.port, message, connections, seconds);
  return { perSecond: accepted.length / seconds, cpuUs: ((await cpuUs()) - before) / accepted.length };
}

async function overload(
  generator: Generator,
  rows: number,
  loads: readonly number[],
  seconds: number,
): Promise<{ readonly rows: readonly Row[]; readonly capacity: number }> {
  const server = await inChild();
  const row = { ...fakeRow };
  const body = JSON.stringify({ features: rows === 1 ? row : Array.from({ length: rows }, () => row) });
  const cpuUs = async (): Promise<number> => (await server.usage()).cpuUs;
  const { perSecond, cpuUs: each } = await closedLoop(generator, server, body);
  console.log(
    `\nrequests of ${rows} ${rows === 1 ? 'row' : 'rows'}: capacity ${perSecond.toFixed(0)} requests/s, ${each.toFixed(0)} CPU µs each`,
  );
  const told: Row[] = [];
  for (const load of loads) {
    const [before, begun] = [await cpuUs(), performance.now()];
    const flow = await generator.openLoop(
      server.port,
      messageOf('/predict', body),
      load * perSecond,
      seconds,
    );
    const spentUs = 1000 * (performance.now() - begun);
    const { cpuUs: after, rssMb } = await server.usage();
    const cores = { generator: (1e6 * flow.cpuSeconds) / spentUs, service: (after - before) / spentUs };
    told.push({ load, flow, seconds, rssMb, cores });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  tell(told, perSecond);
  server.end();
  return { rows: told, capacity: perSecond };
}

interface Goal {
  readonly what: string;
  readonly value: string;
  readonly met: boolean;
}

/** The goals at .6 and 1 × capacity and beyond. */
function goalsOf(
  what: string,
  [below, atCapacity, beyond]: readonly Row[],
  capacity: number,
): readonly Goal[] {
  if (below === undefined || atCapacity === undefined || beyond === undefined) return [];
  const p99 = at(beyond.flow.accepted, 0.99) / at(atCapacity.flow.accepted, 0.99);
  const goodput = inTime(beyond.flow) / beyond.seconds / capacity;
  const refused = (100 * (below.flow.refused.length + below.flow.failed)) / below.flow.asked;
  return [
    {
      what: `${what}: accepted p99 at ${beyond.load} × against capacity (≤ 3)`,
      value: p99.toFixed(2),
      met: p99 <= 3,
    },
    { what: `${what}: goodput at ${beyond.load} × (≥ .8)`, value: goodput.toFixed(2), met: goodput >= 0.8 },
    { what: `${what}: refused at .6 × (< .1 %)`, value: `${refused.toFixed(2)} %`, met: refused < 0.1 },
  ];
}

/** At capacity the service has a core of its own, or nothing can be said of it. */
const starved = ([, atCapacity]: readonly Row[]): boolean => (atCapacity?.cores.service ?? 0) < 0.85;

const nineMb = 9_000_000;
const attacks: readonly (readonly [name: string, path: string, type: string, body: string])[] = [
  ['empty objects', '/predict', 'application/json', `[${'{},'.repeat(nineMb / 3)}{}]`],
  ['open lists', '/predict', 'application/json', '['.repeat(nineMb)],
  [
    'unknown keys',
    '/predict',
    'application/json',
    `{"features":{${Array.from({ length: 600_000 }, (_, i) => `"key${i}":1`).join(',')}}}`,
  ],
  ['commas', '/invocations', 'text/csv', ','.repeat(nineMb)],
];

/** The same bytes in chunks, whose length nobody declares. */
const chunked = (path: string, type: string, body: string): Buffer => {
  const size = 60_000;
  const chunks = [];
  for (let from = 0; from < body.length; from += size) {
    const part = body.slice(from, from + size);
    chunks.push(`${part.length.toString(16)}\r\n${part}\r\n`);
  }
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`,
  );
};

async function attack(): Promise<number> {
  const server = await inChild();
  const ask = messageOf('/predict', JSON.stringify({ features: fakeRow }));
  await openLoopHere(server.port, ask, 200, 2);
  let worst = 0;
  console.log('\na body of 9 MB, 200 requests/s of others meanwhile');
  for (const [name, path, type, body] of attacks)
    for (const [way, message] of [
      ['length', messageOf(path, body, type)],
      ['chunks', chunked(path, type, body)],
      // Below the limit of bytes: what is refused by what it holds.
      ['1 MiB', messageOf(path, body.slice(0, 2 ** 20), type)],
    ] as const) {
      const idle = await server.usage();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const before = await server.usage();
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      const status = await exchange(socket, message);
      const after = await server.usage();
      socket.destroy();
      const cpuMs = (after.cpuUs - before.cpuUs) / 1000;
      worst = Math.max(worst, cpuMs);
      const others = await Promise.all([
        openLoopHere(server.port, ask, 200, 1),
        exchange(
          connect(server.port, '127.0.0.1').on('error', () => undefined),
          message,
        ),
      ]);
      console.log(
        `${name.padEnd(14)} ${way}: ${status}, ${cpuMs.toFixed(1)} ms CPU, RSS ${(after.rssMb - idle.rssMb).toFixed(1).padStart(5)} MB; others p99 ${at(others[0].accepted, 0.99).toFixed(1)} ms, ${others[0].asked - others[0].accepted.length} not answered`,
      );
    }
  server.end();
  return worst;
}

if (process.argv[2] === 'serve') await serveHere();
else {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '4' },
      rows: { type: 'string', default: '100' },
      parts: { type: 'string', default: 'many,one,bodies' },
    },
  });
  const seconds = Number(values.seconds);
  const parts = values.parts.split(',');
  const generator = openGenerator();
  console.log(`requests come from a generator in ${generator.writtenIn}`);
  const runs: readonly (readonly [part: string, rows: number, loads: readonly number[]])[] = [
    ['many', Number(values.rows), [0.6, 1, 3]],
    ['one', 1, [0.6, 1, 1.3, 2]],
  ];
  const goals: Goal[] = [];
  let isStarved = false;
  for (const [part, rows, loads] of runs) {
    if (!parts.includes(part)) continue;
    const run = await overload(generator, rows, loads, seconds);
    goals.push(...goalsOf(rows === 1 ? 'one row' : `${rows} rows`, run.rows, run.capacity));
    isStarved ||= starved(run.rows);
  }
  const bodies = parts.includes('bodies') ? `; 9 MB cost at most ${(await attack()).toFixed(1)} ms CPU` : '';
  for (const { what, value, met } of goals) console.log(`${met ? '✔' : '✖'} ${what}: ${value}`);
  const missed = goals.filter(({ met }) => !met).length;
  console.log(
    `overload: ${goals.map(({ what, value }) => `${what} ${value}`).join(', ')}${bodies}; ${missed === 0 ? 'all goals met' : `${missed} goals missed`}${isStarved ? ' (the generator or another process took the CPU: say nothing by it)' : ''}`,
  );
}
