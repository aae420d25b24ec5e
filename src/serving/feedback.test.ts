import { describe, expect, it } from 'vitest';
import { fakeManifest } from '../../test/system/fakePredictor.ts';
import { JsonNumber } from '../data/cells/json.ts';
import type { RowSchema } from '../data/schema.ts';
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

  it('reads labels as the schema declares them: spellings of a class, numbers by a format', () => {
    const label = { name: fakeManifest.label, nullable: false, required: true, closed: false } as const;
    const merged: RowSchema = {
      missing: [''],
      columns: [{ ...label, kind: 'category', type: 'string', merge: { YES: 'Yes' } }],
    };
    expect(parseFeedback({ id: 'a', label: ' YES ' }, fakeManifest, 10, merged)).toEqual([
      { id: 'a', label: 'Yes' },
    ]);
    const euros: RowSchema = {
      missing: [''],
      columns: [{ ...label, kind: 'number', type: 'number', numberFormat: { decimal: ',' } }],
    };
    expect(parseFeedback({ id: 'a', label: '2,5' }, regression, 10, euros)).toEqual([
      { id: 'a', label: 2.5 },
    ]);
  });

  it('knows a class by its name however JSON writes it', () => {
    for (const label of [1, '1', ' 1 ', '1.0', new JsonNumber('1.0'), new JsonNumber('1e0')])
      expect(parseFeedback({ id: 'a', label }, codes, 10)).toEqual([{ id: 'a', label: '1' }]);
    expect(() => parseFeedback({ id: 'a', label: true }, codes, 10)).toThrow(
      'Bad input at /label: no class of the model: expected one of "0", "1", got "true"',
    );
    expect(parseFeedback({ id: 'a', label: new JsonNumber('2.50') }, regression, 10)).toEqual([
      { id: 'a', label: 2.5 },
    ]);
    expect(parseFeedback({ id: 'a', label: 2.5 }, regression, 10)).toEqual([{ id: 'a', label: 2.5 }]);
  });

  it('takes an id as it is written: a number and its text are one id', () => {
    for (const [id, text] of [
      [712, '712'],
      ['00712', '00712'],
      [new JsonNumber('7.12e2'), '7.12e2'],
      [new JsonNumber('9007199254740993'), '9007199254740993'],
    ] as const)
      expect(parseFeedback({ id, label: 'No' }, fakeManifest, 10)).toEqual([{ id: text, label: 'No' }]);
  });

  it.each([
    [{ id: 'a', label: 'Maybe' }, fakeManifest, '/label'],
    [
      [
        { id: 'a', label: 'No' },
        { id: true, label: 'No' },
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
