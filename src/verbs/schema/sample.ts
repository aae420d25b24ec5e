import { sampled } from '../sample.ts';
import { schemaView } from './view.ts';

const file = 'pipelines/churn.schema.json';

const types = 'export interface Row {\n  /** number */\n  readonly tenure: number | null;\n}\n';

export const samples = sampled(
  schemaView,
  {
    result: {
      from: file,
      to: 'data/customers.csv',
      compatible: false,
      changes: [
        {
          column: 'plan',
          what: 'domain',
          from: null,
          to: '"gold"',
          effect: 'compatible',
          because: 'a model of before takes them, and counts them as never seen',
        },
        {
          column: 'tenure',
          what: 'kind',
          from: 'number',
          to: 'text',
          effect: 'incompatible',
          because: 'the same text becomes another value: models have to be trained anew',
        },
      ],
      types: null,
      written: null,
    },
  },
  {
    result: { from: file, to: 'old.schema.json', compatible: true, changes: [], types: null, written: null },
  },
  { result: { from: file, to: null, compatible: true, changes: [], types, written: null } },
  { result: { from: file, to: null, compatible: true, changes: [], types, written: 'churn.rows.ts' } },
);
