import { sampled } from '../sample.ts';
import { initView } from './view.ts';

/** Outcomes of `init`, for the suite over all verbs. */
export const samples = sampled(initView, {
  result: {
    name: 'churn',
    task: 'binary',
    created: ['pipelines/churn.yaml'],
    recognised: [
      {
        key: 'delimiter',
        value: ';',
        what: 'Fields are parted by ";".',
        line: 1,
        example: 'id;age;churn',
      },
    ],
    notes: ['id looks like an id'],
    next: 'aieng run churn',
  },
});
