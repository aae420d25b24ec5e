import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import {
  newerThanKnown,
  parseRecord,
  recordKind,
  recordToday,
  storeKind,
  writeRecord,
} from './recordKind.ts';

const kind = recordKind({
  name: 'note',
  owner: null,
  version: 3,
  minimumAieng: '0.3.0',
  shape: Type.Object(
    { text: Type.Optional(Type.String()), count: Type.Optional(Type.Number()) },
    { minProperties: 1 },
  ),
  older: { 1: () => ({ text: 'from 1' }), 2: (said) => ({ ...(said as object), count: 2 }) },
  without: 'Nothing is lost.',
  sample: { text: 'x' },
});
const parse = (json: object) => () => parseRecord(kind, json as never, 'runs/note/x.json');

describe('a record that was read', () => {
  it('goes through the steps between its version and that of today, once each', () => {
    expect(parse({})()).toEqual({ text: 'from 1', count: 2 });
    expect(parse({ text: 'a', record_version: 1 })()).toEqual({ text: 'from 1', count: 2 });
    expect(parse({ text: 'a', record_version: 2 })()).toEqual({ text: 'a', count: 2 });
    expect(parse({ text: 'a', record_version: 3, minimum_aieng: '0.3.0' })()).toEqual({ text: 'a' });
    expect(recordToday(kind, { text: 'a', record_version: 2 }, 'place')).toEqual({
      text: 'a',
      count: 2,
      record_version: 3,
      minimum_aieng: '0.3.0',
    });
  });

  it('says what does not fit, the whole of it or a part, and which file it is', () => {
    const at = { file: 'runs/note/x.json' };
    const damaged = (words: string) =>
      expect.objectContaining({
        code: 'record-damaged',
        exitCode: 8,
        at,
        message: expect.stringContaining(`runs/note/x.json is damaged: ${words}`) as string,
        hint: 'Restore that file from a copy, or delete it. Nothing is lost.',
      }) as unknown;
    expect(parse({ record_version: 3 })).toThrow(damaged('it: '));
    expect(parse({ text: 7, record_version: 3 })).toThrow(damaged('/text: '));
    expect(parse([])).toThrow(damaged('it is no object'));
    for (const record_version of [0, 1.5, -1, '3', null, {}])
      expect(parse({ text: 'a', record_version })).toThrow(damaged('its record_version is no number'));
  });

  it('of a newer aieng says which it takes, where that is known', () => {
    const newer = (hint: string) =>
      expect.objectContaining({
        code: 'written-by-newer-aieng',
        exitCode: 8,
        hint,
        at: { file: 'runs/note/x.json' },
      }) as unknown;
    expect(parse({ record_version: 4, minimum_aieng: '0.4.0' })).toThrow(
      newer('Use aieng 0.4.0 or newer for this store.'),
    );
    for (const minimum_aieng of [undefined, 7])
      expect(parse({ record_version: 4, minimum_aieng })).toThrow(
        newer('Use aieng of the version that wrote it for this store.'),
      );
    expect(newerThanKnown('p', null).at).toEqual({ file: 'p' });
  });
});

it('a record that could not be read back is a bug of ours', async () => {
  const store = { record: () => Promise.resolve(true) };
  await expect(writeRecord(store, kind, { id: 'x' }, { text: 'a' })).resolves.toBe(true);
  await expect(writeRecord(store, kind, { id: 'x' }, {})).rejects.toThrow(RangeError);
  await expect(writeRecord(store, kind, { id: 'x' }, {})).rejects.toThrow(/^record note: it: /);
  await expect(writeRecord(store, kind, { id: 'x', of: 'y' }, { text: 'a' })).rejects.toThrow('has no owner');
  expect(() => storeKind({ ...kind, owner: 'pipeline' }, undefined)).toThrow('is of a pipeline');
  expect(storeKind({ ...kind, owner: 'pipeline' }, 'churn')).toBe('note-churn');
});
