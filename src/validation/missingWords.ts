import type { ColumnTally } from './columnTally.ts';

/** The missing words of a table and why they are taken for that. */
export interface MissingWords {
  /** Always starts with the empty text; the rest in code-unit order. */
  readonly words: readonly string[];
  /** Word → columns where it was found. */
  readonly found: ReadonlyMap<string, readonly string[]>;
  /** Those of them that mean something by themselves, such as `<=5`: column → words. */
  readonly declared: ReadonlyMap<string, readonly string[]>;
}

/** As many different words between numbers are declared missing; more of them are faults of single rows. */
const mostDeclared = 20;
/** A column with so many present rows, of which at least this share are numbers, is one of numbers. */
const enoughRows = 100;
const strangeShare = 0.01;

/** Is a column one of numbers but for a few words? */
export const nearlyNumbers = (tally: ColumnTally, isLabel: boolean): boolean =>
  !isLabel &&
  tally.numbers > 0 &&
  tally.strings === 0 &&
  tally.nested === 0 &&
  tally.present >= enoughRows &&
  tally.strangeRows > 0 &&
  tally.strangeRows <= tally.present * strangeShare;

/** Is the column otherwise numbers, or otherwise times? */
const isTyped = ({ numbers, times, present, strings }: ColumnTally): boolean =>
  strings === 0 && present > 0 && (numbers === present || times === present);

/** The few odd words of columns that are nearly numbers, where no other column has them for an answer. */
function oddWords(
  tallies: readonly ColumnTally[],
  label: string | undefined,
): Map<string, readonly string[]> {
  const nearly = tallies.filter((tally) => nearlyNumbers(tally, tally.name === label));
  const others = tallies.filter((tally) => !nearly.includes(tally));
  return new Map(
    nearly.flatMap((tally) => {
      const words = [...tally.strange.keys()].filter(
        (word) => !others.some((other) => other.complete && other.words.has(word)),
      );
      // One typing error is a fault of its row; a word that comes again is a way of saying something.
      const repeated = words.filter(
        (word) =>
          tally.strange.get(word)! > 1 || nearly.some((other) => other !== tally && other.strange.has(word)),
      );
      return repeated.length === 0 || tally.strange.size > mostDeclared
        ? []
        : [[tally.name, repeated] as const];
    }),
  );
}

/**
 * Which texts of a table mean "missing". `NA`, `null`, `?` and the like always do. `None`, `-`, `unknown` do only where
 * they are all that keeps a column from being numbers or times: in a column of words they are answers. A few words that
 * come again and again in less than 1 % of a column of numbers (`<=5`) are declared missing, so that their rows can be
 * used.
 */
export function findMissingWords(tallies: readonly ColumnTally[], label?: string): MissingWords {
  const words = new Set(['']);
  for (const { missing } of tallies) for (const word of missing.keys()) words.add(word);
  for (const tally of tallies) if (isTyped(tally)) for (const word of tally.perhaps.keys()) words.add(word);
  const declared = oddWords(tallies, label);
  for (const odd of declared.values()) for (const word of odd) words.add(word);
  const sorted = [...words].sort();
  const found = new Map(
    sorted.map((word) => [
      word,
      tallies
        .filter(
          ({ missing, perhaps, strange }) => missing.has(word) || perhaps.has(word) || strange.has(word),
        )
        .map(({ name }) => name),
    ]),
  );
  return { words: sorted, found, declared };
}
