import { describe, expect, it } from 'vitest';
import { cascade } from './cascade.ts';
import { cascadeOutcome } from './outcome.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';

const rows = customers(0, 200);

/** Warnings of a training that may show its rows so often. */
async function warningsWith(max_row_visits: number, epochs: number): Promise<string[]> {
  const { context } = await openTestProject({
    'pipelines/customers.yaml': customersPipeline()
      .replace('epochs: 8', `epochs: ${epochs}, learning_rate: 0.0001, max_row_visits: ${max_row_visits}`)
      .replace(', learning_rate: 0.01', '')
      .replace('family: linear', 'family: mlp'),
    'data/customers.csv': csvOf(rows),
  });
  return [...cascadeOutcome(await cascade(context, 'train', { waitMs: 0 })).warnings];
}

describe('a net that may not be shown its rows more often', () => {
  it('is told where it was still getting better', async () => {
    const [warning] = (await warningsWith(1, 8)).filter((text) => text.includes('max_row_visits'));
    expect(warning).toMatch(
      /^mlp was still getting better after 1 pass over \d+ training rows, the most that model\.mlp\.max_row_visits \(1\) allows/,
    );
  });

  it('is not told where the epochs end it', async () => {
    const told = await warningsWith(1_000_000, 2);
    expect(told.filter((text) => text.includes('max_row_visits'))).toEqual([]);
  });
});

describe('trees that may not be more', () => {
  const warningsOf = async (gbdt: string): Promise<string[]> => {
    const { context } = await openTestProject({
      'pipelines/customers.yaml': customersPipeline().replace(
        'family: linear',
        `family: gbdt, gbdt: ${gbdt}`,
      ),
      'data/customers.csv': csvOf(rows),
    });
    const { warnings } = cascadeOutcome(await cascade(context, 'train', { waitMs: 0 }));
    return warnings.filter((text) => text.startsWith('gbdt was still getting better'));
  };

  it('are told of where the last round was the best one, and not where patience ended them', async () => {
    expect(await warningsOf('{ trees: 1 }')).toEqual([
      'gbdt was still getting better after 1 round of trees, the most that model.gbdt.trees allows; raise it, or model.gbdt.learning_rate.',
    ]);
    expect(await warningsOf('{ trees: 500, patience: 3, learning_rate: 0.5 }')).toEqual([]);
  });
});
