import { describe, expect, it } from 'vitest';
import { outputOf } from '../tracking/stages.ts';
import { cascade } from './cascade.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';

const project = (family: string) =>
  openTestProject({
    'pipelines/left.yaml': customersPipeline().replace('family: linear', `family: ${family}`),
    'data/customers.csv': csvOf(customers(0, 120)),
  });

describe('a training that may choose for so many seconds', () => {
  it('is what a pipeline makes that asks for the folds that it fitted, and says so', async () => {
    const { context } = await project('auto');
    const cut = await cascade(context, 'train', { waitMs: 0, seconds: 0 });
    expect(outputOf.train(cut.last).folds).toBe(1);
    expect(cut.pipeline.overrides).toMatchObject([{ key: 'model.folds', value: 1 }]);
    // Known already: under the same key.
    const asked = await cascade(context, 'train', { waitMs: 0, set: ['model.folds=1'] });
    expect(asked.last).toEqual(cut.last);
    expect(asked.stages.at(-1)).toMatchObject({ name: 'train', state: 'cached' });
    // With time enough it is what it is without a limit.
    const long = await cascade(context, 'train', { waitMs: 0, seconds: 1000 });
    expect(outputOf.train(long.last).folds).toBe(5);
    expect(long.pipeline.overrides).toEqual([]);
    const free = await cascade(context, 'train', { waitMs: 0 });
    expect(free.last).toEqual(long.last);
  });

  it('is refused where nothing is chosen', async () => {
    const { context } = await project('linear');
    await expect(cascade(context, 'train', { waitMs: 0, seconds: 5 })).rejects.toMatchObject({
      code: 'flags-do-not-fit',
      exitCode: 2,
    });
  });
});
