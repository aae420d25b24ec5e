import { isProse } from '../../data/cells/prose.ts';
import { inYaml } from '../inYaml.ts';
import type { Check, CheckedColumn } from './check.ts';
import { cellExamples, keptColumns } from './check.ts';

/** So many pairs of equal numbers are to be expected of a quantity; an id has none. */
const surelyMeet = 10;
const idWord = /(^|[_ .-])(id|no|nr|num|number|key|uuid|guid|ref)$/i;
/** `customerId`, but not `paid`. */
const idInCamelCase = /[a-z]I[Dd]$/;
/** Fewer rows than this are different by chance. */
const fewest = 50;

function counts({ declared, column, profile }: CheckedColumn): boolean {
  if (profile.distinct < fewest || profile.distinct !== profile.rows) return false;
  if (column.kind === 'text') return !isProse(column.values.filter((value) => value !== null));
  if (column.kind === 'category') return !isProse(column.dictionary);
  if (column.kind !== 'number' || profile.numeric === undefined) return false;
  const { min, max } = profile.numeric;
  // Drawn from so short a range, some of so many numbers would meet: these were given out one by one.
  const meetings = profile.rows ** 2 / (2 * (max - min + 1));
  const isNamed = idWord.test(declared.name) || idInCamelCase.test(declared.name);
  return (meetings >= surelyMeet || isNamed) && column.values.every(Number.isInteger);
}

/** What is said of a column that looks like an id, by init and by validate alike. */
export const idMessage = (name: string): string => `${name} is different in every row: it looks like an id.`;
export const idAdvice = (name: string): string =>
  `If it identifies a row, write \`row_id: ${inYaml(name)}\`; it gives no features either way.`;

/** A column that is different in every row: words that never repeat and are no sentences, or whole numbers of which none comes twice, gaps or not. */
export const idLike: Check = {
  name: 'id-like',
  description: 'A column is different in every row and is not named in `row_id`.',
  run: (input) =>
    keptColumns(input)
      .filter(
        (column) =>
          column.declared.name !== input.label &&
          !input.rowIdColumns.includes(column.declared.name) &&
          counts(column),
      )
      .map(({ declared, column, profile }) => ({
        check: 'id-like',
        column: declared.name,
        severity: 'info',
        message: `${idMessage(declared.name)} A model can only learn it by heart.`,
        count: profile.rows,
        examples: cellExamples(input, column, [0, 1, 2]),
        fix: `If it identifies a row, write \`row_id: ${inYaml(declared.name)}\`; else \`features: {drop: [${inYaml(declared.name)}]}\`.`,
      })),
};
