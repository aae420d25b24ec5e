import { describe, expect, it } from 'vitest';
import { testTransform } from '../../features/own/testTransform.ts';
import { testCheck } from '../../validation/own/testCheck.ts';
import { forRows } from './forRows.ts';

interface Row {
  readonly tenure: number;
  readonly contract: 'monthly' | 'yearly' | null;
  readonly note: string | null;
}
const { defineTransform, defineCheck } = forRows<Row>();

describe('forRows', () => {
  it('defines transforms that know the words of their columns', () => {
    const discount = defineTransform({
      name: 'discount',
      inputs: { tenure: 'number', contract: 'category' },
      output: 'number',
      fit: (rows) => ({ longest: Math.max(...Array.from(rows, ({ tenure }) => tenure)) }),
      apply: ({ tenure, contract }, { longest }) => {
        const share: number = tenure / longest;
        // @ts-expect-error -- no such word
        if (contract === 'weekly') return null;
        return contract === 'yearly' ? share : 0;
      },
    });
    const rows = [
      { tenure: 6, contract: 'yearly' },
      { tenure: 12, contract: null },
    ] as const;
    expect(testTransform(discount, rows).cells).toEqual([0.5, 0]);
  });

  it('defines checks that do', () => {
    const paid = defineCheck({
      name: 'long-is-yearly',
      inputs: { tenure: 'number', contract: 'category' },
      expected: 'who is long here pays by the year',
      holds: ({ tenure, contract }) => tenure < 24 || contract === 'yearly',
    });
    expect(testCheck(paid, [{ tenure: 30, contract: 'monthly' }])[0]?.count).toBe(1);
  });

  it('takes no column that the rows do not have, none of another kind, and shows no other', () => {
    defineTransform({
      name: 'a',
      // @ts-expect-error -- no such column
      inputs: { tenure: 'number', tenur: 'number' },
      output: 'number',
      apply: ({ tenure }) => tenure,
    });
    defineTransform({
      name: 'b',
      // @ts-expect-error -- a column of words
      inputs: { contract: 'number' },
      output: 'number',
      apply: () => 1,
    });
    defineTransform({
      name: 'c',
      inputs: { tenure: 'number' },
      output: 'number',
      // @ts-expect-error -- not among its inputs
      apply: ({ note }) => (note === null ? 0 : 1),
    });
    defineCheck({
      name: 'd',
      // @ts-expect-error -- no such column
      inputs: { plan: 'category' },
      expected: 'nothing',
      holds: () => true,
    });
    expect.assertions(0);
  });
});
