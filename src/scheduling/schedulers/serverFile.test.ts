import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Schedule } from '../schedule.ts';
import { isUnchanged } from '../scheduler.ts';
import type { SchedulerContext } from '../scheduler.ts';
import { github } from './github.ts';
import { kubernetes } from './kubernetes.ts';

let root = '';
let context: SchedulerContext;
let schedule: Schedule;
const cronJob = `apiVersion: batch/v1
kind: CronJob
metadata:
  name: churn-monitor
  namespace: models
spec: {}
`;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'aieng-schedulers-'));
  const project = join(root, 'models');
  await mkdir(join(root, '.git'));
  await mkdir(project);
  context = {
    variables: {},
    now: 0,
    nodeVersion: 'v22.3.1',
    softwareVersion: '0.1.0',
    clusterObjects: async () => cronJob,
    command: [],
    root: project,
    folder: join(project, '.aieng', 'schedules'),
    output: null,
    startsContainers: false,
    answers: '',
    source: null,
    writeFile: async (path, text) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    },
  };
  schedule = {
    id: 'churn-monitor-retrain-0123abcd',
    pipeline: 'churn',
    expression: '0 3 * * *',
    timezone: 'UTC',
    verbs: ['monitor', 'retrain'],
    root: project,
    store: join(project, '.aieng'),
  };
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe.each([
  ['github', github, '.github/workflows'],
  ['kubernetes', kubernetes, 'models/k8s/schedule'],
] as const)('%s', (_name, scheduler, folder) => {
  const install = async (): Promise<void> => {
    await scheduler.apply(await scheduler.plan(schedule, context), context);
  };

  it('writes one file, lists what it says, and takes it away again', async () => {
    const plan = await scheduler.plan(schedule, context);
    expect(isUnchanged(plan)).toBe(false);
    expect(await readdir(root)).not.toContain('.github');
    await scheduler.apply(plan, context);
    const names = await readdir(join(root, folder));
    expect(names).toHaveLength(1);
    const { id, expression, timezone, verbs, pipeline } = schedule;
    expect(await scheduler.list(context)).toEqual([
      { id, where: join(root, folder, names[0]!), schedule: { pipeline, expression, timezone, verbs } },
    ]);
    const removal = await scheduler.planRemoval(id, context);
    expect(removal.files).toHaveLength(1);
    await scheduler.apply(removal, context);
    expect(await readdir(join(root, folder))).toEqual([]);
    expect(await scheduler.list(context)).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    await install();
    expect(isUnchanged(await scheduler.plan(schedule, context))).toBe(true);
    const other = { ...schedule, expression: '30 4 * * *' };
    expect(isUnchanged(await scheduler.plan(other, context))).toBe(false);
  });

  it('leaves the files of others alone', async () => {
    await install();
    const [name] = await readdir(join(root, folder));
    await writeFile(join(root, folder, name!), 'name: mine\n');
    await writeFile(join(root, folder, 'other.yml'), 'name: theirs\n');
    await expect(scheduler.plan(schedule, context)).rejects.toMatchObject({ code: 'file-foreign' });
    expect(await scheduler.list(context)).toEqual([]);
    expect((await scheduler.planRemoval(schedule.id, context)).files).toEqual([]);
  });

  it('writes where it is told to', async () => {
    const output = join(root, 'elsewhere');
    const plan = await scheduler.plan(schedule, { ...context, output });
    expect(plan.files.every(({ path }) => path.startsWith(output))).toBe(true);
  });

  it('has its clock in UTC', async () => {
    expect(await scheduler.timezone()).toBe('UTC');
    const berlin = { ...schedule, timezone: 'Europe/Berlin' };
    await expect(scheduler.plan(berlin, context)).rejects.toMatchObject({ code: 'timezone-fixed' });
  });
});

it('the workflow knows the project’s folder and this Node', async () => {
  await github.apply(await github.plan(schedule, context), context);
  const text = await readFile(join(root, '.github/workflows/aieng-churn.yml'), 'utf8');
  const workflow = parse(text) as { env: Record<string, string>; on: { schedule: [{ cron: string }] } };
  expect(workflow.env['PROJECT']).toBe('models');
  expect(workflow.on.schedule[0].cron).toBe('0 3 * * *');
  expect(text).toContain('node-version: "22"');
});

it('a removal says which CronJobs are left in the cluster', async () => {
  await kubernetes.apply(await kubernetes.plan(schedule, context), context);
  const { words } = await kubernetes.planRemoval(schedule.id, context);
  expect(words.join()).toContain('kubectl delete cronjob churn-monitor -n models');
});
