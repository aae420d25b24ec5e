import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import type { LabelDoor } from './join.ts';
import { readLabelFile } from './labelFile.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-labels-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const column = (name: string, changes: Partial<ColumnSchema> = {}): ColumnSchema => ({
  name,
  kind: 'category',
  type: 'string',
  nullable: false,
  required: true,
  closed: false,
  ...changes,
});
const schema: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    column('country', { domain: ['de'], closed: true }),
    column('customer', { kind: 'text' }),
    column('left', { domain: ['No', 'Yes'], closed: true }),
    column('churned', { type: 'boolean', trueWords: ['ja'], falseWords: ['nein'] }),
    column('spend', { kind: 'number', type: 'number' }),
    column('tier', { merge: { GOLD: 'gold' }, missing: ['-'] }),
    column('paid', { kind: 'number', type: 'number', numberFormat: { decimal: ',', thousands: '.' } }),
  ],
};

const read = (
  text: string,
  how: { label?: string; rowId?: readonly string[]; name?: string } = {},
): Promise<LabelDoor> => {
  const name = how.name ?? 'labels.csv';
  writeFileSync(path.join(folder, name), text);
  return readLabelFile({
    path: path.join(folder, name),
    shown: name,
    schema,
    label: how.label ?? 'left',
    rowId: how.rowId ?? ['customer'],
    now: 1000,
  });
};
const ids = ({ labels }: LabelDoor): string[] => labels.map(({ id }) => id);

