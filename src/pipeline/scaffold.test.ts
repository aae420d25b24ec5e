import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkPipeline } from './check.ts';
import type { ScaffoldFacts } from './scaffold.ts';
import { scaffoldPipeline } from './scaffold.ts';

const facts: ScaffoldFacts = {
  name: 'churn',
  source: 'data/customers.csv',
  label: 'churn',
  task: 'binary',
  positive: 'Yes',
  rowId: ['customer id'],
  drop: ['123', 'a: b', '#x'],
  time: 'signed_up',
  slices: ['contract'],
  rows: 7043,
};
const context = {
  transforms: {},
  metrics: [
    { name: 'log_loss', higherIsBetter: false },
    { name: 'rmse', higherIsBetter: false },
  ],
  families: {},
  variables: {},
  fileName: 'churn',
  inPipelines: true,
};

describe('scaffoldPipeline', () => {
  it('is a pipeline that says what was found out', async () => {
    const result = await checkPipeline(parse(scaffoldPipeline(facts)), context);
    expect(result).toMatchObject({
      ok: true,
      checked: {
        source: { path: 'data/customers.csv' },
        label: { column: 'churn', task: 'binary', positive: 'Yes' },
        row_id: ['customer id'],
        time: 'signed_up',
        features: { drop: ['123', 'a: b', '#x'] },
        evaluation: { slices: ['contract'], gates: [{ better_than: 'baseline' }] },
      },
    });
  });

  it('keeps any column name a name', async () => {
    const odd = ['yes', 'null', '1e3', '- x', '"q"', "it's", 'ä ö', '*a', '!t', '%', 'a\nb', '{x}', '${HOME'];
    for (const label of odd) {
      const text = scaffoldPipeline({ ...facts, label, task: 'regression', rowId: [], drop: [], slices: [] });
      const result = await checkPipeline(parse(text), context);
      expect(result).toMatchObject({ ok: true, checked: { label: { column: label, task: 'regression' } } });
    }
  });

  it('reads well', () => {
    const { positive: _positive, time: _time, ...rest } = facts;
    expect(scaffoldPipeline({ ...rest, rowId: [], drop: [], slices: [] })).toContain(
      [
        'source: data/customers.csv',
        '# What a row is: review it, keep it in git.',
        'schema: pipelines/churn.schema.json',
        '',
        '# The answer to learn, and what kind of answer it is.',
        'label:',
        '  column: churn',
        '  task: binary',
      ].join('\n'),
    );
  });
});
