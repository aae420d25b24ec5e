import { describe, expect, it } from 'vitest';
import { noInk } from '../../cli/render/ink.ts';
import { layout } from '../../cli/render/layout.ts';
import { samples } from './sample.ts';

const text = samples.map(({ blocks }) => layout(blocks, { columns: 100, ink: noInk })).join('\n');

describe('train tells', () => {
  it('the model beside the baselines, the metric of the pipeline first', () => {
    expect(text).toMatch(/metric +linear +majority +one-rule: contract\n +log loss +0\.41 +0\.58 +0\.49/);
  });

  it('how to package what was trained with a key that was set: by the file it would be another model', () => {
    expect(text).toMatch(/next {2}aieng run churn --set model\.gbdt\.leaves=63\n/);
  });
});
