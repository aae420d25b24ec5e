import { describe, expect, it } from 'vitest';
import { right } from '../../verbs/view/blocks.ts';
import { noInk } from './ink.ts';
import { fitColumns, tableLines } from './table.ts';

const columns = [{ title: 'column' }, right('rows'), { title: 'reason' }];
const rows = [
  ['テニュア', '12', 'expected a number, got "twelve months"'],
  ['plan', '1,204', 'unexpected value'],
];

describe('tableLines', () => {
  it('aligns by cells, wide characters too, numbers to the right', () => {
    expect(tableLines(columns, rows, 80, noInk)).toEqual([
      'column     rows  reason',
      'テニュア     12  expected a number, got "twelve months"',
      'plan      1,204  unexpected value',
    ]);
  });

  it('wraps the widest column first and never a number', () => {
    expect(tableLines(columns, rows, 40, noInk)).toEqual([
      'column     rows  reason',
      'テニュア     12  expected a number, got',
      '                 "twelve months"',
      'plan      1,204  unexpected value',
    ]);
  });

  it('is told row by row where it cannot fit', () => {
    expect(fitColumns(columns, rows, 18)).toBeNull();
    expect(tableLines(columns, rows, 18, noInk)).toContain('rows    1,204');
  });
});
