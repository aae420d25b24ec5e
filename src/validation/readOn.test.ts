import { describe, expect, it } from 'vitest';
import type { Column } from '../data/columns.ts';
import type { ColumnSchema } from '../data/schema.ts';
import { declared as asDeclared, numbers, tableOf, texts, upTo, words } from './checks/snapshot.fixture.ts';
import type { InferenceNote } from './inference/facts.ts';
import { ReadOn } from './readOn.ts';

type About = InferenceNote['about'];

/** A column that may be left out, as one is with gaps in its first rows. */
const declared = (name: string, kind: Column['kind'], rest: Partial<ColumnSchema> = {}): ColumnSchema =>
  asDeclared(name, kind, { required: false, ...rest });

/** What a column `c` was taken for by its first rows. */
function reading(
  column: ColumnSchema,
  { about, label = 'y', of = 'c' }: { about?: About; label?: string; of?: string } = {},
): ReadOn {
  const notes = about === undefined ? [] : [{ column: of, about, message: 'seen' }];
  return new ReadOn({ schema: { columns: [column], missing: ['', '?'] }, notes }, label);
}

/** Is the schema certain after these columns came one after the other? */
function certainAfter(readOn: ReadOn, ...read: readonly Column[]): boolean {
  for (const column of read) readOn.add(tableOf({ c: column }));
  return readOn.certain;
}
const columnOf = (readOn: ReadOn): ColumnSchema => readOn.schema().columns[0]!;
const domainOf = (count: number): string[] => upTo(count).map((at) => `w${String(at).padStart(4, '0')}`);
const times = (...values: number[]): Column => ({ kind: 'time', values: Float64Array.from(values) });

describe('a column that may have gaps and had none', () => {
  it('is a doubt where it has one: then its field may be left out', () => {
    const whole = (): ReadOn => reading(declared('c', 'number', { required: true }));
    expect(certainAfter(whole(), numbers([1, 2]))).toBe(true);
    expect(certainAfter(whole(), numbers([1, 2]), numbers([3, NaN]))).toBe(false);
    expect(certainAfter(reading(declared('y', 'number', { required: true })), numbers([NaN]))).toBe(true);
  });
});

describe('a number or a time that is read on', () => {
  it.each(['number', 'time'] as const)('of kind %s has the range of all that came', (kind) => {
    const readOn = reading(declared('c', kind, { minimum: 2, maximum: 5 }));
    const of = (...values: number[]): Column => (kind === 'time' ? times(...values) : numbers(values));
    expect(certainAfter(readOn, of(3, NaN, 4))).toBe(true);
    expect(columnOf(readOn)).toMatchObject({ minimum: 2, maximum: 5 });
    expect(certainAfter(readOn, of(7, 1), of(NaN, 6))).toBe(true);
    expect(columnOf(readOn)).toEqual(declared('c', kind, { minimum: 1, maximum: 7 }));
  });

  it('has no range where it had none, and stays what it is declared', () => {
    const readOn = reading(declared('c', 'number', { minimum: 2, description: 'size' }));
    readOn.add(tableOf({ c: numbers([-4, 9]) }));
    const low = columnOf(readOn);
    expect(low).toEqual(declared('c', 'number', { minimum: -4, description: 'size' }));
    expect(low).not.toHaveProperty('maximum');
    expect(low).not.toHaveProperty('domain');
    const high = reading(declared('c', 'number', { maximum: 2 }));
    high.add(tableOf({ c: numbers([-4, 9]) }));
    expect(columnOf(high)).toMatchObject({ maximum: 9 });
    expect(columnOf(high)).not.toHaveProperty('minimum');
  });

  it('is a doubt where it was constant and varies, also from one table to the next', () => {
    const constant = (): ReadOn => reading(declared('c', 'number'), { about: 'constant' });
    expect(certainAfter(constant(), numbers([7, 7, NaN]), numbers([7]))).toBe(true);
    expect(certainAfter(constant(), numbers([7, 8]))).toBe(false);
    expect(certainAfter(constant(), numbers([7]), numbers([6]))).toBe(false);
    expect(certainAfter(reading(declared('c', 'number')), numbers([7, 8]))).toBe(true);
  });

  it('is judged by the notes of its own column', () => {
    const other = reading(declared('c', 'number'), { about: 'constant', of: 'd' });
    expect(certainAfter(other, numbers([7, 8]))).toBe(true);
  });
});

