import { describe, expect, it } from 'vitest';
import type { TrainOutput } from '../tracking/stageOutputs.ts';
import { outputOf } from '../tracking/stages.ts';
import { createRandom } from '../random.ts';
import { cascade } from './cascade.ts';
import { openTestProject } from './testing.fixture.ts';

/** Three figures that each tell a little of the answer (`strength` 0 = nothing), a time and a group. */
function rows(count: number, strength: number, seed: string): string {
  const random = createRandom(`cross-fitting/${seed}`);
  const lines = Array.from({ length: count }, (_, at) => {
    const [a, b, c] = [random.normal(), random.normal(), random.normal()];
    const yes = random.next() < 1 / (1 + Math.exp(-strength * (a + b + c)));
    const day = new Date(Date.UTC(2024, 0, 1 + at)).toISOString();
    return [`r${at}`, a.toFixed(3), b.toFixed(3), c.toFixed(3), day, `g${at % 40}`, yes ? 'Yes' : 'No'].join(
      ',',
    );
  });
  return `id,a,b,c,at,team,answer\n${lines.join('\n')}\n`;
}

async function trained(csv: string, more = 'split: { strategy: stratified }'): Promise<TrainOutput> {
  const { context } = await openTestProject({
    'pipelines/p.yaml': `source: data/rows.csv
row_id: id
time: at
label: { column: answer, positive: 'Yes' }
features: { drop: [team, at] }
model: { family: linear, backend: wasm }
evaluation: { bootstrap: 200 }
${more}
`,
    'data/rows.csv': csv,
  });
  return outputOf.train((await cascade(context, 'train', { waitMs: 0, only: false })).last);
}

describe('a test part that is too small to decide', () => {
  it('is decided on all rows: a model that is worth having passes', async () => {
    const { evaluation, verdict } = await trained(rows(300, 0.55, 'some'));
    expect(evaluation.baselines.some(({ improvement }) => improvement!.low <= 0)).toBe(true);
    expect(evaluation.crossFitted).toMatchObject({ rows: 300, folds: 5, loss: 'log loss' });
    expect(evaluation.crossFitted!.against.map(({ name }) => name)).toEqual(['majority', 'one-rule']);
    expect(Math.max(...evaluation.crossFitted!.against.map(({ p }) => p))).toBeLessThanOrEqual(0.025);
    expect(verdict).toMatchObject({ passed: true, gates: [{ name: 'baseline:log_loss', state: 'passed' }] });
    expect(verdict.sentence).toMatch(
      /^Worth having: each of 300 labelled rows judged by models that did not/,
    );
  });

  it('is decided on all rows: noise fails, and one dealing is enough to see it', async () => {
    const { evaluation, verdict } = await trained(rows(150, 0, 'none'));
    expect(verdict.passed).toBe(false);
    expect(evaluation.crossFitted?.dealings ?? 1).toBe(1);
  });

  it('stays undecided where rows are split by time', async () => {
    const { evaluation } = await trained(rows(300, 0.55, 'some'), 'split: { strategy: time }');
    expect(evaluation.crossFitted).toBeUndefined();
  });

  it('is not looked at again where the test part decides', async () => {
    const { evaluation, verdict } = await trained(rows(600, 3, 'much'));
    expect(verdict.passed).toBe(true);
    expect(evaluation.crossFitted).toBeUndefined();
  });
});
