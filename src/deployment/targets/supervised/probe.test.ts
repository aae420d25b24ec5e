import { describe, expect, it } from 'vitest';
import { compareGolden } from './probe.ts';

describe('compareGolden', () => {
  const classes = { outputs: ['No', 'Yes'], scores: [0.25, 0.75] };
  it('takes float32 rounding and nothing more', () => {
    expect(compareGolden({ probabilities: { Yes: 0.750005, No: 0.249995 } }, classes)).toBeNull();
    expect(compareGolden({ probabilities: { Yes: 0.7502, No: 0.2498 } }, classes)).toMatch(
      /No is 0.2498, was 0.25/,
    );
  });
  it('compares numbers relative to their size', () => {
    expect(compareGolden({ prediction: 200_001 }, { outputs: [], scores: [200_000] })).toBeNull();
    expect(compareGolden({ prediction: 200_003 }, { outputs: [], scores: [200_000] })).toMatch(
      /prediction is 200003/,
    );
  });
  it.each([null, {}, { probabilities: { No: 0.25 } }, { probabilities: { No: '0.25', Yes: 0.75 } }])(
    'refuses the answer %j',
    (answer) => {
      expect(compareGolden(answer, classes)).not.toBeNull();
    },
  );
});
