import type { ValidateResult } from './result.ts';
import { sampled, sampleDigest } from '../sample.ts';
import { validateView } from './view.ts';

const result: Omit<ValidateResult, 'accepted'> = {
  rows: 7032,
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
