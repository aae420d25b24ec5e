import type { CellIssue } from './cell.ts';
import { expected, quoted, quotedWords } from './cell.ts';
import { exactDecimal } from './decimals.ts';
import { isNumber } from './numbers.ts';

/** How a label came to its class. */
export type ClassEquality = 'spelling' | 'number' | 'boolean';

/** The class that a label means. */
export interface ClassMatch {
  readonly name: string;
  /** Index into the classes. */
  readonly code: number;
  /** By what they are equal, so that callers can count labels that are spelled otherwise than their class. */
  readonly by: ClassEquality;
}

/** Brings labels to the classes of a model. The same label gives the same outcome, always. */
export type ClassMatcher = (label: string | number | boolean) => ClassMatch | CellIssue;

/** What two spellings of one class have in common; null where a spelling stands for itself only. */
function valueOf(word: string): { readonly by: 'number' | 'boolean'; readonly value: string } | null {
  if (isNumber(word)) return { by: 'number', value: `number ${exactDecimal(word)}` };
  const lower = word.toLowerCase();
  return lower === 'true' || lower === 'false' ? { by: 'boolean', value: `boolean ${lower}` } : null;
}

/**
 * How the labels that people give become the classes of a model, in training, in files of labels and in feedback: a
 * label is the class with its spelling (spaces around it do not count); else the one class that is the same number
 * (`1.0` is the class `1`, exactly: no double rounds it) or the same of `true` and `false` in whatever letter case. A
 * label that equals two classes in that way, or none, is refused with a reason. `true` is never the class `1`.
 *
 * @example classMatcher(['0', '1'])('1.0') // → {name: '1', code: 1, by: 'number'}
 */
export function classMatcher(classes: readonly string[]): ClassMatcher {
  const bySpelling = new Map(classes.map((name, code) => [name, code]));
  const byValue = new Map<string, number[]>();
  classes.forEach((name, code) => {
    const known = valueOf(name);
    if (known !== null) byValue.set(known.value, [...(byValue.get(known.value) ?? []), code]);
  });
  return (label) => {
    const word = String(label).trim();
    const spelled = bySpelling.get(word);
    if (spelled !== undefined) return { name: word, code: spelled, by: 'spelling' };
    const meant = valueOf(word);
    const codes = meant === null ? [] : (byValue.get(meant.value) ?? []);
    const [code] = codes;
    if (code === undefined || meant === null)
      return { issue: `no class of the model: expected one of ${quotedWords(classes)}, got ${quoted(word)}` };
    if (codes.length > 1)
      return expected(
        'one class',
        `${quoted(word)}, which equals ${codes.map((each) => quoted(classes[each]!)).join(' and ')}`,
      );
    return { name: classes[code]!, code, by: meant.by };
  };
}

/**
 * The classes that the words of a label column stand for: spellings of one number, or of one of `true` and `false`, are
 * one class, named by the spelling that most rows have (of equally frequent ones the shortest, then the first by code
 * unit). Sorted by code unit. `classMatcher` of the result brings every one of the words to its class.
 *
 * @param counts Word → rows that have it.
 * @example classNames(new Map([['1', 5], ['1.0', 2], ['0', 4]])) // → ['0', '1']
 */
export function classNames(counts: ReadonlyMap<string, number>): string[] {
  const best = new Map<string, string>();
  for (const [word, count] of counts) {
    const value = valueOf(word)?.value ?? `word ${word}`;
    const known = best.get(value);
    const rows = known === undefined ? -1 : counts.get(known)!;
    const better =
      known === undefined ||
      count > rows ||
      (count === rows && (word.length < known.length || (word.length === known.length && word < known)));
    if (better) best.set(value, word);
  }
  return [...best.values()].sort();
}
