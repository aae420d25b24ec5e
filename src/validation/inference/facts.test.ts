import { describe, expect, it } from 'vitest';
import { isNearly } from './decision.ts';
import { isNamedLikeId, jsonLine, percent, quotedWords } from './facts.ts';
import { answersOf, areValues, plainWord } from './answers.ts';
import type { WordRows } from './facts.ts';

const rowsOf = (...words: string[]): WordRows => words.map((word) => [word, 1]);

describe('words in a note', () => {
  it('are three, with their rows where they are several, and how many there are', () => {
    expect(quotedWords([])).toBe('');
    expect(quotedWords([...rowsOf('a'), ['b', 2]])).toBe('"a", "b" (2 rows)');
    expect(quotedWords(rowsOf('a', 'b', 'c'))).toBe('"a", "b", "c"');
    expect(quotedWords(rowsOf('a', 'b', 'c', 'd'))).toBe('"a", "b", "c", … (4 in all)');
    expect(quotedWords(rowsOf('a', 'b'), 1)).toBe('"a", … (2 in all)');
  });

  it('are cut after forty characters', () => {
    expect(quotedWords(rowsOf('x'.repeat(41)))).toBe(`"${'x'.repeat(40)}"`);
  });

  it('stand in JSON on one line', () => {
    expect(jsonLine({ a: [1, 'x', null], 'b c': { d: true } })).toBe(
      '{"a": [1, "x", null], "b c": {"d": true}}',
    );
    expect([jsonLine([]), jsonLine({}), jsonLine(null)]).toEqual(['[]', '{}', 'null']);
  });

  it('stand beside a share that is never rounded up', () => {
    expect([percent(0.9999), percent(1), percent(0.1234), percent(0)]).toEqual([
      '99.9 %',
      '100 %',
      '12.3 %',
      '0 %',
    ]);
  });
});

describe('a name like that of an id', () => {
  it.each([
    'id',
    'user_id',
    'order-no',
    'x.key',
    'userId',
    'petID',
    'apiKey',
    'acct',
    'Account no',
    'iban',
    'row uuid',
  ])('is %s', (name) => expect(isNamedLikeId(name)).toBe(true));
  it.each(['paid', 'idea', 'ids', 'monkey', 'piano', 'accounting', 'ID2', 'keys', 'my account'])(
    'is not %s',
    (name) => expect(isNamedLikeId(name)).toBe(false),
  );
});

describe('a column that is nearly of one kind', () => {
  it('has a hundred rows or more, of which one in a hundred is another, and some are', () => {
    expect([isNearly(99, 100), isNearly(98, 100)]).toEqual([true, false]);
    expect([isNearly(98, 99), isNearly(100, 100)]).toEqual([false, false]);
    expect([isNearly(198, 200), isNearly(197, 200)]).toEqual([true, false]);
    expect(isNearly(0, 100)).toBe(false);
  });
});

describe('yes and no', () => {
  it('are words without case, accents, spaces and points', () => {
    expect(['  Sí.', 'NÃO', 'Größe', 'fałsz', 'a__b  c', 'x. .'].map(plainWord)).toEqual([
      ' si',
      'nao',
      'grosse',
      'falsz',
      'a b c',
      'x',
    ]);
  });

  it('are two words or more, all of them one or the other', () => {
    expect(answersOf(rowsOf('Yes', 'no', 'y'))).toEqual({ truth: ['Yes', 'y'], falsehood: ['no'] });
    expect(answersOf(rowsOf('yes'))).toBeNull();
    expect(answersOf(rowsOf('yes', 'y'))).toBeNull();
    expect(answersOf(rowsOf('no', 'n'))).toBeNull();
    expect(answersOf(rowsOf('yes', 'no', 'maybe'))).toBeNull();
    const many = Array.from({ length: 19 }, (_, at) => `yes${'.'.repeat(at)}`);
    expect(answersOf(rowsOf(...many, 'no'))).not.toBeNull();
    expect(answersOf(rowsOf(...many, 'no', 'no.'))).toBeNull();
  });

  it.each([
    ['ja', 'nein'],
    ['oui', 'non'],
    ['да', 'нет'],
    ['はい', 'いいえ'],
    ['on', 'off'],
    ['1', '0'],
    ['t', 'f'],
  ])('may be %s and %s, which are no values', (truth, falsehood) => {
    const answers = answersOf(rowsOf(falsehood, truth));
    expect(answers).toEqual({ truth: [truth], falsehood: [falsehood] });
    expect(areValues(answers!)).toBe(false);
  });

  it.each([
    ['TRUE', 'FALSE'],
    ['wahr', 'falsch'],
    ['Vrai', 'Faux'],
    ['verdadeiro', 'falso'],
    ['PRAWDA', 'FAŁSZ'],
    ['истина', 'ложь'],
  ])('may be %s and %s, the values of a spreadsheet', (truth, falsehood) => {
    expect(areValues(answersOf(rowsOf(truth, falsehood))!)).toBe(true);
    expect(areValues(answersOf(rowsOf(truth, falsehood, 'ja'))!)).toBe(false);
  });
});
