/** Whom `bench/kills.ts` kills, and what has to be afterwards. */
import { utimesSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openContext } from '../src/project/workspace.ts';
import { readLog } from '../src/serving/index.ts';
import { ask } from '../test/system/load.ts';
import { oneRow } from './killsProject.ts';
import type { KillsProject, Running } from './killsProject.ts';

interface RowOptions {
  readonly project: KillsProject;
  /** Where the project is as it was made. */
  readonly copy: string;
  readonly random: () => number;
  readonly times: number;
}
export type Row = (options: RowOptions) => Promise<{ figures: string; wrong: readonly string[] }>;

/** A log without `deploy.durable` may lack what was answered so shortly before a kill: its flush, on a busy machine. */
const tailMs = 2000;

/** Waits until something is so; false when it is not within half a minute. */
export async function within(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  const until = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > until) return false;
    await pause(50);
  }
  return true;
}

const versionOf = ({ body }: { body: string }): number | null => {
  try {
    return JSON.parse(body).model.version;
  } catch {
    return null;
  }
};

/** What answers now. */
export const answering = async ({ url }: KillsProject): Promise<number | null> =>
  versionOf(await ask(`${url}/predict`, { body: oneRow }));

/** All that has to be so when nothing is under way: named where it is not. */
export async function unwell(project: KillsProject): Promise<readonly string[]> {
  const wrong: string[] = [];
  const status = await project.aieng('status');
  const deployment = status.json?.result?.deployments?.[0];
  if (status.exitCode !== 0 || deployment?.status.state !== 'running')
    return [`status: exit ${status.exitCode}, ${JSON.stringify(deployment?.status)} ${status.stderr}`];
  const answers = await answering(project);
  const said = deployment.history.at(-1)?.version;
  if (answers === null || answers !== deployment.status.version || answers !== said)
    wrong.push(`version ${answers} answers, ${deployment.status.version} is said to, history says ${said}`);
  const doctor = await project.aieng('doctor');
  if (doctor.exitCode !== 0) wrong.push(`doctor: exit ${doctor.exitCode} ${doctor.stderr.slice(-600)}`);
  const strangers = project.processes().length - 3;
  if (!(await within(() => project.processes().length === 3)))
    wrong.push(
      `${strangers} processes too many: ${project
        .processes()
        .map(({ command }) => command.slice(-160))
        .join(' | ')}`,
    );
  return wrong;
}

/** Whether a command that sweeps leaves anything half-written. */
async function litter(project: KillsProject): Promise<readonly string[]> {
  const gc = await project.aieng('gc');
  const left = project.unfinished();
  return [
    ...(gc.exitCode === 0 ? [] : [`gc: exit ${gc.exitCode} ${gc.stderr.slice(-300)}`]),
    ...(left.length === 0 ? [] : [`left half-written: ${left.slice(0, 3).join(', ')}`]),
  ];
}

/** The words after which a retraining only promotes and deploys. */
const promotionBegins = 'refitted on';

/** How long a command takes from these words on. */
async function spanOf(running: Running, words: string): Promise<number> {
  if (!(await running.says(words))) throw new Error(`never said "${words}":\n${running.stderr()}`);
  const begun = performance.now();
  const code = await running.ended;
  if (code !== 0) throw new Error(`exit ${code}\n${running.stderr()}`);
  return performance.now() - begun;
}

