import { describe, expect, it } from 'vitest';
import { loadBundle } from '../packaging/keep.ts';
import { createRandom } from '../random.ts';
import { outputOf } from '../tracking/stages.ts';
import { cascade } from './cascade.ts';
import type { CascadeResult } from './cascade.ts';
import { cascadeOutcome } from './outcome.ts';
import { openTestProject } from './testing.fixture.ts';
import type { TestProject } from './testing.fixture.ts';

/** Rents that follow the size, from row to row by a tenth more or less. */
function rents(rows: number): string {
  const random = createRandom('rents');
  const lines = Array.from({ length: rows }, (_, row) => {
    const size = 20 + random.integer(100);
    return `r${row},${size},${Math.round(10 * size * (1 + 0.1 * random.normal()))}`;
  });
  return ['id,size,rent', ...lines].join('\n').concat('\n');
}

async function packaged(rows: number, model: string): Promise<{ project: TestProject; done: CascadeResult }> {
  const project = await openTestProject({
    'pipelines/rent.yaml': `source: data/rents.csv
label: { column: rent, task: regression }
row_id: id
model: { family: linear, ${model} }
evaluation: { gates: [] }
`,
    'data/rents.csv': rents(rows),
  });
  return { project, done: await cascade(project.context, 'package', { waitMs: 0 }) };
}

describe('a pipeline of numbers', () => {
  it('makes a bundle whose answers have an interval, and says what it held', async () => {
    const { project, done } = await packaged(600, 'interval: 0.8');
    const { evaluation, interval } = outputOf.train(done.records.train!);
    expect(interval?.level).toBe(0.8);
    expect(evaluation.coverage?.level).toBe(0.8);
    expect(Math.abs(evaluation.coverage!.coverage - 0.8)).toBeLessThan(0.15);
    const { manifest } = await loadBundle(project.context.store, outputOf.package(done.last).bundle);
    expect(manifest.interval).toEqual(interval);
    expect(cascadeOutcome(done).warnings.join()).not.toContain('interval');
  });

  it('has none where none is asked for', async () => {
    const { project, done } = await packaged(200, 'interval: null');
    const { manifest } = await loadBundle(project.context.store, outputOf.package(done.last).bundle);
    expect(manifest).not.toHaveProperty('interval');
    expect(outputOf.train(done.records.train!).evaluation).not.toHaveProperty('coverage');
    expect(cascadeOutcome(done).warnings.join()).not.toContain('interval');
  });

  it('says so where rows are too few for one', async () => {
    const { done } = await packaged(60, 'interval: 0.95');
    expect(outputOf.train(done.records.train!).interval).toBeNull();
    expect(cascadeOutcome(done).warnings).toContain(
      'Answers have no interval: 95 % of the labels within takes 39 labelled validation rows or more. Give more rows, or lower model.interval.',
    );
  });
});
