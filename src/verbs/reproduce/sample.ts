import { sampled, sampleDigest, sampleInstant } from '../sample.ts';
import type { ReproduceResult } from './result.ts';
import { reproduceView } from './view.ts';

const same: ReproduceResult = {
  bundle: sampleDigest,
  state: 'same',
  stages: (['featurize', 'train', 'package'] as const).map((name) => ({
    name,
    same: true,
    recorded: sampleDigest,
    now: sampleDigest,
    durationMs: 1200,
  })),
  differences: [],
  metric: { name: 'log_loss', recorded: 0.41, low: 0.38, high: 0.44, now: 0.41 },
  recorded: {
    run: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
    at: sampleInstant,
    commit: 'c0ffee'.repeat(6),
    dirty: true,
    head: 'c0ffee'.repeat(6),
    aieng: '0.3.0',
    platform: 'linux-x64',
  },
  changed: [],
};
const [first, second, third] = same.stages;
const otherDigest = 'b2c3'.repeat(16);

/** Outcomes of `reproduce`, for the suite over all verbs. */
export const samples = sampled(
  reproduceView,
  { version: 3, result: same },
  {
    version: 3,
    warnings: ['The script does not give the same twice: churn@3 was compared by log_loss.'],
    result: {
      ...same,
      state: 'alike',
      stages: [
        { ...first!, name: 'gather' },
        { ...second!, same: false, now: otherDigest },
        { ...third!, same: false, now: otherDigest },
      ],
      differences: [{ path: 'model/given/model.txt', at: 'byte 412 (line 14)' }],
      metric: { ...same.metric, now: 0.412 },
    },
  },
  {
    exitCode: 4,
    version: 3,
    result: {
      ...same,
      state: 'differs',
      stages: [first!, { ...second!, same: false, now: otherDigest }, { ...third!, same: false, now: null }],
      differences: [{ path: 'trees.json', at: 'it is not there now' }],
      metric: { ...same.metric, low: null, high: null, now: 0.6 },
      recorded: { ...same.recorded, commit: null, dirty: false, head: null },
      changed: ['train: code changed'],
    },
  },
);
