import type { ValidateResult } from './result.ts';
import { sampled, sampleDigest } from '../sample.ts';
import { validateView } from './view.ts';

const none = { rows: 7032, missing: 0, min: null, max: null, mean: null, top: null, noticed: [] };
const result: Omit<ValidateResult, 'accepted'> = {
  rows: 7032,
  columns: [
    {
      ...none,
      name: 'tenure',
      kind: 'number',
      missing: 11,
      distinct: 72,
      min: 1,
      max: 72,
      mean: 32.421,
      values: '1 to 72, mean 32.4',
    },
    {
      ...none,
      name: 'contract',
      kind: 'category',
      distinct: 4,
      top: { value: 'Month-to-month', count: 3875 },
      values: 'Month-to-month (55.1 %)',
      noticed: ['unexpected-value'],
    },
    { ...none, name: 'email', kind: 'text', distinct: 7032, values: '' },
  ],
  findings: [
    {
      check: 'unexpected-value',
      column: 'contract',
      severity: 'warning',
      message: 'contract has "Weekly".',
      count: 3,
      examples: [{ rowId: 'C-17', value: 'Weekly' }],
      fix: 'Add it to the domain.',
    },
  ],
  comparedWith: sampleDigest,
};

/** Outcomes of `validate`, for the suite over all verbs. */
export const samples = sampled(
  validateView,
  { result: { ...result, accepted: null } },
  {
    result: {
      ...result,
      findings: [],
      accepted: {
        findings: ['unexpected-value:contract'],
        schema: 'pipelines/churn.schema.json',
        changes: [
          {
            column: 'contract',
            what: 'domain',
            from: null,
            to: '"Weekly"',
            effect: 'compatible',
            because: 'a model of before takes them, and counts them as never seen',
          },
        ],
      },
    },
  },
);
