import { dataError, usageError } from '../../../errors.ts';
import type { Dialect } from '../../dialect.ts';
import { shownExample } from '../../recognise/finding.ts';
import type { Doubt } from '../../recognise/recognise.ts';
import type { SplitDecimals } from '../../recognise/splitDecimals.ts';
import type { RowsFile } from '../../source.ts';
import { declaring } from '../declare.ts';

/** Was nothing declared of what is in doubt? */
export const isOpen = (declared: Dialect, key: Doubt['key']): boolean =>
  declared[key === 'skip_lines' ? 'skipLines' : key] === null;

/** Two ways to read a file that are about equally good. */
export function unclear(file: RowsFile, { key, readings, line, what }: Doubt): Error {
  const { displayPath } = file;
  const ways = readings.flatMap(({ value }) => declaring(file, key, value) ?? []);
  const shown = readings
    .map(({ value, shows }) => `${key === 'ragged' ? value : `${key} ${JSON.stringify(value)}`}: ${shows}`)
    .join('; ');
  const fill = declaring(file, 'ragged', 'fill');
  const hint =
    key === 'ragged'
      ? `Give the header a name for each field${fill === null ? '' : `; or, where short rows lack their last fields, ${fill}`}.`
      : ways.length === 0
        ? 'Write it in a way that can be told: with a header, or with a delimiter that no field holds.'
        : `Say which it is: ${ways.join(', or ')}.`;
  return usageError({
    code: `unclear-${key}`,
    message: `${displayPath}:${line}: ${what}: ${shown}.`,
    hint,
    at: { file: displayPath, line },
  });
}

/** Decimal commas between commas: no reading of such a file is certain. */
export function partedNumbers(file: RowsFile, split: SplitDecimals): Error {
  const { displayPath } = file;
  const { line, raw, fields, names, shown, column, perhapsRowNames } = split;
  const shell = JSON.stringify(displayPath);
  // Joins the field of the number and the one behind it, in lines that have one too many.
  const mend =
    column === null
      ? ''
      : ` If all of them are of ${JSON.stringify(column.name)}, join them: \`awk -F, -v OFS=, -v n=${column.place} 'NF == ${names + 1} { $n = $n "." $(n + 1); for (i = n + 1; i < NF; i++) $i = $(i + 1); NF-- } 1' ${shell} > mended.csv\`.`;
  const rowNames = perhapsRowNames ? declaring(file, 'row_names', 'yes') : null;
  return dataError({
    code: 'decimal-comma-parted',
    message: `${displayPath}:${line}: the header has ${names} names, but this line ${fields} fields (${shownExample(raw)}): numbers such as ${shown} seem to have a decimal comma, which also parts fields here.`,
    hint: `Export it again with semicolons between the fields, or with quotes around such numbers.${mend}${rowNames === null ? '' : ` If each row begins with a name of its own, ${rowNames}.`}`,
    at: { file: displayPath, line },
  });
}

/** Is there a blank between a closing quote and the delimiter behind it, on the first line? */
export const hasPaddedQuotes = (beginning: string): boolean =>
  /^(?:[^"\n]*[,;|])?[ \t]*"[^"\n]*"[ \t]+[,;|][ \t]*"/.test(beginning);

/** Blanks around quoted fields: quotes would be part of the text. */
export const paddedQuotes = ({ displayPath }: RowsFile): Error =>
  dataError({
    code: 'quotes-padded',
    message: `${displayPath}:1: a blank stands between a closing quote and the delimiter behind it, so that the quotes do not enclose the field.`,
    hint: `Take the blanks away: \`sed -E 's/"[ \\t]+([,;|])/"\\1/g; s/([,;|])[ \\t]+"/\\1"/g' ${JSON.stringify(displayPath)} > rows.csv\`.`,
    at: { file: displayPath, line: 1 },
  });
