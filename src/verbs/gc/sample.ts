import { sampled } from '../sample.ts';
import { gcView } from './view.ts';

const nothing = (kind: 'object' | 'bundle-folder' | 'image' | 'image-layer' | 'temporary' | 'report') => ({
  kind,
  count: 0,
  bytes: 0,
  examples: [],
});

/** Outcomes of `gc`, for the suite over all verbs. */
export const samples = sampled(
  gcView,
  {
    result: {
      dryRun: true,
      removed: [
        { kind: 'object', count: 12, bytes: 48_000_000, examples: ['objects/a1/a1b2'] },
        nothing('bundle-folder'),
        { kind: 'image', count: 2, bytes: 420_000_000, examples: ['images/a1b2.tar'] },
        { kind: 'image-layer', count: 4, bytes: 61_000_000, examples: ['images/blobs/sha256/a1b2'] },
        nothing('temporary'),
        nothing('report'),
      ],
      kept: [
        { why: 'current', count: 9, bytes: 12_000_000 },
        { why: 'served', count: 30, bytes: 6_000_000 },
      ],
      expired: [{ pipeline: 'churn', predictions: 800, rows: 12, segments: 1 }],
      held: [],
    },
  },
  {
    warnings: ['No object, bundle folder or image was removed: 1 thing of the store cannot be read.'],
    result: {
      dryRun: false,
      removed: [
        nothing('object'),
        nothing('bundle-folder'),
        nothing('image'),
        nothing('image-layer'),
        nothing('temporary'),
        nothing('report'),
      ],
      kept: [{ why: 'held', count: 3, bytes: 1200 }],
      expired: [{ pipeline: 'churn', predictions: 5000, rows: 120, segments: 1 }],
      held: ['.aieng/runs/stage-train/a1.json is damaged: it is not JSON.'],
    },
  },
);
