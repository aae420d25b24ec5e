import { sampled, sampleDigest } from '../sample.ts';
import { validateView } from './view.ts';

/** Outcomes of `validate`, for the suite over all verbs. */
export const samples = sampled(validateView, {
  result: {
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
  },
});
