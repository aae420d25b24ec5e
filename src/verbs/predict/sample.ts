import { sampled } from '../sample.ts';
import { sampleRejection } from '../ingest/sample.ts';
import { predictView } from './view.ts';

/** Outcomes of `predict`, for the suite over all verbs. */
export const samples = sampled(
  predictView,
  {
    result: {
      rows: 100,
      rejected: 1,
      rejections: [sampleRejection],
      output: 'answers.csv',
      rejectsFile: 'answers.csv.rejects.ndjson',
    },
  },
  {
    result: {
      rows: 100,
      rejected: 0,
      rejections: [],
      output: 'parts/part-00003-of-00008.ndjson',
      rejectsFile: null,
      shard: { index: 3, of: 8, state: 'kept' },
    },
  },
  {
    result: {
      rows: 100,
      rejected: 1,
      rejections: [sampleRejection],
      output: 'answers.ndjson',
      rejectsFile: 'answers.ndjson.rejects.ndjson',
      merged: [{ part: 'part-00000-of-00001.ndjson', rows: 100, rejected: 1 }],
    },
  },
);
