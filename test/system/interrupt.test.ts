import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, schemaErrors } from '../cli/support.ts';
import type { Parsed } from '../cli/support.ts';
import { expectSoundStore, storeOf } from '../cli/refusals.ts';
import { readLog } from '../../src/serving/index.ts';
import { churnPipeline, createChurnProject, trainedRows } from './churnProject.ts';
import { createProject, someRows } from './project.ts';
import type { Project } from './project.ts';

/** Sends a command its signal at the moment at which it says something: no test waits for a time. */
const hook = fileURLToPath(new URL('./signalWhenSaid.mjs', import.meta.url));
const stages = ['ingest', 'validate', 'featurize', 'train', 'package'] as const;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(project: Project, env: Record<string, string>, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', hook, bin, ...args], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const [stdout, stderr, how] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { ...how, stdout, stderr };
}

const sound = (project: Project): Promise<void> => expectSoundStore({ cwd: project.folder });

/** Ctrl-C when the command says these words: exit 130 in words and in JSON, and a store that is whole. */
async function interrupted(project: Project, words: string, ...args: string[]): Promise<Ended> {
  const ended = await run(project, { SIGNAL_WHEN_SAID: `SIGINT ${words}` }, ...args, '--verbose', '--json');
  expect(ended.stderr).toContain(words);
  expect([args, ended.code, ended.signal]).toEqual([args, 130, null]);
  expect(ended.stderr).toContain('Stopping. (Ctrl-C again stops at once.)');
  expect(ended.stderr).toContain('error: Interrupted before it was done. Nothing half-written was kept.');
  expect(ended.stderr).toMatch(/^hint: {2}Run the same command again/m);
  expect(ended.stderr).not.toMatch(/^\s+at .*[:(]/m);
  const json: Parsed = JSON.parse(ended.stdout);
  expect(schemaErrors(args[0]!, json)).toEqual([]);
  expect(json).toMatchObject({ ok: false, exitCode: 130, error: { code: 'interrupted' } });
  await sound(project);
  return ended;
}

/** kill -9 when the command says these words: a store that is whole, also then. */
async function killed(project: Project, words: string, ...args: string[]): Promise<void> {
  const ended = await run(project, { SIGNAL_WHEN_SAID: `SIGKILL ${words}` }, ...args, '--verbose');
  expect([words, args, ended.signal]).toEqual([words, args, 'SIGKILL']);
  await sound(project);
}

const stateOf = (json: Parsed, stage: string): string =>
  json.stages.find(({ name }: { name: string }) => name === stage).state;

describe('Ctrl-C in a stage', () => {
  it.each([['SIGINT'], ['SIGKILL']])(
    '%s at the start of each: the same command then does it',
    async (signal) => {
      const project = await createChurnProject();
      for (const stage of stages) {
        if (signal === 'SIGINT') await interrupted(project, `${stage} starts`, stage);
        else await killed(project, `${stage} starts`, stage);
        // Whoever was killed holds no lock any more.
        const { json } = await project.must(stage, '--wait', '0', '--json');
        expect(json.stages.at(-1).name).toBe(stage);
        await sound(project);
      }
      const { json } = await project.must('run', '--json');
      expect(json).toMatchObject({ version: 1 });
      expect(json.stages.map(({ state }: Parsed) => state)).toEqual(stages.map(() => 'cached'));
    },
  );

  it('in the middle of reading and of training: nothing of it is kept, what was before stays', async () => {
    const project = await createChurnProject();
    await interrupted(project, 'rows read', 'run');
    await interrupted(project, 'train 3/', 'run');
    const store = await storeOf({ cwd: project.folder });
    expect(await store.recordIds('stage-train')).toEqual([]);
    const { json } = await project.must('run', '--json');
    expect([stateOf(json, 'ingest'), stateOf(json, 'featurize'), stateOf(json, 'train')]).toEqual([
      'cached',
      'cached',
      'ran',
    ]);
  });

  it('between two stages: nothing follows, and the next run goes on from there', async () => {
    const project = await createChurnProject();
    const ended = await interrupted(project, '✔ featurize', 'run');
    expect(ended.stderr).not.toContain('train starts');
    const { json } = await project.must('run', '--json');
    expect([stateOf(json, 'featurize'), stateOf(json, 'train')]).toEqual(['cached', 'ran']);
  });
});

describe('Ctrl-C in init', () => {
  it.each(['rows looked at', 'rows tried'])('at "%s": nothing is written; then all of it', async (words) => {
    const project = createProject({ 'customers.csv': someRows('telco-churn.csv', 0, 500) });
    const init = ['init', '--from', 'customers.csv', '--label', 'churn'];
    const ended = await run(project, { SIGNAL_WHEN_SAID: `SIGINT ${words}` }, ...init, '--verbose', '--json');
    expect([ended.code, JSON.parse(ended.stdout).error.code]).toEqual([130, 'interrupted']);
    expect(readdirSync(project.folder)).toEqual(['customers.csv']);
    await project.must(...init);
    expect(existsSync(join(project.folder, 'pipelines', 'customers.yaml'))).toBe(true);
  });
});

describe('Ctrl-C at a question of init', () => {
  it('on a terminal: nothing is written, and the terminal is as it was', async () => {
    const project = createProject({ 'customers.csv': someRows('telco-churn.csv', 0, 500) });
    const command = [process.execPath, '--import', hook, bin, 'init', '--from', 'customers.csv'];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    // `script` is the terminal: what is typed comes from here, and nothing is.
    const child = spawn('script', ['-qec', `${quoted}; echo "exit $?"; stty -a`, '/dev/null'], {
      cwd: project.folder,
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', SIGNAL_WHEN_SAID: 'SIGINT Name or number' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = await text(child.stdout);
    expect(said).toContain('Which column of customers.csv is to be predicted? (--label)');
    expect(said).toMatch(
      /Name or number: \r\nStopping\.[\s\S]*Interrupted before it was done[\s\S]*exit 130/,
    );
    expect(said).toMatch(/[^-]icanon[\s\S]*[^-]echo /);
    expect(readdirSync(project.folder)).toEqual(['customers.csv']);
  });
});

describe('kill -9 at any moment', () => {
  it('a run that is killed again and again gets done, and the store is whole each time', async () => {
    const project = await createChurnProject();
    const ends: (string | number | null)[] = [];
    for (let attempt = 0; ends.at(-1) !== 0; attempt += 1) {
      expect(attempt).toBeLessThan(40);
      // The second step that makes something last is the first after the lock.
      const ended = await run(
        project,
        { KILL_AT_STEP: `${4 + (attempt % 3)}` },
        'run',
        '--wait',
        '0',
        '--json',
      );
      ends.push(ended.signal ?? ended.code);
      expect(['SIGKILL', 0], ended.stderr).toContain(ends.at(-1));
      await sound(project);
    }
    expect(ends.length).toBeGreaterThan(5);
    const untouched = await (await createChurnProject()).must('run', '--json');
    const again = await project.must('run', '--json');
    expect([again.json.version, again.json.bundle]).toEqual([1, untouched.json.bundle]);
  });
});

describe('Ctrl-C after the model is made', () => {
  let project: Awaited<ReturnType<typeof createChurnProject>>;

  beforeAll(async () => {
    project = await createChurnProject();
    await project.must('run');
    project.write('in.csv', someRows('telco-churn.csv', trainedRows, trainedRows + 400));
  });
  afterAll(async () => {
    await project.aieng('stop', 'churn');
  });

  const logged = async (): Promise<number> =>
    (await readLog(join(project.folder, '.aieng', 'logs', 'churn'))).predictions.length;

  it.each([['SIGINT'], ['SIGKILL']])('predict (%s): no answers, no log; then all of both', async (signal) => {
    const before = await logged();
    const predict = ['predict', 'churn', 'in.csv', '-o', `${signal}.csv`, '--log'];
    if (signal === 'SIGINT') await interrupted(project, 'predict 400', ...predict);
    else await killed(project, 'predict 400', ...predict);
    expect(existsSync(join(project.folder, `${signal}.csv`))).toBe(false);
    if (signal === 'SIGINT')
      expect(readdirSync(project.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await logged()).toBe(before);
    await project.must(...predict);
    const answers = readFileSync(join(project.folder, `${signal}.csv`), 'utf8');
    expect(answers.trimEnd().split('\n')).toHaveLength(401);
    expect(await logged()).toBe(before + 400);
  });

  it('monitor: no report is written down; then there is one', async () => {
    const monitor = ['monitor', '--current', 'in.csv'];
    const store = await storeOf({ cwd: project.folder });
    await interrupted(project, 'rows to judge', ...monitor);
    expect(await store.recordIds('monitor-churn')).toEqual([]);
    await killed(project, 'rows to judge', ...monitor);
    expect(await store.recordIds('monitor-churn')).toEqual([]);
    expect([0, 5]).toContain((await project.aieng(...monitor)).exitCode);
    expect(await store.recordIds('monitor-churn')).toHaveLength(1);
  });

  it('serve ends with 0 and what it logged is there: Ctrl-C is how it is asked to stop', async () => {
    const ended = await run(
      project,
      { SIGNAL_WHEN_SAID: 'SIGINT answers at' },
      ...['serve', 'churn', '--port', '0', '--json'],
    );
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ ok: true, exitCode: 0, command: 'serve' });
    await sound(project);
  });

  it('ui ends with 0, as serve does', async () => {
    const words = { SIGNAL_WHEN_SAID: 'SIGINT Ctrl-C stops it' };
    const ended = await run(project, words, 'ui', '--port', '0', '--json');
    expect([ended.code, ended.signal]).toEqual([0, null]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ ok: true, exitCode: 0, command: 'ui' });
    await sound(project);
  });
});

const retraining =
  'retrain: { min_labelled_rows: 50, min_compare_rows: 20, compare_share: 0.5, cooldown_hours: 0 }\n';

describe('Ctrl-C in deploy and retrain', () => {
  let project: Awaited<ReturnType<typeof createChurnProject>>;

  beforeAll(async () => {
    project = await createChurnProject(retraining);
    await project.must('run');
  });
  afterAll(async () => {
    await project.aieng('stop', 'churn');
  });

  /** What serves: `1` for churn@1, or the state where nothing does. */
  const serving = async (): Promise<number | string> => {
    const { json } = await project.aieng('status', '--json');
    const [deployment] = json.result.deployments;
    if (deployment === undefined) return 'nothing';
    const { state, version } = deployment.status;
    return state === 'running' ? version : state;
  };
  const post = async (path: string, body: unknown): Promise<Parsed> => {
    const response = await fetch(`http://127.0.0.1:${project.port}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
    return response.json();
  };

  it('the first deployment: nothing serves; then it does', async () => {
    for (const words of ['starting the supervisor', 'waiting until it is ready']) {
      await interrupted(project, words, 'deploy');
      expect([words, await serving()]).not.toEqual([words, 1]);
    }
    await killed(project, 'waiting until it is ready', 'deploy');
    await project.must('deploy', '--wait', '30');
    expect(await serving()).toBe(1);
  });

  it('the second: the first serves on until the switch; after it, the second is what is written down', async () => {
    project.write(
      'pipelines/churn.yaml',
      churnPipeline(project.port, retraining).replace('family: linear', 'family: linear, seed: 7'),
    );
    await project.must('run');
    await interrupted(project, 'waiting until it is ready', 'deploy', 'churn@2');
    expect(await serving()).toBe(1);
    await interrupted(project, 'requests go to churn@2', 'deploy', 'churn@2');
    expect(await serving()).toBe(2);
    const store = await storeOf({ cwd: project.folder });
    expect(await store.readRef('deployments/churn')).toMatch(/^2@/);
    const { json } = await project.must('deploy', 'churn@2', '--json');
    expect(json.result.plan.action).toBe('none');
  });

  it('retrain: no challenger is left, what serves goes on; then it decides', async () => {
    const [header, ...lines] = someRows('telco-churn.csv', trainedRows, trainedRows + 200)
      .trimEnd()
      .split('\n');
    const names = header!.replaceAll('"', '').split(',');
    const cells = lines.map((line) => line.replaceAll('"', '').split(','));
    const rows = cells.map((row) =>
      Object.fromEntries(
        names.flatMap((name, column) => {
          const cell = row[column]!;
          if (name === 'churn') return [];
          return [[name, cell === '' ? null : Number.isNaN(Number(cell)) ? cell : Number(cell)]];
        }),
      ),
    );
    const { predictions } = await post('/predict', { features: rows });
    const labels = predictions.map(({ id }: Parsed, index: number) => ({
      id,
      label: cells[index]![names.indexOf('churn')],
    }));
    await post('/feedback', labels);

    const retrain = ['retrain', '--force'];
    for (const words of ['rows to judge', 'training on', 'train 3/']) {
      await interrupted(project, words, ...retrain);
      await killed(project, words, ...retrain);
    }
    const store = await storeOf({ cwd: project.folder });
    expect((await store.versions('churn')).map(({ version }) => version)).toEqual([1, 2]);
    expect(await store.recordIds('retrain-churn')).toEqual([]);
    expect(await serving()).toBe(2);
    const { json } = await project.must(...retrain, '--wait', '0', '--json');
    expect(['promoted-and-deployed', 'challenger-not-better']).toContain(json.decision);
    await sound(project);
  });
});

describe('kill -9 between the switch of a deployment and its record', () => {
  it('what serves is written down by whoever asks next, at the first deployment and at a later one', async () => {
    const project = await createChurnProject();
    const served = async (): Promise<unknown> => {
      const { json } = await project.must('status', '--history', '--json');
      const [{ status, history, periods }] = json.result.deployments;
      return [status.version, history.map(({ version }: Parsed) => version), periods.at(-1).why];
    };
    const why = 'found serving: the command that deployed it was killed before it wrote that down';
    try {
      await project.must('run');
      await killed(project, 'requests go to', 'deploy');
      expect(await served()).toEqual([1, [1], why]);
      project.write('pipelines/churn.yaml', churnPipeline(project.port).replace('200', '100'));
      await project.must('run');
      await killed(project, 'requests go to', 'deploy');
      await project.must('rollback', 'churn');
      expect(await served()).toEqual([1, [1, 2, 1], 'aieng rollback']);
      await project.must('stop', 'churn');
      await project.must('doctor');
    } finally {
      await project.aieng('stop', 'churn');
    }
  });
});
