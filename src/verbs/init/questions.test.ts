import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../../data/schema.ts';
import type { Question } from './questions.ts';
import {
  answered,
  labelQuestion,
  notUnderstood,
  questionText,
  taskQuestion,
  timeQuestion,
} from './questions.ts';

const columns = (...names: readonly string[]): Question =>
  labelQuestion(
    'rows.csv',
    names.map((name) => ({ name, cell: undefined })),
  );
const said = (value: string | null): unknown => ({ kind: 'said', value });

describe('an answer', () => {
  const question = columns('id', 'Plan', '2', 'left', 'LEFT');

  it.each([
    ['left', 'left'],
    ['  left ', 'left'],
    ['LEFT', 'LEFT'],
    ['plan', 'Plan'],
    ['1', 'id'],
    ['5', 'LEFT'],
    // A column may be called as a number is written: the name counts.
    ['2', '2'],
    ['3', '2'],
  ])('%j means %s', (typed, value) => {
    expect(answered(question, typed)).toEqual(said(value));
  });

  it.each(['', ' ', '0', '6', '-1', '1.5', 'lef', 'Left', '9'.repeat(50)])('%j means none', (typed) => {
    expect(answered(question, typed)).toBeNull();
  });

  it('that is none is told what was perhaps meant, and what there is', () => {
    expect(notUnderstood(question, 'lefft')).toBe(
      '"lefft" is none of them: give a name, or a number from 1 to 5. Did you mean left?\nName or number: ',
    );
    expect(notUnderstood(question, '')).toContain('That cannot be found out');
    expect(notUnderstood(question, '\x1b[2Jx')).toContain('"\\x1b[2Jx" is none');
  });
});

describe('a question', () => {
  it('lists what there is, with what stands in a column without a name', () => {
    const text = questionText(
      labelQuestion('rows.csv', [
        { name: 'column_1', cell: 'C-1' },
        { name: 'c2', cell: 'yes' },
      ]),
    );
    expect(text).toBe(
      'Which column of rows.csv is to be predicted? (--label)\n   1  column_1  C-1\n   2  c2        yes\nName or number: ',
    );
  });

  it('of very many columns lists some, and moves no cursor by their names', () => {
    const many = columns(...Array.from({ length: 2000 }, (_, at) => `c\x1b[${at}m`));
    const text = questionText(many);
    expect(text.split('\n')).toHaveLength(43);
    expect(text).toContain('and 1960 more: c\\x1b[1999m is the last');
    expect(text).not.toContain('\x1b');
    expect(answered(many, '2000')).toEqual(said('c\x1b[1999m'));
  });
});

describe('what the numbers of a label are', () => {
  const note = { column: 'rating', about: 'label' as const, message: 'taken for classes.' };
  const label = (own: Partial<ColumnSchema>): ColumnSchema => ({
    name: 'rating',
    kind: 'category',
    type: 'integer',
    nullable: false,
    required: true,
    closed: false,
    ...own,
  });

  it('is asked of few whole numbers, and of what looks like a count', () => {
    const classes = taskQuestion(label({ domain: ['1', '2', '3'] }), [note]);
    expect(classes?.found).toEqual({ name: 'multiclass', why: null });
    expect(classes?.choices.map(({ value }) => value)).toEqual(['multiclass', 'regression']);
    expect(taskQuestion(label({ kind: 'number' }), [note])?.found?.name).toBe('regression');
    expect(answered(classes!, '')).toEqual({ kind: 'found' });
  });

  it.each([
    ['two numbers', label({ domain: ['0', '1'] }), [note]],
    ['words', label({ type: 'string', domain: ['a', 'b', 'c'] }), [note]],
    ['many numbers', label({ kind: 'number', type: 'number' }), []],
    ['another column', label({ domain: ['1', '2', '3'] }), [{ ...note, column: 'other' }]],
  ])('is not asked of %s', (_what, column, notes) => {
    expect(taskQuestion(column, notes)).toBeNull();
  });
});

describe('when a row becomes known', () => {
  const found = { column: 'made', splits: true, note: 'the rows are in its order' };

  it('is asked where a column holds times: Enter is what was found', () => {
    expect(timeQuestion([], null)).toBeNull();
    const question = timeQuestion(['made', 'none'], found)!;
    expect(questionText(question)).toMatch(
      /Found: the rows are in its order\nName or number \(Enter: made\): $/,
    );
    expect(answered(question, '')).toEqual({ kind: 'found' });
    // The column of that name comes before the word for no column, which has its number.
    expect([answered(question, 'none'), answered(question, '3')]).toEqual([said('none'), said(null)]);
  });

  it('what may be it, and splits nothing, is another answer than the column', () => {
    const question = timeQuestion(['made'], { ...found, splits: false })!;
    expect(questionText(question)).toContain('(Enter: as found)');
    expect(answered(question, 'made')).toEqual(said('made'));
    expect(timeQuestion(['made'], null)?.found).toEqual({ name: 'none', why: null });
  });
});