export const killRetrain: Row = async ({ project, copy, random, times }) => {
  const wrong: string[] = [];
  let span = 0;
  const after = { before: 0, new: 0, late: 0 };
  for (let time = 0; time <= times; time += 1) {
    await project.aieng('stop', 'churn');
    project.restore(copy);
    await project.must('deploy', 'churn');
    const running = project.start('retrain');
    if (time === 0) {
      span = await spanOf(running, promotionBegins);
      continue;
    }
    await running.says(promotionBegins);
    const at = random() * span;
    await pause(at);
    running.kill();
    if ((await running.ended) !== null) after.late += 1;
    const found: string[] = [];
    const alive = await answering(project);
    if (alive === 2) after.new += 1;
    else if (alive === 1) after.before += 1;
    else found.push(`version ${alive} answers after the kill`);
    const next = await project.aieng('retrain');
    if (next.exitCode !== 0) found.push(`the next retrain: exit ${next.exitCode} ${next.stderr.slice(-600)}`);
    found.push(...(await unwell(project)));
    if (((await answering(project)) ?? 0) < 2)
      found.push(`the next retrain did not promote: ${next.json?.decision}`);
    found.push(...(await litter(project)));
    wrong.push(
      ...found.map((fault) => `retrain, killed ${at.toFixed(0)} ms after "${promotionBegins}": ${fault}`),
    );
  }
  return {
    figures: `${times} kills within ${span.toFixed(0)} ms of promotion and deployment (${after.late} after its end): ${after.before} × the old version, ${after.new} × the new`,
    wrong,
  };
};

interface Answers {
  readonly ids: Map<string, number>;
  readonly statuses: Map<string, number>;
  readonly stop: () => Promise<void>;
}

/** Callers that go on whatever happens, and remember every answer with its time. */
function callers(project: KillsProject, count: number): Answers {
  const ids = new Map<string, number>();
  const statuses = new Map<string, number>();
  let goesOn = true;
  const call = async (): Promise<void> => {
    while (goesOn) {
      const { status, body } = await ask(`${project.url}/predict`, { body: oneRow });
      const word = status === 0 ? (body.includes('ECONNREFUSED') ? 'refused' : 'cut off') : String(status);
      statuses.set(word, (statuses.get(word) ?? 0) + 1);
      if (status === 200) ids.set(JSON.parse(body).id, Date.now());
      else await pause(20);
    }
  };
  const all = Promise.all(Array.from({ length: count }, call));
  return {
    ids,
    statuses,
    stop: async () => {
      goesOn = false;
      await all;
    },
  };
}

/** Answers that the log lacks; those from before the tail of a kill are faults. */
async function lost(
  project: KillsProject,
  { ids }: Answers,
  kills: readonly number[],
): Promise<{ count: number; wrong: readonly string[] }> {
  await project.aieng('stop', 'churn');
  const { predictions } = await readLog(join(project.folder, '.aieng', 'logs', 'churn'));
  const logged = new Set(predictions.map(({ id }) => id));
  const lacking = [...ids].filter(([id]) => !logged.has(id));
  const early = lacking.filter(([, at]) => !kills.some((kill) => at <= kill + tailMs && at >= kill - tailMs));
  return {
    count: lacking.length,
    wrong: early.length === 0 ? [] : [`the log lacks ${early.length} answers from long before a kill`],
  };
}

/** The port takes connections: nobody is refused, whoever was killed. */
const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** The processes of the service. */
export async function pidsOf(
  project: KillsProject,
): Promise<{ supervisor: number; workers: readonly number[] }> {
  const { json } = await project.must('status');
  const supervisor: number = json.result.deployments[0].status.pid;
  const workers = project.processes().flatMap(({ pid }) => (pid === supervisor ? [] : [pid]));
  return { supervisor, workers };
}

