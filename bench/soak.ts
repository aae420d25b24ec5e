/**
 * A service under a bounded load for as long as asked: a model is trained on the fixture of customers, deployed by the
 * built command line (gateway and backend in processes of their own) and asked some rows a second over loopback; for
 * every tenth answer a label comes, and half-way the service is switched to another version. No request may fail, and
 * the memory of every process may not grow.
 *
 *   npx tsx bench/soak.ts [--minutes 30 | --seconds 10] [--rate 100]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { execa } from 'execa';
import { featuresOf } from '../scripts/demo/traffic.ts';
import { ask } from '../test/system/load.ts';

const callers = 8;
/** Memory may grow by so much between the first and the last third of what is looked at: heaps breathe. */
const breath = { share: 0.1, megabytes: 24 };
/** Of the whole time: what a process loads and compiles at first is no leak. */
const warmUp = 0.25;

const bin = fileURLToPath(new URL('../bin/aieng.js', import.meta.url));
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resident memory by process, MB: the supervisor, which is the gateway, and its children. */
function memoryOf(supervisor: number): ReadonlyMap<number, number> {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  const children = read(`/proc/${supervisor}/task/${supervisor}/children`).trim().split(/\s+/);
  const pids = [supervisor, ...children.filter((pid) => pid !== '').map(Number)];
  return new Map(
    pids.map((pid) => [pid, (Number(read(`/proc/${pid}/statm`).split(' ')[1]) * 4096) / 1e6] as const),
  );
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[values.length >> 1] ?? NaN;

/** What came of the load. */
interface Load {
  answered: number;
  /** Answers other than 200, or none at all (0). */
  readonly failed: Map<number, number>;
}

/** Callers that together send `rate` requests a second while `goesOn`, and a label for every tenth answer. */
async function load(
  url: string,
  rows: readonly object[],
  rate: number,
  goesOn: () => boolean,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const done: Load = { answered: 0, failed: new Map() };
  const count = (status: number): void => {
    done.answered += 1;
    if (status !== 200) done.failed.set(status, (done.failed.get(status) ?? 0) + 1);
  };
  const call = async (caller: number): Promise<void> => {
    for (let turn = caller; goesOn(); turn += callers) {
      const next = Date.now() + (1000 * callers) / rate;
      const body = JSON.stringify({ features: rows[turn % rows.length] });
      const { status, body: answer } = await ask(`${url}/predict`, { body, agent });
      count(status);
      if (status === 200 && turn % 10 === 0) {
        const label = JSON.stringify({ id: JSON.parse(answer).id, label: 'No' });
        count((await ask(`${url}/feedback`, { body: label, agent })).status);
      }
      await sleep(Math.max(0, next - Date.now()));
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  agent.destroy();
  return done;
}

/** Growth of memory of each process that was there in the first and in the last third, MB; and which grew too much. */
function judge(looks: readonly ReadonlyMap<number, number>[]): { told: string; tooMuch: boolean } {
  const settled = looks.slice(Math.floor(looks.length * warmUp));
  const third = Math.max(1, Math.floor(settled.length / 3));
  const at = (part: readonly ReadonlyMap<number, number>[], pid: number): number =>
    median(part.flatMap((look) => look.get(pid) ?? []));
  const figures = [...(settled.at(-1)?.keys() ?? [])].map((pid) => {
    const own = settled.filter((look) => look.has(pid));
    // A backend of the switch is younger: it is judged from its own first third on.
    const from = at(own.slice(0, third), pid);
    return { from, to: at(own.slice(-third), pid) };
  });
  return {
    told: figures.map(({ from, to }) => `${from.toFixed(0)} → ${to.toFixed(0)} MB`).join(', '),
    tooMuch: figures.some(({ from, to }) => !(to <= from * (1 + breath.share) + breath.megabytes)),
  };
}

async function main(seconds: number, rate: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'aieng-soak-'));
  const aieng = (...args: readonly string[]) => execa(process.execPath, [bin, ...args], { cwd: folder });
  const port = await freePort();
  const pipeline = (epochs: number): string => `source: data/customers.csv
label: { column: churn, task: binary, positive: 'Yes' }
model: { family: mlp, mlp: { hidden: [32], epochs: ${epochs}, batch_size: 128 } }
evaluation: { bootstrap: 200, gates: [] }
deploy: { port: ${port} }
`;
  mkdirSync(join(folder, 'pipelines'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'pipelines', 'churn.yaml'), pipeline(3));
  const [header = '', ...lines] = readFileSync(fixture('telco-churn.csv'), 'utf8').trimEnd().split('\n');
  writeFileSync(join(folder, 'data', 'customers.csv'), `${[header, ...lines.slice(0, 2000)].join('\n')}\n`);
  try {
    await aieng('run');
    await aieng('deploy');
    const { stdout } = await aieng('status', '--json');
    const { url, pid } = JSON.parse(stdout).result.deployments[0].status;
    const traffic = parse<Record<string, string>>([header, ...lines.slice(2000, 3000)].join('\n'), {
      columns: true,
    });
    const rows = traffic.map((row) => featuresOf(row));
    const started = Date.now();
    let switched = false;
    const looks: ReadonlyMap<number, number>[] = [];
    const watching = setInterval(() => looks.push(memoryOf(pid)), Math.min(1000, 20 * seconds));
    const switching = sleep(500 * seconds)
      .then(async () => {
        writeFileSync(join(folder, 'pipelines', 'churn.yaml'), pipeline(4));
        await aieng('run');
        await aieng('deploy');
      })
      .finally(() => (switched = true));
    const goesOn = (): boolean => !switched || Date.now() < started + 1000 * seconds;
    const [done] = await Promise.all([load(url, rows, rate, goesOn), switching]);
    const took = ((Date.now() - started) / 1000).toFixed(0);
    clearInterval(watching);
    const { told, tooMuch } = judge(looks);
    const failed = [...done.failed.values()].reduce((sum, count) => sum + count, 0);
    console.log(
      `soak: ${done.answered} requests in ${took} s, over a switch, ${failed} failed${failed === 0 ? '' : ` (${[...done.failed].map(([status, count]) => `${count} × ${status}`).join(', ')})`}; memory of the gateway and its backend ${told}${tooMuch ? ', which grows' : ''}`,
    );
    return failed === 0 && !tooMuch;
  } finally {
    await aieng('destroy', 'churn').catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string' }, seconds: { type: 'string' }, rate: { type: 'string' } },
});
const seconds = flags.seconds === undefined ? 60 * Number(flags.minutes ?? 30) : Number(flags.seconds);
process.exitCode = (await main(seconds, Number(flags.rate ?? 100))) ? 0 : 1;
