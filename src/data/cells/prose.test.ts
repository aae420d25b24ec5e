import { describe, expect, it } from 'vitest';
import { isProse } from './prose.ts';

describe('prose', () => {
  it.each([
    ['sentences', ['the film is bad', 'I liked it a lot', 'no'], true],
    ['names', ['Braund, Mr. Owen Harris', 'Heikkinen, Miss. Laina'], true],
    ['a script without blanks', ['这部电影非常好', '不好看的电影'], true],
    ['half of them', ['one two three', 'x'], true],
    ['less than half', ['one two three', 'x', 'y'], false],
    ['keys', ['C001', 'C002'], false],
    ['tickets', ['A/5 21171', 'PC 17599'], false],
    ['blanks around', ['  x  ', '\n y \n'], false],
    ['nothing', [], false],
  ])('%s', (_name, texts, prose) => {
    expect(isProse(texts)).toBe(prose);
  });
});
