import type { Rejection } from '../../data/source.ts';
import { sampled } from '../sample.ts';
import { ingestView } from './view.ts';

/** A record that tries to reach the terminal. */
export const sampleRejection: Rejection = {
  file: 'data/customers.csv',
  line: 17,
  column: 'tenure',
  reason: 'expected a number, got "twelve months and a bit"',
  raw: 'C-17,twelve months and a bit,\u001b[31mred,日本語のセル,42',
};

/** Outcomes of `ingest`, for the suite over all verbs. */
export const samples = sampled(ingestView, {
  result: {
    rows: 7032,
    quarantined: 11,
    columns: 21,
    rejections: [sampleRejection],
    quarantineFile: '.aieng/objects/ab',
    unknownColumns: [{ name: 'vip', records: 12 }],
    unreadable: [{ name: 'tags', reason: "VARCHAR[] is not a table's cell" }],
    increment: { read: 120, added: 80, changed: 30, repeated: 10, gone: 2 },
    mended: { file: 'mended.csv', taken: 7, refused: 2, unmatched: 1 },
    inferredSchema: null,
  },
});
