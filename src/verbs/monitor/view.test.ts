import { describe, expect, it } from 'vitest';
import { noInk } from '../../cli/render/ink.ts';
import { layout } from '../../cli/render/layout.ts';
import { samples } from './sample.ts';

const text = samples.map(({ blocks }) => layout(blocks, { columns: 100, ink: noInk })).join('\n');

describe('monitor tells', () => {
  it('the column, what changed, what it costs, and what to do', () => {
    for (const words of [
      'alarm',
      '"Fiber optic" 0 % → 85 %',
      '62 more are misjudged',
      'next  aieng retrain churn',
    ]) {
      expect(text).toContain(words);
    }
  });
});
