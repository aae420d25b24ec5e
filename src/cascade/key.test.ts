import { describe, expect, it } from 'vitest';
import { storeSalt } from '../tracking/salt.ts';
import type { StageCode } from '../environment/environment.ts';
import { codeParts, hiddenValue, keyOf, trainingCode } from './key.ts';
import { openTestProject } from './testing.fixture.ts';

describe('keyOf', () => {
  it('is a function of the stage and of every part, in whatever order they were named', () => {
    const key = keyOf('train', { a: 1, b: { c: 2, d: 3 } });
    expect(keyOf('train', { b: { d: 3, c: 2 }, a: 1 })).toBe(key);
    expect(keyOf('package', { a: 1, b: { c: 2, d: 3 } })).not.toBe(key);
    expect(keyOf('train', { a: 1, b: { c: 2, d: 4 } })).not.toBe(key);
    expect(keyOf('train', { a: 1 })).not.toBe(key);
  });

  it('has the code of the stage and the libraries that it uses', async () => {
    const { environment } = await openTestProject({});
    const stageCode = (stage: string) => ({ digest: `of ${stage}`, libraries: { ajv: '8.0.0' } });
    expect(codeParts({ ...environment, stageCode }, 'train')).toEqual({
      code: 'of train',
      libraries: { ajv: '8.0.0' },
    });
  });

  it('has the code of each family that the stage works with, and of no other', async () => {
    const { environment } = await openTestProject({});
    const parts = codeParts(environment, 'train', ['linear', 'mlp']);
    expect(parts).toEqual({
      code: 'code-of-train',
      libraries: {},
      'code of family linear': 'code-of-family-linear',
      'libraries of family linear': {},
      'code of family mlp': 'code-of-family-mlp',
      'libraries of family mlp': {},
    });
  });

  it('names the code that trains in one word, another one for any of it', async () => {
    const { environment } = await openTestProject({});
    const other = { ...environment, familyCode: () => ({ digest: 'newer', libraries: {} }) };
    const words = [
      trainingCode(environment, ['gbdt']),
      trainingCode(environment, ['gbdt', 'linear']),
      trainingCode(other, ['gbdt']),
    ];
    expect(new Set(words).size).toBe(3);
    const source = (): StageCode => ({ digest: 'source', libraries: {} });
    expect(trainingCode({ ...environment, stageCode: source, familyCode: source }, ['gbdt'])).toBe('source');
  });
});

describe('hiddenValue', () => {
  it('is the same for the same value and salt, and another for any other', async () => {
    const hash = await hiddenValue('salt', ';');
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(await hiddenValue('salt', ';')).toBe(hash);
    const others = [
      await hiddenValue('pepper', ';'),
      await hiddenValue('salt', ','),
      await hiddenValue('salt', 1),
      await hiddenValue('salt', '1'),
    ];
    expect(new Set([hash, ...others]).size).toBe(5);
  });

  it('has one salt for each store, whoever asks first', async () => {
    const { context } = await openTestProject({});
    const [first, second] = await Promise.all([storeSalt(context), storeSalt(context)]);
    expect(second).toBe(first);
    expect(await storeSalt(context)).toBe(first);
  });
});
