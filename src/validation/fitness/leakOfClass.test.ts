import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { finish } from '../../work.ts';
import { numbers, snapshot, upTo, words } from '../checks/snapshot.fixture.ts';
import { lookingAt } from './fitness.ts';
import type { Looked } from './fitness.ts';
import { leakOfClass } from './leakOfClass.ts';

const rows = 1200;
const classes = upTo(rows).map((row) => ['fraud', 'late', 'paid'][row % 3]!);

function look(columns: Readonly<Record<string, Column>>, label: Column = words(classes)): Looked {
  const given = snapshot({ ...columns, y: label }, { label: 'y' });
  return finish(lookingAt({ ...given, drop: ['old'], time: null, split: { strategy: 'hash', group: null } }));
}
const columnsIn = (
  columns: Readonly<Record<string, Column>>,
  { label = words(classes), told = [] }: { label?: Column; told?: readonly string[] } = {},
): string[] => leakOfClass(look(columns, label), new Set(told)).flatMap(({ columns: names }) => names);

const never = rows;
/** Is it the class? Wrong in one of so many rows of the class and of the others, from some row on. */
const mark = (one: string, every: number, from = 1): Column =>
  words(
    classes.map((word, row) => {
      const wrong = every !== never && Math.floor(row / 3) % every === from;
      return (word === one) === wrong ? 'n' : 'y';
    }),
  );
/** Tells nothing: goes round the rows of each class alike. */
const idle = (turn: number): Column => words(upTo(rows).map((row) => `t${Math.floor(row / 3) % turn}`));

describe('a column that tells one class of several', () => {
  it('is told whole: how well, which class, rows of each, and what to write', () => {
    const [found, ...more] = leakOfClass(look({ review: mark('fraud', never), idle: idle(4) }), new Set());
    expect(more).toEqual([]);
    expect(found).toEqual({
      columns: ['review'],
      finding: {
        check: 'leak',
        column: 'review',
        severity: 'warning',
        message: expect.stringMatching(
          /^review alone tells which y is fraud \(area under the ROC curve 1\.000; all other columns together 0\.[45]\d\d\): is it known when you predict\?$/,
        ),
        count: rows,
        examples: [
          { rowId: 'id-0', value: 'review y, y fraud' },
          { rowId: 'id-1', value: 'review n, y late' },
          { rowId: 'id-2', value: 'review n, y paid' },
          { rowId: 'id-3', value: 'review y, y fraud' },
        ],
        fix: 'If review is written down with or after y, leave it out: features: { drop: [old, review] }',
        effect: { measure: 'auc', value: 1 },
        line: 'features: { drop: [old, review] }',
      },
    });
  });

  it('tells it in 99 of a hundred', () => {
    expect(columnsIn({ review: mark('late', 150) })).toEqual(['review']);
    expect(columnsIn({ review: mark('late', 80) })).toEqual([]);
  });

  it('is compared with chance where it is alone', () => {
    const [found] = leakOfClass(look({ review: mark('paid', never) }), new Set());
    expect(found!.finding.message).toContain('together 0.500)');
  });

  it('is none where another one tells that class in 95 of a hundred: it is an easy one', () => {
    const beside = (every: number): string[] =>
      columnsIn({ review: mark('fraud', never), petal: mark('fraud', every) });
    expect([beside(22), beside(18)]).toEqual([[], ['review']]);
  });

  it('is none where two others nearly tell it, alike as they are', () => {
    const besides = (every: number, count = 2): string[] =>
      columnsIn({
        review: mark('fraud', never),
        ...Object.fromEntries(upTo(count).map((at) => [`petal ${at}`, mark('fraud', every)])),
      });
    expect([besides(16), besides(13), besides(16, 1)]).toEqual([[], ['review'], ['review']]);
  });

  it('is told beside its copy, and beside one that tells another class', () => {
    const review = mark('fraud', never);
    expect(columnsIn({ review, copied: review })).toEqual(['review', 'copied']);
    expect(columnsIn({ review, reminded: mark('late', never) })).toEqual(['review', 'reminded']);
  });

  it('is not told again, nor compared with what was told', () => {
    const columns = { review: mark('fraud', never), petal: mark('fraud', 25) };
    expect(columnsIn(columns, { told: ['review'] })).toEqual([]);
    expect(columnsIn(columns, { told: ['petal'] })).toEqual(['review']);
  });

  it('is asked about with three classes or more, of which two can be judged', () => {
    const review = mark('fraud', never);
    const two = words(classes.map((word) => (word === 'fraud' ? 'fraud' : 'paid')));
    expect(columnsIn({ review }, { label: two })).toEqual([]);
    expect(columnsIn({ review }, { label: numbers(upTo(rows)) })).toEqual([]);
    const rare = (count: number): string[] =>
      columnsIn(
        { review: words(upTo(rows).map((row) => (row < count ? 'y' : 'n'))) },
        { label: words(upTo(rows).map((row) => (row < count ? 'a' : row === 1199 ? 'b' : 'c'))) },
      );
    expect([rare(9), rare(40)]).toEqual([[], ['review']]);
  });
});
