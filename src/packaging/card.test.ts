import { describe, expect, it } from 'vitest';
import type { Verdict } from '../evaluation/evaluation.ts';
import { writeCard, type CardFacts } from './card.ts';
import { evaluation, sampleInputs } from './bundle.fixture.ts';

const verdict: Verdict = {
  passed: true,
  sentence: 'It finds leavers better than any rule of thumb.',
  gates: [
    {
      name: 'beats the baseline',
      state: 'passed',
      value: 0.41,
      threshold: 0.58,
      because: 'log loss .41, best baseline .58',
    },
  ],
};
const facts = (): CardFacts => ({
  manifest: sampleInputs(),
  rows: { train: 3000, validation: 500, test: 600, unlabelled: 11 },
  features: 12,
  parameters: 13,
  because: 'linear is within noise of mlp and simpler',
  calibration: { method: 'platt', slope: 1.1, intercept: -0.05 },
  set: ['model.gbdt.leaves=63 (31 in the pipeline file)'],
  evaluation,
  verdict,
  warnings: ['outcome_copy alone tells Churn: is it <b>known</b> when you predict?'],
  example: { tenure: 3, note: '``` <script>' },
});

describe('writeCard', () => {
  it('tells what a reader needs to judge the model', () => {
    const card = writeCard(facts());
    for (const told of [
      'Predicts **Churn**: "Yes" or not',
      'It finds leavers better',
      '3,000 rows',
      '11 rows without a label',
      '| **log loss** | 0.4123 | 0.38 to 0.44 | 0.58 |',
      'Platt scaling',
      'POST /predict',
      '"tenure": 3',
      '0 to 72',
      '- Of its data: outcome\\_copy alone tells Churn: is it \\<b\\>known',
    ])
      expect(card).toContain(told);
  });

  it('lets no value of the data become Markdown or HTML', () => {
    const card = writeCard(facts());
    expect(card).toContain('Two \\| \\<b\\>year');
    expect(card).not.toMatch(/(?<!\\)<b>/);
    expect(card).toContain('````json');
  });

  it('is a function of its facts', () => {
    expect(writeCard(facts())).toBe(writeCard(facts()));
    const regression = { ...facts(), manifest: { ...sampleInputs(), task: { kind: 'regression' as const } } };
    expect(writeCard(regression)).toContain('Predicts the number **Churn**');
  });
});
