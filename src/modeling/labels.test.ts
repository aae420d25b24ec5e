import { describe, expect, it } from 'vitest';
import type { Column } from '../data/columns.ts';
import { resolveTask, targetOf } from './labels.ts';

const wish = { column: 'left', task: 'auto', positive: null } as const;

function words(...cells: readonly (string | null)[]): Column {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))];
  return {
    kind: 'category',
    dictionary,
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
  };
}

describe('a label column', () => {
  it('has one class for the spellings of one number', () => {
    const label = words('1', '0', '1.0', '0', '0', null);
    const task = resolveTask(wish, label);
    expect(task).toEqual({ kind: 'binary', classes: ['0', '1'], positive: '1' });
    expect([...targetOf(task, label)]).toEqual([1, 0, 1, 0, 0, Number.NaN]);
  });

  it('counts the spellings of a class together where the rarer class is the positive one', () => {
    expect(resolveTask(wish, words('a', 'a', 'true', 'TRUE', 'True'))).toMatchObject({ positive: 'a' });
  });

  it('has its positive class by any spelling of it', () => {
    const label = words('1.0', '0.0', '0.0');
    expect(resolveTask({ ...wish, positive: '0' }, label)).toMatchObject({ positive: '0.0' });
    expect(() => resolveTask({ ...wish, positive: '2' }, label)).toThrow(
      'label.positive is "2", but column "left" holds "0.0" and "1.0".',
    );
  });

  it('has no class for what the task does not know', () => {
    const task = resolveTask(wish, words('no', 'yes'));
    expect([...targetOf(task, words('yes', 'Yes', null, 'no'))]).toEqual([1, Number.NaN, Number.NaN, 0]);
  });
});
