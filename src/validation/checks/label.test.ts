import { describe, expect, it } from 'vitest';
import { labelMissing } from './labelMissing.ts';
import { labelOneClass } from './labelOneClass.ts';
import { numbers, often, snapshot, upTo, words } from './snapshot.fixture.ts';
import { tooFewRows } from './tooFewRows.ts';

describe('label-one-class', () => {
  const classes = (...runs: [string | null, number][]) =>
    labelOneClass.run(snapshot({ y: words(often(...runs), ['never']) }, { label: 'y' }));

  it('warns of a class with fewer than ten rows, by name, and of no other', () => {
    expect(classes(['No', 90], ['Yes', 10])).toEqual([]);
    expect(classes(['No', 90], ['Yes', 9])).toEqual([
      {
        check: 'label-one-class',
        column: 'y',
        severity: 'warning',
        count: 9,
        message: 'The class "Yes" of y has 9 rows: too few to be learned and tested.',
        examples: [90, 91, 92, 93, 94].map((row) => ({ rowId: `id-${row}`, value: 'Yes' })),
        fix: 'Collect more rows of "Yes", or join it with another class in the source.',
      },
    ]);
    expect(classes(['No', 9], ['Yes', 1], ['So', 90]).map(({ count }) => count)).toEqual([9, 1]);
    expect(classes(['No', 90], ['Yes', 1])[0]?.message).toContain('has 1 row:');
  });

  it('tells many rare classes in one sentence', () => {
    const rare = ['a', 'b', 'c', 'd', 'e'].map((word): [string, number] => [word, 1]);
    expect(classes(['No', 90], ...rare)).toHaveLength(5);
    expect(classes(['No', 90], ...rare, ['f'.repeat(50), 9])).toMatchObject([
      {
        severity: 'warning',
        count: 14,
        message:
          '6 classes of y have fewer than 10 rows each ("a" 1, "b" 1, "c" 1, "d" 1, "e" 1, …): too few to be learned and tested.',
        examples: [90, 91, 92, 93, 94].map((row, at) => ({ rowId: `id-${row}`, value: 'abcde'[at] })),
      },
    ]);
  });

  it('is an error where there is one value, however many labels are missing', () => {
    expect(classes(['No', 100])[0]).toMatchObject({
      severity: 'error',
      count: 100,
      message: 'y is always No: there is nothing to learn.',
      examples: [{ rowId: 'id-0', value: 'No' }],
    });
    expect(classes([null, 3], ['No', 97])).toMatchObject([
      {
        severity: 'error',
        count: 97,
        message: expect.stringContaining('always No'),
        examples: [{ rowId: 'id-3', value: 'No' }],
      },
    ]);
  });

  it('counts no missing label as a class', () => {
    expect(classes(['No', 50], ['Yes', 50], [null, 5])).toEqual([]);
    expect(classes([null, 100])).toEqual([]);
  });

  it('looks for rare classes only where the label names classes', () => {
    const quantity = (labelIs?: 'classes' | 'number') =>
      labelOneClass.run(
        snapshot(
          { y: words(often(['1', 95], ['2', 5])) },
          { label: 'y', ...(labelIs === undefined ? {} : { labelIs }) },
        ),
      );
    expect(quantity()).toHaveLength(1);
    expect(quantity('classes')).toHaveLength(1);
    expect(quantity('number')).toEqual([]);
    expect(labelOneClass.run(snapshot({ y: numbers(upTo(100)) }, { label: 'y' }))).toEqual([]);
    const constant = snapshot({ y: numbers(often([7, 100])) }, { label: 'y', labelIs: 'number' });
    expect(labelOneClass.run(constant)).toMatchObject([
      { severity: 'error', message: 'y is always 7: there is nothing to learn.' },
    ]);
  });

  it('looks at no other column', () => {
    expect(labelOneClass.run(snapshot({ x: words(often(['a', 99], ['b', 1])) }, { label: 'y' }))).toEqual([]);
    expect(labelOneClass.run(snapshot({ x: words(often(['a', 99])) }))).toEqual([]);
  });
});

describe('label-missing', () => {
  const missing = (rows: number) =>
    labelMissing.run(
      snapshot({ y: words(often<string | null>(['a', 100 - rows], [null, rows])) }, { label: 'y' }),
    );

  it('is for information up to half of the rows, a warning above, an error where all are missing', () => {
    expect(missing(0)).toEqual([]);
    expect(missing(1)).toMatchObject([
      {
        severity: 'info',
        count: 1,
        message: '1 row (1.0 %) without a label stay in the snapshot and are left out of training.',
        examples: [{ rowId: 'id-99', value: 'missing' }],
        record: 99,
      },
    ]);
    expect(missing(50)[0]?.severity).toBe('info');
    expect(missing(51)[0]?.severity).toBe('warning');
    expect(missing(99)[0]).toMatchObject({
      severity: 'warning',
      fix: expect.stringContaining('still to come'),
    });
    expect(missing(100)[0]).toMatchObject({
      severity: 'error',
      count: 100,
      message: 'No row has a label: y is always missing.',
      fix: 'Name the column that holds the answers under label.',
    });
  });

  it('looks at the label only', () => {
    expect(labelMissing.run(snapshot({ x: words(often([null, 10])) }, { label: 'y' }))).toEqual([]);
  });
});

describe('too-few-rows', () => {
  const found = (labelled: number, missing = 0) =>
    tooFewRows.run(
      snapshot({ y: words(often<string | null>(['a', labelled], [null, missing])) }, { label: 'y' }),
    );

  it('is an error below 30, a warning below 200', () => {
    expect(found(29)).toMatchObject([
      {
        check: 'too-few-rows',
        severity: 'error',
        count: 29,
        message: 'There are 29 rows with a label: at least 30 are needed to train and to test.',
      },
    ]);
    expect(found(30)).toMatchObject([
      { severity: 'warning', count: 30, message: 'There are 30 rows with a label: expect wide intervals.' },
    ]);
    expect(found(199)[0]?.severity).toBe('warning');
    expect(found(200)).toEqual([]);
    expect(found(1)[0]?.message).toMatch(/^There is 1 row with a label/);
  });

  it('counts the rows that have a label, where there is one', () => {
    expect(found(29, 500)).toMatchObject([{ severity: 'error', count: 29 }]);
    expect(found(199, 1)).toMatchObject([{ severity: 'warning', count: 199 }]);
    expect(found(200, 500)).toEqual([]);
    expect(tooFewRows.run(snapshot({ x: numbers(upTo(29)) }))).toMatchObject([
      {
        severity: 'error',
        count: 29,
        message: 'There are 29 rows: at least 30 are needed to train and to test.',
      },
    ]);
    expect(tooFewRows.run(snapshot({ x: numbers(often([NaN, 200])) }))).toEqual([]);
  });
});
