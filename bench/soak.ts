/**
 * A service on two workers under a bounded load for as long as asked: a model is trained on the fixture of customers,
 * deployed by the built command line and asked some rows a second over loopback, with labels for some answers; `monitor`
 * looks every ten seconds, other customers come twice and `retrain` promotes and deploys a model for them, and between
 * the two the version before is deployed by hand. No request may fail; memory, descriptors and p99 may not grow.
 *
 *   npx tsx bench/soak.ts [--minutes 10 | --seconds 10] [--rate 100]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { featuresOf } from '../scripts/demo/traffic.ts';
import { ask } from '../test/system/load.ts';
import { customers, KillsProject } from './killsProject.ts';

const callers = 8;
/** Memory may grow by so much between the first and the last third of what is looked at: heaps breathe. */
const breath = { share: 0.1, megabytes: 24 };
/** A process that was there for fewer looks is not judged: it still loads and compiles. */
const fewLooks = 60;
/** In a shorter run p99 is told and not judged: it is that of a machine that trains beside it. */
const judgesP99FromSeconds = 120;
/** Of the whole time: what a process loads and compiles at first is no leak. */
const warmUp = 0.25;

/** What a process holds. */
interface Holding {
  readonly megabytes: number;
  readonly descriptors: number;
}
type Look = ReadonlyMap<number, Holding>;

