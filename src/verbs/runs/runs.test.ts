import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cascade } from '../../cascade/cascade.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { Context } from '../../project/context.ts';
import { writeRun } from '../../tracking/runs/runs.ts';
import { wordsOf } from './command.ts';
import { runs } from './runs.ts';
import { runsView } from './view.ts';

const run = { command: 'train', pipeline: 'left', outcome: 'ok', records: {} };
const trained = [{ name: 'train', state: 'ran' as const, reason: 'never ran', durationMs: 1 }];

/** Three runs, the last of which made no model; ids as the store sorts them. */
async function tried(): Promise<Context> {
  const { context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline() });
  await writeRun(context, { ...run, runId: '01AAAA0001', startedAt: 1000, stages: trained });
  await writeRun(context, {
    ...run,
    runId: '01AAAB0002',
    startedAt: 2000,
    stages: trained,
    outcome: 'stopped',
  });
  await writeRun(context, { ...run, runId: '01AAAC0002', startedAt: 3000, stages: [], command: 'deploy' });
  return context;
}

const ids = async (context: Context, options: Omit<Parameters<typeof runs>[1], 'action'> = {}) =>
  (await runs(context, { action: 'list', ...options })).result.runs.map(({ id }) => id);

describe('runs', () => {
  it('lists those that made a model, newest first, and others where asked to', async () => {
    const context = await tried();
    expect(await ids(context)).toEqual(['01AAAB0002', '01AAAA0001']);
    expect(await ids(context, { all: true })).toEqual(['01AAAC0002', '01AAAB0002', '01AAAA0001']);
    expect(await ids(context, { filter: { outcome: 'ok' } })).toEqual(['01AAAA0001']);
    expect(await ids(context, { all: true, filter: { command: 'deploy' } })).toEqual(['01AAAC0002']);
    expect(await ids(context, { filter: { since: 1500 } })).toEqual(['01AAAB0002']);
    await expect(ids(context, { filter: { pipeline: 'lift' } })).rejects.toMatchObject({
      exitCode: 2,
      hint: 'Did you mean left?',
    });
    expect(await ids(context, { filter: { pipeline: 'left', family: 'mlp' } })).toEqual([]);
    expect(await ids(context, { best: true })).toEqual([]);
    const { result } = await runs(context, { action: 'list', limit: 1 });
    expect([result.runs.length, result.more]).toEqual([1, true]);
  });

  it('finds one by its id, its beginning or its end, and asks for more where several fit', async () => {
    const context = await tried();
    const shown = async (name: string) =>
      (await runs(context, { action: 'show', runs: [name] })).result.runs[0]!.id;
    expect(await shown('01AAAB0002')).toBe('01AAAB0002');
    expect(await shown('01aaab')).toBe('01AAAB0002');
    expect(await shown('0001')).toBe('01AAAA0001');
    await expect(shown('0002')).rejects.toMatchObject({ code: 'run-ambiguous', exitCode: 2 });
    for (const name of ['001', 'zzzz', 'left@1', ''])
      await expect(shown(name)).rejects.toMatchObject({ code: 'run-unknown', exitCode: 2 });
    await expect(runs(context, { action: 'compare', runs: ['0001'] })).rejects.toMatchObject({
      code: 'run-missing',
    });
  });

  it('keeps what a person says of one, and takes it away with the run', async () => {
    const context = await tried();
    const about = { runs: ['0001'] };
    await runs(context, { ...about, action: 'tag', tags: ['paper', 'x'] });
    await runs(context, { ...about, action: 'note', note: 'of the talk' });
    const { result } = await runs(context, { ...about, action: 'tag', tags: ['x'], remove: true });
    expect(result.runs[0]).toMatchObject({ tags: ['paper'], note: 'of the talk' });
    expect(await ids(context, { filter: { tag: 'paper' } })).toEqual(['01AAAA0001']);
    for (const tags of [[], ['a b'], ['']])
      await expect(runs(context, { ...about, action: 'tag', tags })).rejects.toMatchObject({ exitCode: 2 });
    await expect(runs(context, { ...about, action: 'note', note: '\u001b[2J' })).rejects.toMatchObject({
      code: 'note-invalid',
    });
    await runs(context, { ...about, action: 'delete' });
    expect(await ids(context)).toEqual(['01AAAB0002']);
    expect(await context.store.recordIds('mark')).toEqual([]);
  });

  it('names a damaged one, and tells all the others', async () => {
    const context = await tried();
    const place = context.store.recordPlace('run', '01AAAA0001');
    const text = readFileSync(place, 'utf8');
    rmSync(place);
    writeFileSync(place, text.replace('"ok"', '"ko"'));
    const { warnings, result } = await runs(context, { action: 'list' });
    expect(warnings).toEqual([expect.stringContaining(place)]);
    expect(result.runs).toHaveLength(1);
  });

  it('says what differs between two, on the same test rows', { timeout: 60_000 }, async () => {
    const { context } = await openTestProject({
      'pipelines/left.yaml': customersPipeline(),
      'data/customers.csv': csvOf(customers(0, 200)),
    });
    for (const trees of [5, 20]) {
      await cascade(context, 'package', {
        waitMs: 0,
        set: ['model.family=gbdt', `model.gbdt.trees=${trees}`],
      });
    }
    const { result } = await runs(context, { action: 'compare', runs: ['left@1', 'left@2'] });
    const [difference] = result.differences;
    expect(difference!.changed).toEqual([{ stage: 'train', what: [expect.stringMatching(/trees: 5 → 20/)] }]);
    expect(difference!.unpaired).toBeNull();
    expect(difference!.paired!.rows).toBeGreaterThan(10);
    expect(difference!.figures.bundle).toBe('changed');
    const csv = join(context.root, 'runs.csv');
    const listed = await runs(context, { action: 'list', best: true, csv });
    expect(readFileSync(csv, 'utf8').split('\n')).toHaveLength(4);
    expect(listed.result.runs.map(({ bundle }) => bundle?.version).toSorted()).toEqual([1, 2]);
    expect(runsView.blocks(listed).length).toBeGreaterThan(1);
  });
});

describe('the words behind runs', () => {
  it.each([
    [[], { action: 'list' }],
    [['churn'], { action: 'list', pipeline: 'churn' }],
    [['list', 'show'], { action: 'list', pipeline: 'show' }],
    [['show', 'a'], { action: 'show', runs: ['a'] }],
    [['compare', 'a', 'b', 'c'], { action: 'compare', runs: ['a', 'b', 'c'] }],
    [['tag', 'a', 'x', 'y'], { action: 'tag', runs: ['a'], tags: ['x', 'y'] }],
    [['note', 'a', 'of', 'the talk'], { action: 'note', runs: ['a'], note: 'of the talk' }],
    [['delete'], { action: 'delete', runs: [] }],
  ])('%j', (words, meant) => expect(wordsOf(words)).toEqual(meant));
});
