import { sampleInstant, sampled } from '../sample.ts';
import { rejectsView } from './view.ts';

const example = {
  file: 'data/customers.csv',
  line: 17,
  column: 'tenure',
  reason: 'expected a number, got "twelve months and a bit"',
  raw: 'C-17,twelve months and a bit,\u001b[31mred,日本語のセル,42',
};

const told = { file: 'data/customers.csv', at: sampleInstant, records: 7043, tolerated: 0.05 };

export const samples = sampled(
  rejectsView,
  {
    result: {
      ...told,
      outcome: 'refused',
      rejected: 931,
      reasons: [
        { column: 'tenure', reason: 'expected a number', count: 930, examples: [example] },
        {
          column: null,
          reason: 'expected 21 fields',
          count: 1,
          examples: [
            { file: 'data/customers.csv', line: 18, reason: 'expected 21 fields, got 22', raw: 'a,b' },
          ],
        },
      ],
      exported: null,
      requeued: {
        file: 'mended.csv',
        taken: 900,
        unchanged: 30,
        unmatched: 1,
        example: 'data/customers.csv:7',
      },
    },
  },
  {
    result: {
      ...told,
      outcome: 'ingested',
      rejected: 0,
      reasons: [],
      exported: 'rejects.csv',
      requeued: null,
    },
  },
);
