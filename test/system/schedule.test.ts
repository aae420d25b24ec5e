import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, runCli, schemaErrors } from '../cli/support.ts';
import type { CliResult, Parsed } from '../cli/support.ts';
import { churnPipeline, trainedRows } from './churnProject.ts';
import { createProject, freePort, someRows } from './project.ts';

const secret = 'hunter2-geheim';
const env = { CHURN_SOURCE: 'data/customers.csv', DB_PASSWORD: secret };
const project = createProject({
  'pipelines/churn.yaml': churnPipeline(await freePort()).replace('data/customers.csv', '${CHURN_SOURCE}'),
  'data/customers.csv': someRows('telco-churn.csv', 0, trainedRows),
});
const aieng = (...args: string[]): Promise<CliResult> =>
  runCli([...args, '--json'], { cwd: project.folder, env, timeoutMs: 200_000 });

const crontab = (...args: string[]): ReturnType<typeof spawnSync> => spawnSync('crontab', args);
/** As it is: Debian's `crontab -l` shows carriage returns as two characters. */
const readCrontab = (): Buffer => {
  const isThere = crontab('-l').status === 0;
  const shown = spawnSync('crontab', ['-e'], { env: { ...process.env, VISUAL: 'cat <' } }).stdout;
  return isThere ? shown : Buffer.alloc(0);
};
const writeCrontab = (table: Uint8Array): void => {
  if (table.length === 0) crontab('-r');
  else expect(spawnSync('crontab', ['-'], { input: table }).status).toBe(0);
};
const canFire = existsSync('/usr/sbin/cron') && process.getuid?.() === 0;

const folder = join(project.folder, '.aieng', 'schedules');
const runsOf = (id: string): Parsed[] => {
  const runs = join(project.folder, '.aieng', 'runs', `schedule-${id}`);
  const names = existsSync(runs) ? readdirSync(runs).sort() : [];
  return names.map((name) => JSON.parse(readFileSync(join(runs, name), 'utf8')));
};
const logOf = (id: string): string => {
  const log = join(folder, `${id}.log`);
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
};

const everyMinute = ['--every', '* * * * *', '--variable', 'CHURN_SOURCE', '--variable', 'DB_PASSWORD'];
/** Comments that are no UTF-8, CRLF, a job of somebody else's. */
const foreign = Buffer.from('# gr\xfc\xdfe\r\nFOREIGN=1\n0 0 31 12 * /bin/true 100\\% x\n', 'latin1');

let before: Buffer;
beforeAll(async () => {
  before = canFire ? readCrontab() : Buffer.alloc(0);
  const run = await aieng('run', '--to', 'deploy');
  expect(run.exitCode, run.stderr).toBe(0);
});
afterAll(async () => {
  if (canFire) writeCrontab(before);
  const stopped = await aieng('stop', 'churn');
  expect(stopped.exitCode, stopped.stderr).toBe(0);
});

