import { describe, expect, it } from 'vitest';
import { fakeManifest } from '../../test/system/fakePredictor.ts';
import type { Manifest } from '../packaging/manifest.ts';
import { parseFeedback } from './feedback.ts';

const regression: Manifest = { ...fakeManifest, task: { kind: 'regression' }, outputs: [] };
const codes: Manifest = { ...fakeManifest, outputs: ['0', '1'] };

describe('parseFeedback', () => {
  it('takes one or a list', () => {
    expect(parseFeedback({ id: 'a', label: 'Yes' }, fakeManifest, 10)).toEqual([{ id: 'a', label: 'Yes' }]);
    expect(parseFeedback([{ id: 'a', label: 'No' }], fakeManifest, 10)).toEqual([{ id: 'a', label: 'No' }]);
    expect(parseFeedback([], fakeManifest, 10)).toEqual([]);
    const timed = { id: 'a', label: 'No', time: '2025-01-01T00:00:01Z' };
    expect(parseFeedback(timed, fakeManifest, 10)).toEqual([{ ...timed, time: 1_735_689_601_000 }]);
  });

  it('knows a class by its name however JSON writes it', () => {
    expect(parseFeedback({ id: 'a', label: 1 }, codes, 10)).toEqual([{ id: 'a', label: '1' }]);
    expect(parseFeedback({ id: 'a', label: 2.5 }, regression, 10)).toEqual([{ id: 'a', label: 2.5 }]);
  });

  it.each([
    [{ id: 'a', label: 'Maybe' }, fakeManifest, '/label'],
    [
      [
        { id: 'a', label: 'No' },
        { id: 7, label: 'No' },
      ],
      fakeManifest,
      '/1/id',
    ],
    [{ id: 'a' }, fakeManifest, '/label'],
    [{ id: '', label: 'No' }, fakeManifest, '/id'],
    [{ id: 'a'.repeat(201), label: 'No' }, fakeManifest, '/id'],
    [{ id: 'a', label: 'No', time: 'yesterday' }, fakeManifest, '/time'],
    [{ id: 'a', label: 'No', time: 1_735_689_601_000 }, fakeManifest, '/time'],
    [{ id: 'a', label: 'No', extra: 1 }, fakeManifest, '/extra'],
    [{ id: 'a', label: '3' }, regression, '/label'],
    [{ id: 'a', label: Infinity }, regression, '/label'],
    [[null], fakeManifest, '/0'],
  ])('refuses %j', (body, manifest, path) => {
    expect(() => parseFeedback(body, manifest, 10)).toThrow(`Bad input at ${path}:`);
  });

  it('refuses what is no feedback, and too much of it', () => {
    expect(() => parseFeedback('x', fakeManifest, 10)).toThrow('Expected {"id"');
    const three = Array.from({ length: 3 }, () => ({ id: 'a', label: 'No' }));
    expect(() => parseFeedback(three, fakeManifest, 2)).toThrow('at most 2');
  });
});
