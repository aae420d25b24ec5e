import { isMissing } from '../../data/columns.ts';
import { cellText } from '../cells.ts';
import { percent, rowCount } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, labelledExamples, partSaid } from './fitness.ts';
import type { Target } from './target.ts';

/** Fewer filled cells may be of one class by chance, or by the few rows that they are. */
const fewestFilled = 20;
/** So pure is a column that is filled in after the event; a few rows may be mistakes. */
const pure = 0.98;
/** A class that most rows have anyway proves nothing. */
const commonest = 0.9;
/** ln of the chance, over all columns, below which it is none. */
const byChance = Math.log(1e-9);

type Classes = Extract<Target, { kind: 'classes' }>;

/** What sets cells of a column apart: a cell that is there, or a number that is not the usual 0. */
const marks = [
  {
    name: 'filled',
    said: (name: string) => `${name} is filled in`,
    of:
      ({ column }: Feature) =>
      (row: number) =>
        !isMissing(column, row),
  },
  {
    name: 'not zero',
    said: (name: string) => `${name} is not 0`,
    of: ({ column }: Feature) =>
      column.kind === 'number'
        ? (row: number) => column.values[row] !== 0 && !isMissing(column, row)
        : () => false,
  },
] as const;

/** The class of nearly all rows that are marked, where that is no chance. */
export function pureClass(
  rows: Int32Array,
  { classes, names, counts }: Classes,
  marked: (row: number) => boolean,
): { readonly at: number; readonly share: number; readonly marked: number } | undefined {
  const inside = new Float64Array(names.length + 1);
  let all = 0;
  rows.forEach((row, at) => {
    if (!marked(row)) return;
    all += 1;
    inside[classes[at]!] = inside[classes[at]!]! + 1;
  });
  if (all < fewestFilled || all > 0.95 * rows.length) return undefined;
  const at = inside.indexOf(Math.max(...inside));
  if (at >= names.length) return undefined;
  const base = counts[at]! / rows.length;
  const share = inside[at]! / all;
  const chance = inside[at]! * Math.log(base);
  return base <= commonest && share >= pure && chance < byChance ? { at, share, marked: all } : undefined;
}

function findingOf(looked: Looked, feature: Feature, target: Classes): Finding[] {
  for (const mark of marks) {
    const marked = mark.of(feature);
    const found = pureClass(looked.rows, target, marked);
    if (found === undefined) continue;
    const { name, column } = feature;
    const { label, input, rows } = looked;
    return [
      {
        check: 'leak-when-filled',
        column: name,
        severity: 'warning',
        message: `Where ${mark.said(name)} (${rowCount(found.marked)}), ${label!} is ${target.names[found.at]!} in ${percent(found.share)}, elsewhere it is not${partSaid(looked)}: it seems to be written down after the event.`,
        count: found.marked,
        examples: labelledExamples(looked, rows.filter(marked), (row) => `${name} ${cellText(column, row)}`),
        fix: `If ${name} is not known when you predict, leave it out: ${dropLine(input, name)}`,
        effect: { measure: 'share', value: found.share },
        line: dropLine(input, name),
      },
    ];
  }
  return [];
}

/** Columns that are filled in, or are not 0, in rows of one class only: they are written down after the event. */
export function leakWhenFilled(looked: Looked): LeakFound[] {
  const { target, features } = looked;
  if (target?.kind !== 'classes') return [];
  return features.flatMap((feature) =>
    findingOf(looked, feature, target).map((finding) => ({ finding, columns: [feature.name] })),
  );
}
