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

  it('no difference of columns that too few rows leave unjudged', () => {
    const few = samples.filter(({ essential }) => essential.includes('not enough data'));
    const said = few.map(({ blocks }) => layout(blocks, { columns: 100, ink: noInk })).join('\n');
    expect(said).toContain('no column is judged yet: too few rows (monitor.min_rows)');
    expect(said).not.toContain('Fiber optic" 0 %');
  });

  it('nothing to do next where a canary just took over', () => {
    const promoted = samples
      .map(({ blocks }) => layout(blocks, { columns: 100, ink: noInk }))
      .filter((said) => said.includes('promoted: '));
    expect(promoted).toHaveLength(1);
    expect(promoted.join('')).not.toContain('next ');
  });
});
