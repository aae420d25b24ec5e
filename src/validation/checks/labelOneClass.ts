import { cellText, codeCounts } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Check, CheckInput, CheckedColumn } from './check.ts';
import { cellExamples, checkedColumns, rowCount } from './check.ts';

/** Fewer rows of a class than this cannot be split into train, validation and test. */
const fewestOfClass = 10;

function oneValue(input: CheckInput, { declared, column, profile }: CheckedColumn): Finding[] {
  if (profile.distinct !== 1) return [];
  const row = Array.from({ length: input.table.rows }, (_, i) => i).find(
    (i) => cellText(column, i) !== 'missing',
  );
  return [
    {
      check: 'label-one-class',
      column: declared.name,
      severity: 'error',
      message: `${declared.name} is always ${cellText(column, row ?? 0)}: there is nothing to learn.`,
      count: profile.rows - profile.missing,
      examples: row === undefined ? [] : cellExamples(input, column, [row]),
      fix: 'Check that the source holds rows of every class, and that label names the right column.',
    },
  ];
}

/** More rare classes than this are told in one sentence. */
const mostToldAlone = 5;

function rareClasses(input: CheckInput, { declared, column }: CheckedColumn): Finding[] {
  if (column.kind !== 'category') return [];
  const { codes } = column;
  const counts = codeCounts(column);
  const rare = column.dictionary.flatMap((word, code) => {
    const count = counts[code]!;
    return count === 0 || count >= fewestOfClass ? [] : [{ word, code, count }];
  });
  const rowsOf = (wanted: ReadonlySet<number>): number[] =>
    Array.from(codes.keys()).filter((row) => wanted.has(codes[row]!));
  const finding = { check: 'label-one-class', column: declared.name, severity: 'warning' as const };
  if (rare.length > mostToldAlone) {
    const shown = rare
      .slice(0, mostToldAlone)
      .map(({ word, count }) => `${shownWord(word)} ${count}`)
      .join(', ');
    return [
      {
        ...finding,
        message: `${rare.length} classes of ${declared.name} have fewer than ${fewestOfClass} rows each (${shown}, …): too few to be learned and tested.`,
        count: rare.reduce((sum, { count }) => sum + count, 0),
        examples: cellExamples(input, column, rowsOf(new Set(rare.map(({ code }) => code)))),
        fix: 'Join rare classes in the source, or check that label names the right column.',
      },
    ];
  }
  return rare.map(({ word, code, count }) => ({
    ...finding,
    message: `The class "${word}" of ${declared.name} has ${rowCount(count)}: too few to be learned and tested.`,
    count,
    examples: cellExamples(input, column, rowsOf(new Set([code]))),
    fix: `Collect more rows of "${word}", or join it with another class in the source.`,
  }));
}

/** So many characters of a class are shown. */
const mostShown = 40;
const shownWord = (word: string): string =>
  word.length <= mostShown ? `"${word}"` : `"${word.slice(0, mostShown)}…"`;

/** A label that never varies, or a class with so few rows that no test can judge it. */
export const labelOneClass: Check = {
  name: 'label-one-class',
  description: `The label has one value only (an error), or a class has fewer than ${fewestOfClass} rows.`,
  run: (input) =>
    checkedColumns(input)
      .filter(({ declared }) => declared.name === input.label)
      .flatMap((label) => {
        const one = oneValue(input, label);
        return one.length > 0 || input.labelIs === 'number' ? one : rareClasses(input, label);
      }),
};