describe('a category that is read on', () => {
  it('takes words on from the seventh that it knows, and names them in order', () => {
    const readOn = reading(declared('c', 'category', { domain: domainOf(7) }));
    expect(certainAfter(readOn, words(['w0003', 'a', null, 'z']))).toBe(true);
    expect(columnOf(readOn).domain).toEqual(['a', ...domainOf(7), 'z']);
    const few = reading(declared('c', 'category', { domain: domainOf(6) }));
    expect(certainAfter(few, words(['w0003', 'w0005']))).toBe(true);
    expect(certainAfter(few, words(['a']))).toBe(false);
    expect(columnOf(few).domain).toEqual(domainOf(6));
  });

  it('is a doubt with more words than a domain may have', () => {
    const readOn = reading(declared('c', 'category', { domain: domainOf(999) }));
    expect(certainAfter(readOn, words(['one more', 'w0000']))).toBe(true);
    expect(columnOf(readOn).domain).toHaveLength(1000);
    expect(certainAfter(readOn, words(['one more']))).toBe(true);
    expect(certainAfter(readOn, words(['two more']))).toBe(false);
  });

  it('is a doubt with a new class of the label', () => {
    const column = declared('c', 'category', { domain: domainOf(9) });
    expect(certainAfter(reading(column, { label: 'c' }), words(['w0001', 'w0008']))).toBe(true);
    expect(certainAfter(reading(column, { label: 'c' }), words(['new']))).toBe(false);
  });

  it('is a doubt where it was constant and has another word', () => {
    const column = declared('c', 'category', { domain: domainOf(9) });
    expect(certainAfter(reading(column, { about: 'constant' }), words(['w0001']))).toBe(true);
    expect(certainAfter(reading(column, { about: 'constant' }), words(['new']))).toBe(false);
    expect(certainAfter(reading(column, { about: 'identifier' }), words(['new']))).toBe(true);
  });

  it('is a doubt with a word that means "missing", but where it is known as one of its own', () => {
    const with_ = (domain: readonly string[] | undefined): boolean =>
      certainAfter(
        reading(declared('c', 'category', domain === undefined ? {} : { domain })),
        words(['N/A', 'w0001']),
      );
    expect(with_(domainOf(9))).toBe(false);
    expect(with_([...domainOf(9), 'N/A'])).toBe(true);
    expect(with_(undefined)).toBe(false);
  });

  it('of any words takes all', () => {
    const readOn = reading(declared('c', 'category'));
    expect(certainAfter(readOn, words(['new', 'other']))).toBe(true);
    expect(columnOf(readOn)).not.toHaveProperty('domain');
  });
});

describe('a text that is read on', () => {
  const text = (about?: About): ReadOn =>
    reading(declared('c', 'text'), about === undefined ? {} : { about });

  it('takes all, but a word that means "missing"', () => {
    expect(certainAfter(text(), texts(['a', null, 'a', 'b']))).toBe(true);
    expect(certainAfter(text(), texts(['a', 'N/A']))).toBe(false);
  });

  it('is a doubt where an id comes twice, also from one table to the next', () => {
    expect(certainAfter(text('identifier'), texts(['a', null, 'b', null]), texts(['c']))).toBe(true);
    expect(certainAfter(text('identifier'), texts(['a', 'b', 'a']))).toBe(false);
    expect(certainAfter(text('identifier'), texts(['a']), texts(['b', 'a']))).toBe(false);
  });

  it('tells many ids apart', () => {
    expect(certainAfter(text('identifier'), texts(upTo(100_000).map((at) => `id-${at}`)))).toBe(true);
  });

  it.each(['all-missing', 'constant'] as const)('is a doubt where it was %s and has one', (about) => {
    expect(certainAfter(text(about), texts([null, null]))).toBe(true);
    expect(certainAfter(text(about), texts([null, 'a']))).toBe(false);
  });
});

describe('a table that is read on', () => {
  it('stays a doubt once it is one', () => {
    const readOn = reading(declared('c', 'text'));
    expect(certainAfter(readOn, texts(['NULL']), texts(['a']))).toBe(false);
  });

  it('is judged by every column, and may lack one', () => {
    const schema = {
      columns: [declared('a', 'number', { maximum: 1 }), declared('b', 'text')],
      missing: ['', '?'],
      cells: 1 as const,
    };
    const readOn = new ReadOn({ schema, notes: [] }, 'y');
    expect(readOn.certain).toBe(true);
    readOn.add(tableOf({ a: numbers([3]) }));
    readOn.add(tableOf({ b: texts(['x']), also: texts(['NULL']) }));
    expect(readOn.certain).toBe(true);
    expect(readOn.schema()).toEqual({
      columns: [declared('a', 'number', { maximum: 3 }), declared('b', 'text')],
      missing: ['', '?'],
      cells: 1,
    });
    readOn.add(tableOf({ a: numbers([1]), b: texts(['null']) }));
    expect(readOn.certain).toBe(false);
  });
});
