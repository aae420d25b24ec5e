import { describe, expect, it } from 'vitest';
import type { Context } from '../../project/context.ts';
import { cascade } from '../cascade.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../testing.fixture.ts';
import type { Searched } from '../../modeling/search/result.ts';
import { searchParameters } from './search.ts';

const open = (rows = 300) =>
  openTestProject({
    'pipelines/left.yaml': customersPipeline().replace('family: linear', 'family: gbdt, gbdt: { trees: 20 }'),
    'data/customers.csv': csvOf(customers(0, rows)),
  });
const options = { waitMs: 0 };
const wish = { trials: 6, seconds: null };

/** The context, counting fits, and ended after so many. */
function counting(context: Context, most = Infinity): { context: Context; fits: () => number } {
  const seen = new Set<string>();
  const controller = new AbortController();
  return {
    fits: () => seen.size,
    context: {
      ...context,
      signal: controller.signal,
      progress: (event) => {
        const words =
          event.kind === 'progress' ? /^trial \d+ of \d+, fold \d+/.exec(event.detail)?.[0] : undefined;
        if (words === undefined) return;
        seen.add(words);
        if (seen.size > most) controller.abort();
      },
    },
  };
}

describe('a search of parameters', () => {
  it('comes to the same after it was killed, and fits nothing again', async () => {
    const whole = await searchParameters((await open()).context, options, wish);
    const { context } = await open();
    const killed = counting(context, 5);
    await expect(searchParameters(killed.context, options, wish)).rejects.toMatchObject({
      code: 'interrupted',
    });
    const resumed = counting(context);
    const again = await searchParameters(resumed.context, options, wish);
    expect(again).toEqual(whole);
    const fits = again!.search.trials.reduce((sum, { folds }) => sum + folds.length, 0);
    expect(resumed.fits()).toBeLessThanOrEqual(fits - 4);
    const third = counting(context);
    expect(await searchParameters(third.context, options, wish)).toEqual(whole);
    expect(third.fits()).toBe(0);
  }, 60_000);

  it('says each trial with its folds, and what to put into the pipeline', async () => {
    const { context } = await open();
    const { search, set } = (await searchParameters(context, options, wish)) as Searched;
    expect(search).toMatchObject({ family: 'gbdt', metric: 'log_loss', asked: 6, folds: 5 });
    expect(search.trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(search.trials[0]).toMatchObject({ against: 0, stopped: false });
    expect(search.trials[0]!.values).toMatchObject({
      'model.gbdt.leaves': 31,
      'model.gbdt.learning_rate': 0.05,
    });
    for (const { stopped, folds } of search.trials) expect(stopped).toBe(folds.length < 5);
    if (search.best === 0) expect(set).toEqual([]);
    else expect(search.yaml).toMatch(/^model:\n {2}family: gbdt\n {2}gbdt:\n( {4}[a-z_]+: [\d.]+\n?)+$/);
    // What it found is trained as if it had been set.
    const done = await cascade(context, 'train', { ...options, set });
    expect(done.pipeline.overrides.map(({ key, value }) => `${key}=${JSON.stringify(value)}`)).toEqual(set);
  }, 60_000);

  it('leaves alone what was set for the run, and stops after a round where the time is over', async () => {
    const { context, environment } = await open();
    const slow = { ...context, progress: () => environment.advance(1000) };
    const found = await searchParameters(
      slow,
      { ...options, set: ['model.gbdt.leaves=7'] },
      { trials: 40, seconds: 1 },
    );
    expect(found!.search.trials.length).toBe(4);
    for (const { values } of found!.search.trials) expect(values).not.toHaveProperty(['model.gbdt.leaves']);
  }, 60_000);

  it('is of one family that has something to be searched', async () => {
    const { context } = await open();
    const search = (family: string) =>
      searchParameters(context, { ...options, set: [`model.family=${family}`] }, wish);
    await expect(search('auto')).rejects.toMatchObject({ code: 'nothing-to-search', exitCode: 2 });
    await expect(search('linear')).rejects.toMatchObject({
      message: 'Family linear has nothing to be searched.',
      hint: 'Name a family that has: --family gbdt or --family mlp or --family tabm.',
    });
  });
});
