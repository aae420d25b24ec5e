import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { Context } from '../../project/context.ts';
import { writeDesired, writeRest } from '../../tracking/desired.ts';
import { writeRun } from '../../tracking/runs/runs.ts';
import { deploymentRef, moveRef, servedValue } from '../../tracking/served.ts';
import { stop } from '../stop/stop.ts';
import { status } from './status.ts';

const bundle = 'a'.repeat(64);

async function deployed(): Promise<Context> {
  const { context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline() });
  await moveRef(context, deploymentRef('left'), servedValue(1, bundle), 'test');
  await writeDesired(context, 'left', {
    why: 'test',
    state: 'running',
    target: 'local',
    address: { host: '127.0.0.1', port: 1 },
    cluster: null,
    versions: [{ version: 1, bundle, share: 1, role: 'serving' }],
  });
  return context;
}

describe('status', () => {
  it('is an alarm where a service should run, and none where it rests because somebody wanted it', async () => {
    const context = await deployed();
    expect((await status(context, {})).exitCode).toBe(5);
    await stop(context, { name: 'left', waitMs: 0 });
    const stopped = await status(context, { name: 'left' });
    expect(stopped.exitCode).toBe(0);
    expect(stopped.warnings).toEqual([]);
    expect(stopped.result.deployments[0]).toMatchObject({ wish: 'stopped', status: { state: 'stopped' } });
    await writeRest(context, 'left', { state: 'destroyed', target: 'local', why: 'test' });
    expect((await status(context, {})).exitCode).toBe(0);
  });

  it('refuses a name that nothing is known under, with what may have been meant', async () => {
    const context = await deployed();
    await expect(status(context, { name: 'lift' })).rejects.toMatchObject({
      exitCode: 2,
      hint: 'Did you mean left?',
    });
    await expect(stop(context, { name: 'lift', waitMs: 0 })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('names a damaged run, and tells all the rest', async () => {
    const context = await deployed();
    await stop(context, { name: 'left', waitMs: 0 });
    const run = { command: 'train', pipeline: 'left', startedAt: 0, outcome: 'ok', stages: [], records: {} };
    await writeRun(context, { ...run, runId: 'one' });
    await writeRun(context, { ...run, runId: 'two' });
    const place = context.store.recordPlace('run', 'two');
    const text = readFileSync(place, 'utf8');
    rmSync(place);
    writeFileSync(place, text.replace('"ok"', '"ko"'));
    const { exitCode, warnings, result } = await status(context, {});
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([expect.stringContaining(place)]);
    expect(result.deployments).toHaveLength(1);
  });

  it('says that nothing can be recorded where a file is in the place of the log, and tells all the rest', async () => {
    const context = await deployed();
    const place = context.store.folderPlace('logs/left');
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, 'no folder');
    const { exitCode, warnings, result } = await status(context, {});
    expect(exitCode).toBe(5);
    expect(warnings).toContainEqual(
      `${place} has a file where a folder is expected (ENOTDIR). Move that file away, or name another folder (that of the store: --store).`,
    );
    expect(result.deployments[0]).toMatchObject({ wish: 'running', status: { state: 'stopped' } });
    expect((await stop(context, { name: 'left', waitMs: 0 })).exitCode).toBe(0);
    expect((await status(context, {})).exitCode).toBe(0);
  });

  it('stops by name what runs, though the pipeline file is broken now', async () => {
    const context = await deployed();
    writeFileSync(`${context.root}/pipelines/left.yaml`, 'sorce: x\n');
    expect((await stop(context, { name: 'left', waitMs: 0 })).exitCode).toBe(0);
    expect((await status(context, {})).exitCode).toBe(0);
  });
});
