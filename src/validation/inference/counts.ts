import type { WordRows } from './facts.ts';

/** Fewer different values are as likely codes of classes. */
const fewestValues = 6;
/** The rarest value of a count has at most this share of the rows of the most frequent one: classes are rarely so uneven in order. */
const rarestShare = 1 / 20;
/** Standard deviations of the difference of two counts that chance is given. */
const chance = 2.5;

/**
 * Do the whole numbers of a label look like how often something happened, and not like codes of classes? They begin at 0
 * and have no gap up to 5 or more, nearly all rows are at the lowest two, and (but for chance) each further one is rarer
 * than the one before.
 *
 * @param words Each spelling with its rows.
 */
export function lookLikeCounts(words: WordRows): boolean {
  const rowsOf = new Map<number, number>();
  for (const [word, count] of words) {
    const value = Number(word);
    if (!Number.isInteger(value) || value < 0 || value > 99) return false;
    rowsOf.set(value, (rowsOf.get(value) ?? 0) + count);
  }
  const rows = Array.from(rowsOf, (_, value) => rowsOf.get(value) ?? 0);
  const [none = 0, one = 0, ...further] = rows;
  const most = Math.max(none, one);
  if (rows.length < fewestValues || rows.includes(0)) return false;
  if (Math.max(...further) > most || Math.min(...further.slice(-1)) > most * rarestShare) return false;
  return further.every((count, at) => {
    const before = rows[at + 1] ?? 0;
    return count - before <= chance * Math.sqrt(count + before);
  });
}
