import type { TableColumn, Words } from '../../verbs/view/blocks.ts';
import { textOf, toneOf } from '../../verbs/view/blocks.ts';
import type { Ink } from './ink.ts';
import { displayWidth, pad, printable, truncate, wrap } from '../../verbs/view/width.ts';

const gap = 2;
/** Below this a wrapped column is a tower of syllables: the table is then told row by row. */
const narrowest = 8;

const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

const longestWord = (text: string): number => maximum(text.split(' ').map(displayWidth));

/**
 * Column widths that fit `available` cells: the widest column gives first, numbers never break, no column gets
 * narrower than its longest word (or 8 cells where that word is longer). Null where the table cannot fit.
 */
export function fitColumns(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  available: number,
): number[] | null {
  const texts = columns.map((column, index) => [column.title, ...rows.map((row) => row[index] ?? '')]);
  const widths = texts.map((cells) => maximum(cells.map(displayWidth)));
  const least = texts.map(([title = '', ...cells], index) =>
    columns[index]?.align === 'right'
      ? Math.max(maximum(cells.map(displayWidth)), longestWord(title), 1)
      : Math.min(
          widths[index] ?? 0,
          Math.max(narrowest, Math.min(14, maximum([title, ...cells].map(longestWord)))),
        ),
  );
  let excess = widths.reduce((a, b) => a + b, 0) + gap * (columns.length - 1) - available;
  while (excess > 0) {
    let widest = -1;
    widths.forEach((width, index) => {
      if (width > (least[index] ?? 0) && (widest < 0 || width > (widths[widest] ?? 0))) widest = index;
    });
    if (widest < 0) return null;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** One row of cells as lines, each cell wrapped in its column. */
function rowLines(
  cells: readonly Words[],
  columns: readonly TableColumn[],
  widths: readonly number[],
  ink: Ink,
): string[] {
  const wrapped = widths.map((width, index) => wrap(printable(textOf(cells[index] ?? '')), width));
  const height = maximum(wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, index) => {
        const text = wrapped[index]?.[line] ?? '';
        const last = index === widths.length - 1;
        const align = columns[index]?.align ?? 'left';
        const padded = last && align === 'left' ? text : pad(text, width, align);
        return ink(toneOf(cells[index] ?? ''), padded);
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** A row as `label  value` lines, for terminals that are too narrow for the table. */
function stacked(
  columns: readonly TableColumn[],
  rows: readonly (readonly Words[])[],
  available: number,
  ink: Ink,
): string[] {
  const longest = maximum(columns.map((column) => displayWidth(column.title)));
  const labelWidth = Math.min(longest, Math.floor(available / 2));
  return rows.flatMap((row, number) => {
    const lines = columns.flatMap((column, index) => {
      const words = row[index] ?? '';
      if (textOf(words) === '') return [];
      const values = wrap(printable(textOf(words)), available - labelWidth - gap);
      return values.map((value, line) => {
        const label = pad(line === 0 ? truncate(column.title, labelWidth) : '', labelWidth, 'left');
        return `${ink('dim', label)}${' '.repeat(gap)}${ink(toneOf(words), value)}`;
      });
    });
    return number === 0 ? lines : ['', ...lines];
  });
}

/** A table as lines for a terminal of `available` cells: aligned columns, or row by row where it is too narrow. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly Words[])[],
  available: number,
  ink: Ink,
): string[] {
  const texts = rows.map((row) => row.map((cell) => printable(textOf(cell))));
  const widths = fitColumns(columns, texts, available);
  if (widths === null) return stacked(columns, rows, available, ink);
  const header = columns.map((column) => ({ text: column.title, tone: 'dim' as const }));
  return [
    ...rowLines(header, columns, widths, ink),
    ...rows.flatMap((row) => rowLines(row, columns, widths, ink)),
  ];
}
