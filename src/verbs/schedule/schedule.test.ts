import type { ScheduleOptions } from './options.ts';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../../environment/index.ts';
import { openStore } from '../../store/index.ts';
import type { Context } from '../../project/context.ts';
import { unwatched } from '../../project/alerting/unwatched.ts';
import { schedule } from './schedule.ts';
import { scheduled } from '../scheduled/scheduled.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A crontab program that keeps its table in a file, and refuses where a file says so. */
const fakeCrontab = `#!/bin/sh
table="$HOME/table"
[ -e "$HOME/refuse" ] && { echo "You (someone) are not allowed to use this program (crontab)" >&2; exit 1; }
case "$1" in
  -l) if [ -e "$table" ]; then cat "$table"; else echo "no crontab for someone" >&2; exit 1; fi ;;
  -r) rm -f "$table" ;;
  -) cat > "$table" ;;
esac
`;

let home: string;
let context: Context;
const table = (): string => readFileSync(join(home, 'table'), 'latin1');

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "aieng schedule's ü 100% "));
  folders.push(home);
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'crontab'), fakeCrontab);
  chmodSync(join(home, 'bin', 'crontab'), 0o755);
  const root = join(home, 'project');
  mkdirSync(join(root, 'pipelines'), { recursive: true });
  writeFileSync(join(root, 'pipelines', 'churn.yaml'), 'source: a.csv\nlabel: churn\n');
  const variables = {
    HOME: home,
    PATH: `${join(home, 'bin')}:/usr/bin:/bin`,
    DATABASE_URL: 'postgres://u:geheim@db',
  };
  const environment = fakeEnvironment({ cwd: root, variables });
  context = {
    root,
    store: await openStore({ folder: join(root, '.aieng'), environment }),
    environment,
    git: async () => null,
    progress: () => undefined,
    signal: new AbortController().signal,
    command: 'aieng schedule',
  };
});

const install: ScheduleOptions = {
  action: 'install',
  every: '0 3 * * *',
  timezone: 'UTC',
  on: 'cron',
  environment: [],
  dryRun: false,
};
const list: ScheduleOptions = { action: 'list', environment: [], dryRun: false };
const remove: ScheduleOptions = { ...list, action: 'remove', pipeline: 'churn' };
const refusal = (code: string): unknown => expect.objectContaining({ code, exitCode: 2 });

