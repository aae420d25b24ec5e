import type { WordRows } from './facts.ts';

/**
 * A word without what spellings of it differ in: letter case, accents, spaces, points at its end, characters that are not
 * seen. Marks of other alphabets than these three are letters of their own (か and が, कि and की).
 */
export const plainWord = (word: string): string =>
  word
    .normalize('NFKD')
    .replaceAll(/(?<=[\p{Script=Latin}\p{Script=Greek}еЕ]\p{M}*)\p{M}/gu, '')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ')
    .replace(/[.\s]+$/, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l');

/** True and false as spreadsheets and programs write the values in their language. */
const values: readonly (readonly [truth: string, falsehood: string])[] = [
  ['true', 'false'],
  ['wahr', 'falsch'],
  ['vrai', 'faux'],
  ['verdadero', 'falso'],
  ['verdadeiro', 'falso'],
  ['vero', 'falso'],
  ['waar', 'onwaar'],
  ['prawda', 'falsz'],
  ['истина', 'ложь'],
  ['sant', 'falskt'],
  ['sand', 'falsk'],
  ['tosi', 'epatosi'],
];

/** Yes and no in many languages, with the letters that stand for them. */
const answers: readonly (readonly [truth: string, falsehood: string])[] = [
  ...values,
  ['t', 'f'],
  ['w', 'f'],
  ['1', '0'],
  ['on', 'off'],
  ['yes', 'no'],
  ['y', 'n'],
  ['ja', 'nein'],
  ['j', 'n'],
  ['ja', 'nej'],
  ['ja', 'nee'],
  ['oui', 'non'],
  ['o', 'n'],
  ['si', 'no'],
  ['s', 'n'],
  ['sim', 'nao'],
  ['tak', 'nie'],
  ['ano', 'ne'],
  ['igen', 'nem'],
  ['evet', 'hayır'],
  ['kylla', 'ei'],
  ['да', 'нет'],
  ['はい', 'いいえ'],
  ['是', '否'],
];

const [truth, falsehood] = [new Set(answers.map(([word]) => word)), new Set(answers.map(([, word]) => word))];

/** The words of a column that mean true, and those that mean false; each as it is written there. */
export interface Answers {
  readonly truth: readonly string[];
  readonly falsehood: readonly string[];
}

/** The words of a column as yes and no, where it has both and nothing else. */
export function answersOf(words: WordRows): Answers | null {
  if (words.length < 2 || words.length > 20) return null;
  const found = words.map(([word]) => ({ word, plain: plainWord(word) }));
  const answer = {
    truth: found.flatMap(({ word, plain }) => (truth.has(plain) ? [word] : [])),
    falsehood: found.flatMap(({ word, plain }) => (falsehood.has(plain) ? [word] : [])),
  };
  const all = answer.truth.length + answer.falsehood.length === words.length;
  return all && answer.truth.length > 0 && answer.falsehood.length > 0 ? answer : null;
}

/** Are they the values true and false of a spreadsheet, in whatever language, and so certainly meant as such? */
export function areValues({ truth, falsehood }: Answers): boolean {
  const written = [...truth, ...falsehood].map(plainWord);
  return written.every((word) => values.some((pair) => pair.includes(word)));
}
