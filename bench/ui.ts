// A store with 10,000 runs, made by tracking's own writers, and how long its pages take: the first, the same again while
// the runs are read behind it, the list, and what is drawn of it. Wall time and CPU time of the process that serves.
//   npm run bench -- ui [--runs=10000] [--store=/a/folder/that/is/kept]
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sha256 } from '../src/digest.ts';
import type { Context } from '../src/project/context.ts';
import { openContext } from '../src/project/workspace.ts';
import { createRandom } from '../src/random.ts';
import { writeRun } from '../src/tracking/runs/runs.ts';
import type { StageRecord } from '../src/tracking/stages.ts';
import { stageKinds, writeStage } from '../src/tracking/stages.ts';
import { ui } from '../src/verbs/ui/ui.ts';

const { values: given } = parseArgs({ options: { runs: { type: 'string' }, store: { type: 'string' } } });
const runs = Number(given.runs ?? 10_000);
const root = given.store ?? mkdtempSync(path.join(tmpdir(), 'aieng-bench-ui-'));
const pipelines = ['churn', 'price', 'demand', 'fraud'];

const random = createRandom('bench/ui');
const sampleOutput = JSON.stringify(stageKinds.train.sample.output);

/** What a training gave, as the sample of its kind with its own figures and a history of forty epochs. */
function trained(runId: string, at: number, leaves: number): StageRecord {
  const history = Array.from({ length: 40 }, (_, epoch) => ({
    epoch: epoch + 1,
    loss: 1 / (epoch + 1) + random.next() / 50,
    validation: 1 / (epoch + 1) + random.next() / 20,
  }));
  const value = 0.4 + random.next() / 10;
  const output = JSON.parse(sampleOutput) as {
    model: { history: unknown };
    metrics: { test: Record<string, number> };
    evaluation: { intervals: Record<string, unknown> };
  };
  output.model.history = history;
  output.metrics.test = { rmse: value };
  output.evaluation.intervals = { rmse: { value, low: value - 0.02, high: value + 0.02 } };
  return {
    ...stageKinds.train.sample,
    key: sha256(`train ${runId}`),
    parts: { code: sha256('code'), 'pipeline model': { gbdt: { leaves, rate: random.next() } } },
    runId,
    at,
    output: JSON.parse(JSON.stringify(output)) as StageRecord['output'],
  };
}

async function writeOne(context: Context, pipeline: string): Promise<void> {
  const runId = context.environment.newId();
  const startedAt = context.environment.now();
  const leaves = 15 + random.integer(48);
  const record = trained(runId, startedAt, leaves);
  await writeStage(context, pipeline, record);
  await writeRun(context, {
    runId,
    command: 'run',
    pipeline,
    startedAt,
    outcome: 'ok',
    stages: [{ name: 'train', state: 'ran', reason: 'model.gbdt.leaves changed', durationMs: 400 }],
    records: { train: { digest: record.digest, key: record.key } },
    set: [{ key: 'model.gbdt.leaves', value: leaves, instead: 31 }],
    facts: { rows: 7043 },
  });
  // One model in ten got a version.
  if (random.integer(10) === 0) await context.store.claimVersion(pipeline, sha256(`bundle ${runId}`));
}

/** The runs, each pipeline's one after the other, as they are made. */
async function generate(context: Context): Promise<void> {
  await Promise.all(
    pipelines.map(async (pipeline, place) => {
      for (let at = place; at < runs; at += pipelines.length) await writeOne(context, pipeline);
    }),
  );
}

interface Served {
  readonly get: (page: string) => Promise<number>;
  readonly end: () => Promise<void>;
}

async function serve(context: Context): Promise<Served> {
  const ended = new AbortController();
  let done: Promise<unknown> = Promise.resolve();
  const address = await new Promise<string>((resolve, reject) => {
    done = ui(
      { ...context, signal: ended.signal },
      { host: '127.0.0.1', port: 0, write: false, onAddress: (url, first) => first && resolve(url) },
    );
    done.catch(reject);
  });
  const entered = await fetch(address, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    get: async (page) => {
      const answer = await fetch(new URL(page, address), { headers: { cookie } });
      if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
      return (await answer.text()).length;
    },
    end: async () => {
      ended.abort();
      await done;
    },
  };
}

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const [cpu, at] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const ms = (value: number): string => value.toFixed(0).padStart(6);
  console.log(
    `${name.padEnd(44)} ${ms(performance.now() - at)} ms wall ${ms((user + system) / 1000)} ms CPU`,
  );
}

const isKept = given.store !== undefined && existsSync(path.join(root, 'pipelines'));
mkdirSync(path.join(root, 'pipelines'), { recursive: true });
for (const name of pipelines)
  writeFileSync(
    path.join(root, 'pipelines', `${name}.yaml`),
    'source: data.csv\nlabel: { column: y, task: regression }\n',
  );
const context = await openContext({ cwd: root });
if (!isKept) await timed(`${runs} runs written`, () => generate(context));

const served = await serve(await openContext({ cwd: root }));
await timed('/, the first page', () => served.get('/'));
await timed('/ again', () => served.get('/'));
await timed('/runs, asked for first', () => served.get('/runs'));
await timed('/ while the runs are read', () => served.get('/'));
await timed('/ while the runs are read, again', () => served.get('/'));
await timed('nobody asks for 12 s', () => sleep(12_000));
await timed('/ after 12 s', () => served.get('/'));
await timed('/runs', () => served.get('/runs'));
await timed('/runs?text=nothing', () => served.get('/runs?text=nothing'));
await timed('/runs/draw', () => served.get('/runs/draw'));
await timed('/lineage', () => served.get('/lineage'));
await served.end();
if (given.store === undefined) rmSync(root, { recursive: true, force: true });
