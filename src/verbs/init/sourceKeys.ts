import type { Dialect } from '../../data/dialect.ts';
import { dialectOf } from '../../data/dialect.ts';
import type { Finding } from '../../data/recognise/finding.ts';
import type { SourceKey } from '../../pipeline/scaffold.ts';

/** Members of a dialect by the key of `source:` that declares them, in the order in which they are written. */
const keyOf: readonly (readonly [key: string, member: keyof Dialect])[] = [
  ['format', 'format'],
  ['compression', 'compression'],
  ['sheet', 'sheet'],
  ['records', 'records'],
  ['partitions', 'partitions'],
  ['encoding', 'encoding'],
  ['delimiter', 'delimiter'],
  ['quote', 'quote'],
  ['escape', 'escape'],
  ['skip_lines', 'skipLines'],
  ['comment', 'comment'],
  ['header', 'header'],
  ['names', 'names'],
  ['row_names', 'rowNames'],
  ['lines_after_header', 'linesAfterHeader'],
  ['skip_footer', 'skipFooter'],
  ['trailing_delimiter', 'trailingDelimiter'],
  ['empty_rows', 'emptyRows'],
  ['ragged', 'ragged'],
];

/** What a key is where the pipeline does not say it. The delimiter that is found where nobody says one is the comma. */
function whereUnsaid(path: string): Dialect {
  return { ...dialectOf(path), delimiter: ',', trailingDelimiter: false };
}

const written = (key: string, value: Dialect[keyof Dialect]): SourceKey['value'] => {
  if (key === 'quote' && value === '') return 'none';
  return value;
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * The keys of `source:` that a file needs: what is not as it would be without a word. Where any is needed the delimiter
 * is said, too, so that nothing is left to be found out again.
 *
 * @param said What flags declared: it is written down, whatever it is.
 */
export function sourceKeys(
  path: string,
  dialect: Dialect,
  said: Partial<Dialect>,
  findings: readonly Finding[],
): readonly SourceKey[] {
  // The rows of a query are not written in any way.
  if (dialect.format === 'database') return [];
  const unsaid = whereUnsaid(path);
  const needed = keyOf.filter(
    ([, member]) =>
      dialect[member] !== null &&
      !(member === 'comment' && dialect.comment === '') &&
      (!same(dialect[member], unsaid[member]) || said[member] !== undefined),
  );
  const isCsv = dialect.format === 'csv';
  const keys =
    needed.length > 0 && isCsv
      ? keyOf.filter(([key, member]) => member === 'delimiter' || needed.some(([other]) => other === key))
      : needed;
  return keys.map(([key, member]) => {
    const finding = findings.find((one) => one.key === key);
    const example = finding?.example ?? null;
    return {
      key,
      value: written(key, dialect[member]),
      ...(finding === undefined || example === null
        ? {}
        : { shown: finding.line === null ? example : `line ${finding.line}: ${example}` }),
    };
  });
}