/** By process: the supervisor and its children. */
function lookAt(supervisor: number): Look {
  const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8')
    .trim()
    .split(/\s+/);
  const pids = [supervisor, ...children.filter((pid) => pid !== '').map(Number)];
  return new Map(
    pids.flatMap((pid) => {
      try {
        const megabytes = (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1e6;
        return [[pid, { megabytes, descriptors: readdirSync(`/proc/${pid}/fd`).length }] as const];
      } catch {
        // It ended between the look and this one.
        return [];
      }
    }),
  );
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[values.length >> 1] ?? NaN;

/** What came of the load. */
interface Load {
  answered: number;
  /** Answers other than 200, or none at all (0). */
  readonly failed: Map<number, number>;
  /** How long each took, ms, as they came. */
  readonly latenciesMs: number[];
}

/** Callers that together send `rate` requests a second while `goesOn`, and a label for every fiftieth answer. */
async function load(
  url: string,
  rows: (typeof customers)['known'],
  rate: number,
  goesOn: () => boolean,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const done: Load = { answered: 0, failed: new Map(), latenciesMs: [] };
  const count = (status: number): void => {
    done.answered += 1;
    if (status !== 200) done.failed.set(status, (done.failed.get(status) ?? 0) + 1);
  };
  const call = async (caller: number): Promise<void> => {
    for (let turn = caller; goesOn(); turn += callers) {
      const next = Date.now() + (1000 * callers) / rate;
      const row = rows[turn % rows.length] ?? {};
      const begun = performance.now();
      const { status, body: answer } = await ask(`${url}/predict`, {
        body: JSON.stringify({ features: featuresOf(row) }),
        agent,
      });
      done.latenciesMs.push(performance.now() - begun);
      count(status);
      if (status === 200 && turn % 50 === 0) {
        const label = JSON.stringify({ id: JSON.parse(answer).id, label: row['churn'] });
        count((await ask(`${url}/feedback`, { body: label, agent })).status);
      }
      await sleep(Math.max(0, next - Date.now()));
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  agent.destroy();
  return done;
}

/** Whether a figure of processes grows from the first third of what was looked at to the last, and how. */
function growth(
  looks: readonly Look[],
  figureOf: (holding: Holding) => number,
  mayGrowTo: (from: number) => number,
  unit = '',
): { told: string; tooMuch: boolean } {
  const settled = looks.slice(Math.floor(looks.length * warmUp));
  const figures = [...(settled.at(-1)?.keys() ?? [])].flatMap((pid) => {
    // A worker of the last switch is younger: it is judged from its own first third on.
    const own = settled.flatMap((look) => look.get(pid) ?? []).map(figureOf);
    const third = Math.max(1, Math.floor(own.length / 3));
    const figure = { from: median(own.slice(0, third)), to: median(own.slice(-third)) };
    return own.length < fewLooks ? [] : [figure];
  });
  return {
    told:
      figures.length === 0
        ? 'looked at too seldom to be judged'
        : `${figures.map(({ from, to }) => `${from.toFixed(0)} → ${to.toFixed(0)}`).join(', ')}${unit}`,
    tooMuch: figures.some(({ from, to }) => !(to <= mayGrowTo(from))),
  };
}

const p99 = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(0.99 * (values.length - 1))] ?? NaN;

/** What happens to the service meanwhile; `share` is of the whole time. Gives what went otherwise than it should. */
async function life(project: KillsProject, seconds: number): Promise<readonly string[]> {
  const begun = Date.now();
  const until = (share: number): Promise<void> =>
    sleep(Math.max(0, begun + 1000 * share * seconds - Date.now()));
  const wrong: string[] = [];
  const retrains = async (rows: (typeof customers)['others']): Promise<void> => {
    for (let from = 0; from < rows.length; from += 800) await project.live(rows.slice(from, from + 800));
    const { json, stderr } = await project.aieng('retrain', '--force');
    if (json?.decision !== 'promoted-and-deployed')
      wrong.push(`retrain: ${json?.decision} ${json?.result?.because ?? stderr.slice(-300)}`);
  };
  await until(0.2);
  // Others have come since it was trained.
  await retrains([]);
  await until(0.5);
  // Back by hand to the model that knows none of them, and more of them come.
  await project.must('deploy', 'churn@1');
  await until(0.7);
  await retrains(customers.others.slice(700, 1500));
  return wrong;
}

async function monitors(project: KillsProject, goesOn: () => boolean): Promise<number> {
  let looks = 0;
  for (let next = Date.now(); goesOn(); next += 10_000) {
    const { exitCode, stderr } = await project.aieng('monitor');
    if (exitCode !== 0 && exitCode !== 5) throw new Error(`monitor: exit ${exitCode} ${stderr.slice(-500)}`);
    looks += 1;
    while (goesOn() && Date.now() < next + 10_000) await sleep(100);
  }
  return looks;
}

async function main(seconds: number, rate: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'aieng-soak-'));
  let project: KillsProject | undefined;
  try {
    project = await KillsProject.create(folder);
    await project.must('deploy', 'churn');
    const { pid } = (await project.must('status')).json.result.deployments[0].status;
    const started = Date.now();
    let isOver = false;
    const looks: Look[] = [];
    const watching = setInterval(() => looks.push(lookAt(pid)), Math.min(1000, 20 * seconds));
    const living = life(project, seconds).finally(() => (isOver = true));
    const goesOn = (): boolean => !isOver || Date.now() < started + 1000 * seconds;
    const [done, wrong, monitored] = await Promise.all([
      load(project.url, customers.known, rate, goesOn),
      living,
      monitors(project, goesOn),
    ]).finally(() => clearInterval(watching));
    const took = ((Date.now() - started) / 1000).toFixed(0);
    const memory = growth(
      looks,
      ({ megabytes }) => megabytes,
      (from) => from * (1 + breath.share) + breath.megabytes,
      ' MB',
    );
    const descriptors = growth(
      looks,
      (holding) => holding.descriptors,
      (from) => from + 20,
    );
    const third = Math.floor(done.latenciesMs.length / 3);
    const [first, last] = [p99(done.latenciesMs.slice(0, third)), p99(done.latenciesMs.slice(-third))];
    const failed = [...done.failed].map(([status, count]) => `${count} × ${status}`).join(', ');
    for (const fault of wrong) console.log(`WRONG ${fault}`);
    console.log(
      `soak: ${done.answered} requests in ${took} s, ${monitored} looks of monitor, 2 retrainings that are to promote, a switch by hand; ${failed === '' ? 'none' : failed} failed; memory of supervisor and workers ${memory.told}${memory.tooMuch ? ', which grows' : ''}, descriptors ${descriptors.told}${descriptors.tooMuch ? ', which grow' : ''}; p99 ${first.toFixed(1)} → ${last.toFixed(1)} ms${wrong.length === 0 ? '' : `; ${wrong.length} WRONG`}`,
    );
    const isSlower = seconds >= judgesP99FromSeconds && !(last <= 3 * first);
    return failed === '' && !memory.tooMuch && !descriptors.tooMuch && wrong.length === 0 && !isSlower;
  } finally {
    await project?.aieng('destroy', 'churn').catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string' }, seconds: { type: 'string' }, rate: { type: 'string' } },
});
const seconds = flags.seconds === undefined ? 60 * Number(flags.minutes ?? 10) : Number(flags.seconds);
process.exitCode = (await main(seconds, Number(flags.rate ?? 100))) ? 0 : 1;