describe('a file of labels', () => {
  it('is written as the schema declares it: spellings, missing words, numbers', async () => {
    const tiers = await read('id,tier\na,GOLD\nb,gold\nc,-\n', { label: 'tier' });
    expect(tiers.labels.map(({ id, label }) => [id, label])).toEqual([
      ['a', 'gold'],
      ['b', 'gold'],
    ]);
    const paid = await read('id;paid\na;1.234,50\nb;7\n', { label: 'paid' });
    expect(paid.labels.map(({ label }) => label)).toEqual([1234.5, 7]);
  });

  it('names predictions or rows in "id", as written', async () => {
    const door = await read('id,left\n00712,Yes\n7.12e2,maybe\n 712 ,No\n');
    expect(door).toEqual({
      door: 'file',
      source: 'labels.csv',
      labels: [
        { id: '00712', label: 'Yes', at: 1000 },
        { id: '7.12e2', label: 'maybe', at: 1000 },
        { id: ' 712 ', label: 'No', at: 1000 },
      ],
      unusable: [],
      blank: 0,
    });
  });

  it('or rows in the columns that identify them, as rows are named everywhere', async () => {
    expect(ids(await read('customer,left\n00712,Yes\n'))).toEqual(['00712']);
    const both = { rowId: ['country', 'customer'] };
    expect(ids(await read('customer,left,country\nx|y,Yes,de\n', both))).toEqual(['de|x\\|y']);
    // Half of an id is none.
    await expect(read('customer,left\nx,Yes\n', both)).rejects.toMatchObject({
      exitCode: 3,
      code: 'label-file-column',
      message: expect.stringContaining('"id" or "country" and "customer"'),
    });
  });

  it('whatever row_id is called', async () => {
    expect(ids(await read('id,left\n17,Yes\n', { rowId: ['id'] }))).toEqual(['17']);
    // A column `id` of several that identify a row is no id by itself.
    expect(ids(await read('id,left,country\n17,Yes,de\n', { rowId: ['country', 'id'] }))).toEqual(['de|17']);
    const time = { rowId: ['label_time'] };
    expect((await read('label_time,left\n2025-01-01,Yes\n', time)).labels).toEqual([
      { id: '2025-01-01', label: 'Yes', at: 1000 },
    ]);
  });

  it('"id" comes before the columns of the row, whatever stands in those', async () => {
    expect(ids(await read('customer,id,left\nc1,p1,Yes\n'))).toEqual(['p1']);
    const two = { rowId: ['country', 'customer'] };
    expect(ids(await read('customer,id,left,country\nc1,p1,Yes,de\n', two))).toEqual(['p1']);
    // The row's column is not looked at then: what is no number there rejects nothing.
    const door = await read('spend,id,left\nmuch,p1,Yes\n', { rowId: ['spend'] });
    expect([ids(door), door.unusable]).toEqual([['p1'], []]);
  });

  it('a column of the row takes every word, and a row that names none has no id', async () => {
    const door = await read('country,left\nfr,Yes\n,Yes\n', { rowId: ['country'] });
    expect(ids(door)).toEqual(['fr']);
    expect(door.unusable).toEqual([{ reason: 'no id', id: '' }]);
    const two = await read('country,customer,left\n,,Yes\n,c1,No\n', { rowId: ['country', 'customer'] });
    expect(ids(two)).toEqual([String.raw`\N|c1`]);
    expect(two.unusable).toHaveLength(1);
  });

  it('the label is not taken for the id, nor for the time', async () => {
    await expect(read('id,left\na,Yes\n', { label: 'id', rowId: [] })).rejects.toMatchObject({
      code: 'label-file-column',
    });
    const time = await read('id,label_time\na,2025-01-01\n', { label: 'label_time' });
    expect(time.labels).toEqual([{ id: 'a', label: '2025-01-01', at: 1000 }]);
  });

  it('may say when the outcome was known', async () => {
    const door = await read('id,left,label_time\na,Yes,2025-01-01T00:00:00Z\nb,No,\nc,No,soon\n');
    expect(door.labels).toEqual([
      { id: 'a', label: 'Yes', at: 1000, time: 1_735_689_600_000 },
      { id: 'b', label: 'No', at: 1000 },
    ]);
    expect(door.unusable).toEqual([
      { id: 'line 4', reason: expect.stringContaining('label_time: expected a time') },
    ]);
  });

  it('counts what is no label yet, and what is none at all', async () => {
    const door = await read('id,left\na,\nb,NA\n,Yes\nc,Yes,extra\nd,No\n');
    expect(door.blank).toBe(2);
    expect(ids(door)).toEqual(['d']);
    expect(door.unusable.map(({ id }) => id)).toEqual(['', 'line 5']);
    expect(door.unusable[0]).toEqual({ id: '', reason: 'no id' });
    expect(await read('id,left\n')).toMatchObject({ labels: [], unusable: [], blank: 0 });
  });

  it('reads outcomes as the schema declares numbers and booleans, words as they are spelled', async () => {
    const number = await read('id,spend\na,1.50\nb,much\n', { label: 'spend' });
    expect(number.labels).toMatchObject([{ id: 'a', label: 1.5 }]);
    expect(number.unusable).toEqual([{ id: 'line 3', reason: 'spend: expected a number, got "much"' }]);
    const flag = await read('id,churned\na,ja\nb,nein\nc,vielleicht\n', { label: 'churned' });
    expect(flag.labels.map(({ label }) => label)).toEqual(['true', 'false']);
    expect(flag.unusable).toHaveLength(1);
    expect((await read('id,other\na,1.0\n', { label: 'other' })).labels[0]?.label).toBe('1.0');
  });

  it('may be NDJSON', async () => {
    const door = await read('{"id":"a","left":"Yes"}\n{"customer":"c","left":"No"}\nnonsense\n', {
      name: 'l.ndjson',
    });
    expect(ids(door)).toEqual(['a']);
    expect(door.unusable).toHaveLength(2);
  });

  it('needs both columns', async () => {
    await expect(read('id,outcome\na,Yes\n')).rejects.toMatchObject({
      code: 'label-file-column',
      message: 'labels.csv has no column "left"; it has id, outcome.',
    });
    await expect(read('who,left\na,Yes\n', { rowId: [] })).rejects.toMatchObject({
      message: 'labels.csv has no column of ids ("id"); it has who, left.',
      hint: expect.stringMatching(/"left".*row_id: customer_id/),
    });
  });

  it('tells what was found out of how the file is written', async () => {
    const { told, labels } = await read('exported 2024\n\nid;left\np1;Yes\np2;No\np3;No\n');
    expect(labels).toHaveLength(3);
    expect(told).toEqual([expect.stringContaining('The table begins on line 3')]);
    expect((await read('id,left\np1,Yes\n')).told).toBeUndefined();
  });
});