describe('schedule on cron', () => {
  it('installs once, changes in place, and leaves what it found when it is removed', async () => {
    const foreign = Buffer.from('PATH=/x\n# gr\xfc\xdfe\r\n5 4 * * * backup', 'latin1');
    writeFileSync(join(home, 'table'), foreign);
    const planned = await schedule(context, { ...install, dryRun: true });
    expect(planned.result.action).toBe('planned');
    expect(table()).toBe(foreign.toString('latin1'));
    const first = await schedule(context, install);
    expect(first.result.action).toBe('installed');
    expect(first.result.changes).toEqual(planned.result.changes);
    const installed = table();
    expect(installed.startsWith(foreign.toString('latin1'))).toBe(true);
    expect((await schedule(context, install)).result.action).toBe('unchanged');
    expect(table()).toBe(installed);
    const changed = await schedule(context, { ...install, every: '0 4 * * *' });
    expect(changed.result.action).toBe('changed');
    expect(table()).toBe(installed.replace('0 3 * * *', '0 4 * * *'));
    const { result } = await schedule(context, list);
    expect(result.schedules).toMatchObject([
      {
        pipeline: 'churn',
        on: 'cron',
        expression: '0 4 * * *',
        state: 'installed',
        lastRun: null,
        unfinished: null,
      },
    ]);
    expect(result.schedules[0]?.next.map(({ words }) => words)[0]).toBe('Wed 2025-01-01 04:00 UTC');
    expect((await schedule(context, remove)).result.action).toBe('removed');
    expect(table()).toBe(foreign.toString('latin1'));
    expect((await schedule(context, remove)).result.action).toBe('nothing-to-remove');
  });

  it('keeps the values of variables in a file of the user alone, and says none', async () => {
    const outcome = await schedule(context, { ...install, environment: ['DATABASE_URL'] });
    const id = outcome.result.schedules[0]!.id;
    const file = join(context.root, '.aieng', 'schedules', `${id}.env`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('geheim');
    expect(JSON.stringify(outcome)).not.toContain('geheim');
    expect(readFileSync(file.replace(/env$/, 'json'), 'utf8')).not.toContain('geheim');
    expect(table()).not.toContain('geheim');
    await schedule(context, remove);
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('says what is wrong, and keeps nothing then', async () => {
    writeFileSync(join(home, 'refuse'), '');
    const refused = schedule(context, install);
    await expect(refused).rejects.toThrow(refusal('crontab-refused'));
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('cron.allow') });
    rmSync(join(home, 'refuse'));
    expect((await schedule(context, list)).result.schedules).toEqual([]);
    for (const [change, code] of [
      [{ every: undefined }, 'flag-missing'],
      [{ on: undefined }, 'flag-missing'],
      [{ on: 'corn' }, 'scheduler-unknown'],
      [{ verbs: 'retrian' }, 'verb-not-schedulable'],
      [{ verbs: '' }, 'verb-not-schedulable'],
      [{ timezone: 'Berlin' }, 'timezone-unknown'],
      [{ pipeline: 'chrun' }, 'pipeline-not-found'],
      [{ environment: ['NOT_SET'] }, 'variable-not-set'],
      [{ environment: ['A=secret'] }, 'variable-name-invalid'],
      [{ output: 'x' }, 'flags-do-not-fit'],
    ] as const)
      await expect(schedule(context, { ...install, ...change } as ScheduleOptions)).rejects.toThrow(
        refusal(code),
      );
  });

  it('carries the environment along, or says that it does not', async () => {
    writeFileSync(
      join(context.root, 'pipelines', 'churn.yaml'),
      'source: a.csv\nlabel: churn\nenv: { prod: { deploy: { port: 80 } } }\n',
    );
    const inProd = { ...context, env: 'prod' };
    const { result } = await schedule(inProd, install);
    const file = join(context.root, '.aieng', 'schedules', `${result.schedules[0]!.id}.env`);
    expect(readFileSync(file, 'utf8')).toContain('"AIENG_ENV": "prod"');
    await schedule(context, remove);
    await expect(schedule(inProd, { ...install, on: 'github' })).rejects.toThrow(refusal('schedule-env'));
    // The CronJobs have it: all that is missing here is a version that they could run.
    await expect(schedule(inProd, { ...install, on: 'kubernetes' })).rejects.toMatchObject({
      code: expect.not.stringMatching('schedule-env'),
      message: expect.stringContaining('churn'),
    });
  });

  it('says so where there is no crontab program', async () => {
    rmSync(join(home, 'bin', 'crontab'));
    const variables = { ...context.environment.variables, PATH: join(home, 'bin') };
    const bare = { ...context, environment: { ...context.environment, variables } };
    await expect(schedule(bare, install)).rejects.toThrow(refusal('scheduler-not-there'));
    expect((await schedule(bare, list)).result.schedules).toEqual([]);
  });

  it('lists what its scheduler lost, and warns of two that do the same', async () => {
    await schedule(context, install);
    const second = await schedule(context, { ...install, verbs: 'monitor' });
    expect(second.warnings[0]).toContain('runs monitor of churn too');
    rmSync(join(home, 'table'));
    const { result, warnings } = await schedule(context, list);
    expect(result.schedules.map(({ state }) => state)).toEqual(['missing', 'missing']);
    expect(warnings).toHaveLength(2);
    await expect(schedule(context, { ...install, on: 'systemd' })).rejects.toThrow(
      refusal('schedule-elsewhere'),
    );
  });
});

describe('schedule on systemd', () => {
  const units = (): string => join(home, '.config', 'systemd', 'user');
  const onSystemd: ScheduleOptions = { ...install, on: 'systemd' };

  it('writes two units, says what to call where no manager answers, and takes them away', async () => {
    const { result, warnings } = await schedule(context, onSystemd);
    const id = result.schedules[0]!.id;
    expect(warnings.join(' ')).toContain(`systemctl --user enable --now aieng-${id}.timer`);
    expect(readFileSync(join(units(), `aieng-${id}.timer`), 'utf8')).toContain(
      'OnCalendar=*-*-* 03:00:00 UTC',
    );
    expect((await schedule(context, onSystemd)).result.action).toBe('unchanged');
    expect((await schedule(context, list)).result.schedules).toMatchObject([
      { on: 'systemd', state: 'installed' },
    ]);
    expect((await schedule(context, remove)).result.action).toBe('removed');
    expect(() => statSync(join(units(), `aieng-${id}.timer`))).toThrow('ENOENT');
  });

  it("does not touch a unit of that name that is somebody else's", async () => {
    const { result } = await schedule(context, { ...onSystemd, dryRun: true });
    mkdirSync(units(), { recursive: true });
    writeFileSync(result.changes[0]!.path, '[Service]\n');
    await expect(schedule(context, onSystemd)).rejects.toThrow(refusal('unit-not-ours'));
    expect(readFileSync(result.changes[0]!.path, 'utf8')).toBe('[Service]\n');
  });
});

describe('scheduled', () => {
  it('refuses a record that is damaged or made up', async () => {
    const { result } = await schedule(context, install);
    const file = join(context.root, '.aieng', 'schedules', `${result.schedules[0]!.id}.json`);
    const good: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
    for (const change of [
      { id: '../../x' },
      { pipeline: '--force' },
      { verbs: ['deploy'] },
      { expression: '* *' },
      { schema: 2 },
      { installedAt: 9e15 },
    ]) {
      writeFileSync(file, JSON.stringify({ ...good, ...change }));
      await expect(scheduled(context, { file })).rejects.toMatchObject({ exitCode: 2 });
    }
    writeFileSync(file, '{');
    await expect(scheduled(context, { file })).rejects.toThrow(refusal('schedule-damaged'));
    expect((await schedule(context, list)).warnings[0]).toContain('is not a schedule');
  });

  it('is silent and does nothing where nothing is due', async () => {
    const { result } = await schedule(context, { ...install, every: '0 0 1 1 *' });
    const { id, log } = result.schedules[0]!;
    const file = join(context.root, '.aieng', 'schedules', `${id}.json`);
    const record: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
    // The real clock is the one that counts here: a schedule that was installed just now.
    writeFileSync(file, JSON.stringify({ ...record, installedAt: 253_402_300_799_999 }));
    expect(await scheduled(context, { file })).toMatchObject({ exitCode: 0 });
    expect(() => statSync(log!)).toThrow('ENOENT');
    expect(await context.store.recordIds(`schedule-${id}`)).toEqual([]);
  });

  it('looks where others are to be told: without one that runs monitor it is said that nobody does', async () => {
    expect(await unwatched(context, 'churn')).toEqual([]);
    const sinks = 'alerts:\n  sinks:\n    - command: { argv: [tell] }\n';
    writeFileSync(join(context.root, 'pipelines', 'churn.yaml'), `source: a.csv\nlabel: churn\n${sinks}`);
    const told = [expect.stringMatching(/runs monitor of churn: .*`aieng schedule churn --every/)];
    expect(await unwatched(context, 'churn')).toEqual(told);
    await schedule(context, { ...install, verbs: 'retrain' });
    expect(await unwatched(context, 'churn')).toEqual(told);
    await schedule(context, { ...install, verbs: 'monitor' });
    expect(await unwatched(context, 'churn')).toEqual([]);
  });
});
