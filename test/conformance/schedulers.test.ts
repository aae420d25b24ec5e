import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Schedule } from '../../src/scheduling/schedule.ts';
import { isUnchanged } from '../../src/scheduling/scheduler.ts';
import type { SchedulerContext } from '../../src/scheduling/scheduler.ts';
import { schedulers } from '../../src/scheduling/schedulers/index.ts';
import { schedulerNames } from '../../src/scheduling/schedulers/names.ts';

/** What every scheduler of scheduling/schedulers/index.ts owes, against a crontab and a systemctl that are files here. */
const crontab = `#!/bin/sh
table="$HOME/table"
case "$1" in
  -l) if [ -e "$table" ]; then cat "$table"; else echo "no crontab for someone" >&2; exit 1; fi ;;
  -r) rm -f "$table" ;;
  -) cat > "$table" ;;
esac
`;
const systemctl = `#!/bin/sh
echo "$@" >> "$HOME/calls"
`;
const theirs = '# not ours\n5 4 * * * their job\n';

let home = '';
let root = '';
let context: SchedulerContext;
const schedule = (changes: Partial<Schedule> = {}): Schedule => ({
  id: 'churn-monitor-retrain-0123abcd',
  pipeline: 'churn',
  expression: '0 3 * * *',
  timezone: 'UTC',
  verbs: ['monitor', 'retrain'],
  root,
  store: join(root, '.aieng'),
  ...changes,
});
const cronJob = 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: churn-monitor\nspec: {}\n';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'aieng schedulers ü '));
  root = join(home, 'models');
  await mkdir(join(home, '.git'));
  await mkdir(root);
  await mkdir(join(home, 'bin'));
  for (const [name, text] of Object.entries({ crontab, systemctl })) {
    await writeFile(join(home, 'bin', name), text);
    await chmod(join(home, 'bin', name), 0o755);
  }
  await writeFile(join(home, 'table'), theirs);
  context = {
    variables: { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin` },
    now: Date.UTC(2026, 0, 1),
    nodeVersion: 'v20.1.0',
    softwareVersion: '0.1.0',
    clusterObjects: async () => cronJob,
    command: [process.execPath, '/opt/aieng/bin/aieng.js', '__scheduled'],
    root,
    folder: join(root, '.aieng', 'schedules'),
    output: null,
    startsContainers: false,
    answers: 'scored/{date}.csv',
    source: null,
    writeFile: async (path, text) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    },
  };
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Every file below the home, with its text: what is there and what is not. */
async function everything(): Promise<Record<string, string>> {
  const names = await readdir(home, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && entry.name !== 'calls');
  const pairs = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path, await readFile(path, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

it('help and completion name them as the index has them', () => {
  expect(schedulers.map(({ name }) => name)).toEqual([...schedulerNames]);
});

describe.each(schedulers)('$name', (scheduler) => {
  const install = async (wished: Schedule): Promise<readonly string[]> =>
    scheduler.apply(await scheduler.plan(wished, context), context);

  it('a plan touches nothing, and says what would change', async () => {
    const before = await everything();
    const plan = await scheduler.plan(schedule(), context);
    expect(plan.id).toBe(schedule().id);
    expect(isUnchanged(plan)).toBe(false);
    expect(plan.files.length).toBeGreaterThan(0);
    for (const file of plan.files) expect(file.after).toContain('churn');
    expect(await everything()).toEqual(before);
  });

  it('what was applied is listed, and the same wish again changes nothing', async () => {
    expect(await scheduler.list(context)).toEqual([]);
    await install(schedule());
    expect((await scheduler.list(context)).map(({ id }) => id)).toEqual([schedule().id]);
    const before = await everything();
    const again = await scheduler.plan(schedule(), context);
    expect(isUnchanged(again)).toBe(true);
    await scheduler.apply(again, context);
    expect(await everything()).toEqual(before);
  });

  it('another wish of the same id takes the place of the first', async () => {
    await install(schedule());
    const plan = await scheduler.plan(schedule({ expression: '30 4 * * *' }), context);
    expect(isUnchanged(plan)).toBe(false);
    for (const { before } of plan.files) expect(before).not.toBeNull();
    await scheduler.apply(plan, context);
    expect(await scheduler.list(context)).toHaveLength(1);
    expect(isUnchanged(await scheduler.plan(schedule({ expression: '30 4 * * *' }), context))).toBe(true);
  });

  it('removal leaves everything as it was before, and a second one has nothing to do', async () => {
    const before = await everything();
    await install(schedule());
    const removal = await scheduler.planRemoval(schedule().id, context);
    expect(isUnchanged(removal)).toBe(false);
    expect(await scheduler.list(context)).toHaveLength(1);
    await scheduler.apply(removal, context);
    expect(await scheduler.list(context)).toEqual([]);
    expect(await everything()).toEqual(before);
    const again = await scheduler.planRemoval(schedule().id, context);
    expect(isUnchanged(again)).toBe(true);
    await scheduler.apply(again, context);
    expect(await everything()).toEqual(before);
  });

  it('two schedules stand side by side; one is taken away without the other', async () => {
    const id = 'prices-run-predict-0123abcd';
    const other = schedule({ id, pipeline: 'prices', verbs: ['run', 'predict'] });
    await install(schedule());
    await install(other);
    expect((await scheduler.list(context)).map(({ id }) => id).sort()).toEqual(
      [schedule().id, other.id].sort(),
    );
    await scheduler.apply(await scheduler.planRemoval(schedule().id, context), context);
    expect((await scheduler.list(context)).map(({ id }) => id)).toEqual([other.id]);
    expect(isUnchanged(await scheduler.plan(other, context))).toBe(true);
  });

  it('has a zone, and tells a zone that it cannot keep before anything is touched', async () => {
    expect(await scheduler.timezone()).toMatch(/^[A-Za-z]+(\/[\w+-]+)*$/);
    const before = await everything();
    const plan = scheduler.plan(schedule({ timezone: 'Pacific/Kiritimati' }), context);
    await plan.catch((error: unknown) =>
      expect(error).toMatchObject({ exitCode: 2, hint: expect.any(String) }),
    );
    expect(await everything()).toEqual(before);
  });
});
