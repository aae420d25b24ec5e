import { describe, expect, it } from 'vitest';
import { formerKeyNotices, presentMembers, withPresentKeys } from './formerKeys.ts';

describe('keys that stood elsewhere before', () => {
  it('are read where they stand now', () => {
    const { model, former } = withPresentKeys({ family: 'mlp', epochs: 8, mlp: { hidden: [4] }, dropout: 0 });
    expect(model).toEqual({ family: 'mlp', mlp: { hidden: [4], epochs: 8, dropout: 0 } });
    expect(formerKeyNotices(former)).toEqual([
      'model.epochs and model.dropout of the pipeline file are keys of model.mlp now, and were read as such: write `mlp: { epochs: …, dropout: … }` under `model:`.',
    ]);
  });

  it('give way to the present ones, and are told of', () => {
    const { model, former } = withPresentKeys({ epochs: 8, mlp: { epochs: 9 } });
    expect(model).toEqual({ mlp: { epochs: 9 } });
    expect(formerKeyNotices(former)).toEqual([
      'model.epochs of the pipeline file is not read, for model.mlp.epochs says it: take it out.',
    ]);
  });

  it('leave everything else as it is', () => {
    for (const model of ['auto', null, 7, [], { seed: 2 }, { epochs: 1, mlp: 'x' }])
      expect(withPresentKeys(model)).toEqual({ model, former: [] });
    expect(formerKeyNotices([])).toEqual([]);
  });

  it('may be set for one run by their former name', () => {
    expect(presentMembers(['model', 'hidden', '0'])).toEqual(['model', 'mlp', 'hidden', '0']);
    for (const members of [['model', 'seed'], ['split', 'epochs'], ['model'], ['model', 'constructor']])
      expect(presentMembers(members)).toEqual(members);
  });
});