describe.runIf(canFire)('fired by cron', () => {
  const table = (): Buffer => Buffer.concat([before, foreign]);

  it('runs monitor and retrain with their environment, writes down what they came to, and mails nothing', async () => {
    writeCrontab(table());
    const installed = await aieng('schedule', 'churn', ...everyMinute, '--on', 'cron');
    expect(installed.exitCode, installed.stderr).toBe(0);
    expect(schemaErrors('schedule', installed.json)).toEqual([]);
    const { id } = installed.json.result.schedules[0];
    expect(readCrontab().subarray(0, table().length)).toEqual(table());
    const cron = spawn('/usr/sbin/cron', ['-f'], { stdio: 'ignore' });
    try {
      await expect.poll(() => runsOf(id).length, { timeout: 200_000, interval: 500 }).toBeGreaterThan(0);
    } finally {
      cron.kill();
      await once(cron, 'exit');
    }
    // A minute may have begun meanwhile: its run ends by itself.
    await expect.poll(() => starts(id) - runsOf(id).length, { timeout: 60_000 }).toBe(0);
    const [run] = runsOf(id);
    expect(run).toMatchObject({
      exitCode: 0,
      results: [
        { verb: 'monitor', exitCode: 0, error: null },
        { verb: 'retrain', exitCode: 0, decision: 'no-trigger', error: null },
      ],
    });
    expect(run.slot % 60_000).toBe(0);
    expect(run.startedAt).toBeGreaterThanOrEqual(run.slot);
    expect(logOf(id)).toMatch(
      /start slot .*\n.* monitor exit 0 .*\n.* retrain exit 0 no-trigger\n.* end slot/,
    );
    const listed = await aieng('schedule', '--list');
    expect(listed.json.result.schedules[0].lastRun).toMatchObject({ exitCode: 0 });
  });

  it('says nothing to cron, not even where its log is gone', async () => {
    const line = /^@reboot (.*)$/m.exec(readCrontab().toString('latin1'))?.[1] ?? '';
    const command = line.replaceAll('\\%', '%');
    for (const each of [command, command.replaceAll(folder, '/nowhere')]) {
      const { stdout, stderr } = spawnSync('/bin/sh', ['-c', each], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      });
      expect(stdout + stderr).toBe('');
    }
  });

  it('is not installed twice, and leaves every foreign byte when it is removed', async () => {
    const installed = readCrontab();
    const again = await aieng('schedule', 'churn', ...everyMinute, '--on', 'cron');
    expect(again.json.result.action).toBe('unchanged');
    expect(readCrontab()).toEqual(installed);
    const removed = await aieng('schedule', 'churn', '--remove');
    expect(removed.json.result.action).toBe('removed');
    expect(readCrontab()).toEqual(table());
  });

  it('keeps secrets in the environment file alone, while there is one', () => {
    const { stdout } = spawnSync('grep', ['-rl', secret, project.folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});

/** What cron would call. */
function fire(id: string): ChildProcess {
  return spawn(process.execPath, [bin, '__scheduled', join(folder, `${id}.json`)], {
    cwd: '/',
    env: { HOME: project.folder, PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The slot that was run last is that of three hours ago: one is due now. */
function windBack(id: string): void {
  const slot = Math.floor(Date.now() / 60_000) * 60_000 - 3 * 3_600_000;
  const record = join(folder, `${id}.json`);
  const json: Record<string, unknown> = JSON.parse(readFileSync(record, 'utf8'));
  writeFileSync(record, JSON.stringify({ ...json, installedAt: slot - 1 }));
  writeFileSync(join(folder, `${id}.state`), JSON.stringify({ lastSlot: slot, startedAt: slot }));
}

const starts = (id: string): number => logOf(id).match(/start slot/g)?.length ?? 0;
async function started(id: string, count: number): Promise<void> {
  await expect.poll(() => starts(id), { timeout: 60_000, interval: 20 }).toBe(count);
}

describe('a schedule that fires', () => {
  const variables = { ...env, XDG_CONFIG_HOME: join(project.folder, 'config') };
  let id = '';
  /** The same schedule may have been fired by cron before. */
  let runsBefore = 0;

  it('is installed on systemd too, in units that systemd accepts', async () => {
    const installed = await runCli(['schedule', 'churn', ...everyMinute, '--on', 'systemd', '--json'], {
      cwd: project.folder,
      env: variables,
    });
    expect(installed.exitCode, installed.stderr).toBe(0);
    id = installed.json.result.schedules[0].id;
    runsBefore = runsOf(id).length;
    const service = installed.json.result.changes[0].path;
    const verify = spawnSync('systemd-analyze', ['--user', 'verify', service], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', XDG_RUNTIME_DIR: project.folder, HOME: project.folder },
    });
    // Where there is no systemd-analyze, status is null.
    if (verify.error === undefined) expect(verify.stderr.includes(service) ? verify.stderr : '').toBe('');
  });

  it('a second one meanwhile says busy, ends with 0, and runs nothing', async () => {
    windBack(id);
    const first = fire(id);
    await started(id, runsBefore + 1);
    first.kill('SIGSTOP');
    const second = fire(id);
    expect(await once(second, 'exit')).toEqual([0, null]);
    expect(logOf(id)).toMatch(/ busy: "schedule-.*" is held by/);
    first.kill('SIGCONT');
    expect(await once(first, 'exit')).toEqual([0, null]);
    const runs = runsOf(id).slice(runsBefore);
    expect(runs).toHaveLength(1);
    expect(runs[0].missed).toBeGreaterThanOrEqual(179);
    expect(starts(id)).toBe(runsBefore + 1);
  });

  it('killed in the middle (kill -9): that slot is not run again, the next one heals', async () => {
    windBack(id);
    const victim = fire(id);
    await started(id, runsBefore + 2);
    const claimed = JSON.parse(readFileSync(join(folder, `${id}.state`), 'utf8'));
    victim.kill('SIGKILL');
    expect(await once(victim, 'exit')).toEqual([null, 'SIGKILL']);
    const { json } = await runCli(['schedule', '--list', '--json'], { cwd: project.folder, env: variables });
    expect(json.result.schedules[0].unfinished).toBe(claimed.lastSlot);
    windBack(id);
    expect(await once(fire(id), 'exit')).toEqual([0, null]);
    const runs = runsOf(id).slice(runsBefore);
    expect(runs).toHaveLength(2);
    expect(runs[1]).toMatchObject({ exitCode: 0, results: [{ verb: 'monitor' }, { verb: 'retrain' }] });
    const healed = await runCli(['schedule', '--list', '--json'], { cwd: project.folder, env: variables });
    expect(healed.json.result.schedules[0].unfinished).toBeNull();
    const doctor = await aieng('doctor');
    expect(doctor.json.ok).toBe(true);
  });

  it('asked to end (SIGTERM), it ends its verb too, and writes down that it was interrupted', async () => {
    windBack(id);
    const asked = fire(id);
    await started(id, runsBefore + 4);
    asked.kill('SIGTERM');
    expect(await once(asked, 'exit')).toEqual([130, null]);
    expect(runsOf(id).at(-1)).toMatchObject({ exitCode: 130 });
  });

  it('that fails ends with the code of what failed, and says why in its log', async () => {
    windBack(id);
    writeFileSync(join(project.folder, 'pipelines', 'churn.yaml'), 'label: 3\n');
    expect(await once(fire(id), 'exit')).toEqual([2, null]);
    const run = runsOf(id).at(-1);
    expect(run).toMatchObject({ exitCode: 2, results: [{ exitCode: 2 }, { exitCode: 2 }] });
    expect(run.results[0].error).toContain('churn.yaml');
    expect(logOf(id)).not.toContain(secret);
  });

  it('is taken away with its units', async () => {
    const removed = await runCli(['schedule', 'churn', '--remove', '--json'], {
      cwd: project.folder,
      env: variables,
    });
    expect(removed.json.result.action).toBe('removed');
    expect(readdirSync(join(project.folder, 'config', 'systemd', 'user'))).toEqual([]);
  });
});
