import { beforeAll, describe, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { findRun } from '../../project/tried/tried.ts';
import { run } from '../run/run.ts';
import { alias } from './alias.ts';
import type { AliasOptions } from './options.ts';
import type { AliasResult } from './result.ts';

let project: TestProject;
const answer = async (options: Partial<AliasOptions> = {}): Promise<AliasResult> =>
  (await alias(project.context, { remove: false, ...options })).result;
const means = async (named: string): Promise<number | null> =>
  (await resolveBundle(project.context, named)).version;

beforeAll(async () => {
  project = await openTestProject({
    'pipelines/left.yaml': customersPipeline('row_id: id\n'),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
  project.write('data/customers.csv', csvOf(customers(0, 320)));
  await run(project.context, { to: 'package', waitMs: 0 });
}, 60_000);

describe('alias', () => {
  it('names a version for every command that takes one, with who, when and why', async () => {
    expect(await answer({ bundle: 'left@1', alias: 'staging', why: 'pilot' })).toMatchObject({
      action: 'set',
      moved: { alias: 'staging', from: null, to: 1 },
      aliases: [{ alias: 'staging', version: 1, why: 'pilot' }],
    });
    expect(await means('left@staging')).toBe(1);
    expect((await findRun(project.context, 'left@staging')).id).toBe(
      (await findRun(project.context, 'left@1')).id,
    );
  });

  it('moves, keeps its history, and writes nothing where nothing changes', async () => {
    project.environment.advance(1000);
    expect(await answer({ bundle: 'left@2', alias: 'staging', why: 'better' })).toMatchObject({
      moved: { from: 1, to: 2 },
    });
    expect(await answer({ bundle: 'left@staging', alias: 'candidate', why: 'same one' })).toMatchObject({
      moved: { to: 2 },
    });
    expect(await answer({ bundle: 'left@2', alias: 'staging' })).toMatchObject({ action: 'kept' });
    expect((await answer()).history.map(({ version }) => version)).toEqual([2, 2, 1]);
  });

  it('is taken away with a reason, and then unknown', async () => {
    project.environment.advance(1000);
    const removing = { bundle: 'left', alias: 'candidate', remove: true };
    await expect(answer(removing)).rejects.toMatchObject({ exitCode: 2, code: 'why-missing' });
    expect(await answer({ ...removing, why: 'over' })).toMatchObject({
      action: 'removed',
      moved: { to: null },
    });
    await expect(means('left@candidate')).rejects.toMatchObject({ exitCode: 2, code: 'alias-unknown' });
    await expect(means('left@stagin')).rejects.toMatchObject({ hint: 'Did you mean left@staging?' });
  });

  it('champion is what serves, or the newest, and cannot be set', async () => {
    expect(await means('left@champion')).toBe(2);
    expect((await answer()).champion).toBe(2);
    await expect(answer({ bundle: 'left@1', alias: 'champion', why: 'x' })).rejects.toMatchObject({
      code: 'alias-reserved',
    });
  });

  it.each([
    [{ bundle: 'left@1', alias: '3' }, 'alias-invalid'],
    [{ bundle: 'left@1', alias: 'Staging' }, 'alias-invalid'],
    [{ bundle: 'left', alias: 'staging' }, 'version-missing'],
    [{ bundle: 'left@9', alias: 'staging' }, 'bundle-unknown'],
    [{ bundle: 'lefd' }, 'bundle-unknown'],
  ])('refuses %j', async (options, code) => {
    await expect(answer({ ...options, why: 'x' })).rejects.toMatchObject({ exitCode: 2, code });
  });
});
