import type { RowsRead } from './source.ts';

/** Which delimiter and quotes a file has changes nothing where the columns are those that are known. */
const ordinary = new Set(['delimiter', 'quote', 'escape']);

const lines = (count: number): string => (count === 1 ? '1 line' : `${count} lines`);

/**
 * What a door without a pipeline found out of how a file is written, and what it left out, in sentences: nothing of it is
 * written down anywhere else.
 *
 * @param known Columns whose absence is told elsewhere, or is as it should be.
 */
export function toldOf(read: RowsRead, known: readonly string[]): readonly string[] {
  const absent = read.absent.filter((name) => !known.includes(name));
  return [
    ...(absent.length === 0
      ? []
      : [`${read.file}: it has no column ${absent.join(', ')}, missing in every row.`]),
    ...read.findings
      .filter(({ key }) => key === null || !ordinary.has(key))
      .map(
        ({ what, line, example }) =>
          `${read.file}: ${what}${example === null ? '' : ` (${line === null ? '' : `line ${line}: `}${example})`}`,
      ),
    ...(read.leftOut ?? []).map(
      ({ what, count, line, example }) =>
        `${read.file}: ${lines(count)} left out as ${what} (line ${line}: ${example})`,
    ),
  ];
}