export const killSupervisor: Row = async ({ project, copy, random, times }) => {
  const wrong: string[] = [];
  await project.aieng('stop', 'churn');
  project.restore(copy);
  await project.must('deploy', 'churn');
  await project.must('retrain', '--no-deploy');
  const begun = performance.now();
  await project.must('deploy', 'churn@2');
  const span = performance.now() - begun;
  const load = callers(project, 2);
  const kills: number[] = [];
  let inSwitch = 0;
  for (let time = 0; time < times; time += 1) {
    const { supervisor } = await pidsOf(project);
    const found: string[] = [];
    const isSwitch = time % 2 === 1;
    const running = isSwitch ? project.start('deploy', `churn@${1 + (time % 4 === 1 ? 0 : 1)}`) : null;
    await pause(random() * (isSwitch ? span : 500));
    kills.push(Date.now());
    process.kill(supervisor, 'SIGKILL');
    const code = await running?.ended;
    if (running !== null && code !== 0) inSwitch += 1;
    if (code === null || (code ?? 0) > 8) found.push(`deploy ended with ${code}: ${running?.stderr()}`);
    if (running === null || code !== 0) {
      if (!(await within(() => project.processes().length === 0)))
        found.push(
          `left: ${project
            .processes()
            .map(({ command }) => command)
            .join(' | ')}`,
        );
      const status = await project.aieng('status');
      if (status.exitCode !== 5) found.push(`status of a dead service: exit ${status.exitCode}`);
    }
    const next = await project.aieng('deploy', 'churn');
    if (next.exitCode !== 0) found.push(`the next deploy: exit ${next.exitCode} ${next.stderr.slice(-600)}`);
    found.push(...(await unwell(project)));
    wrong.push(
      ...found.map((fault) => `supervisor, kill ${time + 1}${isSwitch ? ' in a switch' : ''}: ${fault}`),
    );
  }
  await load.stop();
  const gone = await lost(project, load, kills);
  wrong.push(...gone.wrong, ...(await litter(project)));
  return {
    figures: `${times} kills, ${inSwitch} of them ended a deployment under way: ${load.ids.size} answers, ${gone.count} of them not in the log`,
    wrong,
  };
};

export const killWorkers: Row = async ({ project, copy, random, times }) => {
  const wrong: string[] = [];
  await project.aieng('stop', 'churn');
  project.restore(copy);
  await project.must('deploy', 'churn');
  const load = callers(project, 4);
  const kills: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const { workers } = await pidsOf(project);
    await pause(random() * 300);
    const victim = workers[Math.floor(random() * workers.length)];
    if (victim === undefined) throw new Error('there are no workers');
    kills.push(Date.now());
    process.kill(victim, 'SIGKILL');
    if (!(await isOpen(project.port))) wrong.push(`kill ${time + 1}: the port is closed`);
    const isBack = await within(async () => {
      const now = await pidsOf(project);
      return now.workers.length === 2 && !now.workers.includes(victim);
    });
    if (!isBack) wrong.push(`kill ${time + 1}: no other worker came`);
  }
  await load.stop();
  wrong.push(...(await unwell(project)));
  if ((load.statuses.get('refused') ?? 0) > 0) wrong.push(`${load.statuses.get('refused')} were refused`);
  const gone = await lost(project, load, kills);
  wrong.push(...gone.wrong, ...(await litter(project)));
  const told = [...load.statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  return { figures: `${times} kills: ${told}; ${gone.count} answers not in the log`, wrong };
};

/** Objects that nothing refers to, so old that they are waste. */
async function litterObjects(project: KillsProject, count: number, word: string): Promise<void> {
  const context = await openContext({
    cwd: project.folder,
    variables: {},
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  for (let at = 0; at < count; at += 1) {
    const digest = await context.store.put(`${word} ${at}`);
    utimesSync(join(project.folder, '.aieng', 'objects', digest.slice(0, 2), digest), 1000, 1000);
  }
}

export const killGc: Row = async ({ project, copy, random, times }) => {
  const wrong: string[] = [];
  await project.aieng('stop', 'churn');
  project.restore(copy);
  await project.must('deploy', 'churn');
  await litterObjects(project, 300, 'first');
  const begun = performance.now();
  const first = await project.must('gc');
  const span = performance.now() - begun;
  if (first.json.result.removed.length === 0) wrong.push('gc removed nothing');
  let late = 0;
  for (let time = 0; time < times; time += 1) {
    await litterObjects(project, 300, `time ${time}`);
    const running = project.start('gc');
    await pause(random() * span);
    running.kill();
    if ((await running.ended) !== null) late += 1;
    const found = [...(await unwell(project)), ...(await litter(project))];
    const predicted = await project.aieng('predict', 'churn@1', 'data/customers.csv', '-o', 'answers.csv');
    if (predicted.exitCode !== 0) found.push(`predict: exit ${predicted.exitCode} ${predicted.stderr}`);
    wrong.push(...found.map((fault) => `gc, kill ${time + 1}: ${fault}`));
  }
  await project.aieng('stop', 'churn');
  return { figures: `${times} kills within ${span.toFixed(0)} ms (${late} after its end)`, wrong };
};
