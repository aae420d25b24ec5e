import type { Dialect } from '../dialect.ts';
import type { CsvSigns } from '../sources/csv/csvMarks.ts';
import { isCutWrong, typedLook } from './looks.ts';
import type { Beginning, CutRecord } from './records.ts';
import { cutRecords } from './records.ts';

/** A beginning as one choice of delimiter and quotes cuts it. */
export interface Cutting {
  readonly signs: CsvSigns;
  readonly records: readonly CutRecord[];
  /** Fields of most records. */
  readonly width: number;
  /** How well it cuts, 0 to 1, and more where it brings out a name that is known. */
  readonly score: number;
}

/** The best cutting, and another one that is about as good, where there is one. */
export interface Cut {
  readonly best: Cutting;
  readonly rival: Cutting | null;
}

/** What is looked for, and where. */
export interface CutQuestion {
  readonly beginning: Beginning;
  readonly from: { readonly at: number; readonly lines: number };
  readonly declared: Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'comment'>;
  /** Names of columns that are known to be there. */
  readonly expects: readonly string[];
}

const recordsLookedAt = 200;
const cellsLookedAt = 4000;
const usual = [',', ';', '\t', '|', '\u001f', '\u0001'] as const;
const unusual = ['^', '~', '¦', '§', ':', ' '] as const;
/** Above this, nothing unusual is tried. */
const good = 0.7;
const aboutEqual = 0.03;

type Quoting = Pick<CsvSigns, 'quote' | 'escape'>;

/** Ways of quoting that the text has signs of, the usual one first. */
function quotings(text: string, declared: CutQuestion['declared']): Quoting[] {
  const wrapped = text.match(/(?<=^|[,;|\t] ?)'(?:[^'\r\n\\]|''|\\.)*'(?=[,;|\t\r\n]|$)/gm) ?? [];
  const found: Quoting[] = [
    { quote: '"', escape: 'doubled' },
    ...(/\\["',;|\t]/.test(text) ? [{ quote: '"', escape: 'backslash' } as const] : []),
    ...(wrapped.length > 1 ? [{ quote: "'", escape: 'doubled' } as const] : []),
    ...(text.includes("\\'") && wrapped.length > 1 ? [{ quote: "'", escape: 'backslash' } as const] : []),
    ...(text.includes('"') ? [{ quote: '', escape: 'doubled' } as const] : []),
  ];
  const fitting = found.map(({ quote, escape }) => ({
    quote: declared.quote ?? quote,
    escape: declared.escape ?? escape,
  }));
  return fitting.filter(
    (one, at) =>
      fitting.findIndex(({ quote, escape }) => quote === one.quote && escape === one.escape) === at,
  );
}

/** The number of fields that most records have, at least two; of equally many the larger. */
function usualWidth(records: readonly CutRecord[]): number {
  const counts = new Map<number, number>();
  for (const { fields, problem } of records)
    if (problem === null && fields.length > 1)
      counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  let best = 0;
  for (const [width, count] of counts)
    if (best === 0 || count > counts.get(best)! || (count === counts.get(best) && width > best)) best = width;
  return best;
}

/** Share of the cells that look whole. */
function cleanShare(records: readonly CutRecord[]): number {
  let [clean, seen] = [0, 0];
  for (const { fields } of records) {
    for (const cell of fields) if (!isCutWrong(cell)) clean += 1;
    seen += fields.length;
    if (seen > cellsLookedAt) break;
  }
  return seen === 0 ? 0 : clean / seen;
}

/** Lines before the table are forgiven as many as these. */
const preambleForgiven = 30;

const isQuotedOpen = (field: string): boolean => field.trimStart().startsWith('"');

function judge(signs: CsvSigns, { beginning, from, expects, declared }: CutQuestion): Cutting | null {
  const cut = cutRecords(beginning, signs, from, recordsLookedAt);
  // Where quotes are part of the text they do not begin a field.
  if (signs.quote === '' && declared.quote === null && cut.some(({ fields }) => fields.some(isQuotedOpen)))
    return null;
  const { comment } = declared;
  const records =
    comment === null || comment === '' ? cut : cut.filter(({ raw }) => !raw.startsWith(comment));
  const width = usualWidth(records);
  if (width === 0) return null;
  const fits = records.filter(({ fields, problem }) => problem === null && fields.length === width);
  const first = records.indexOf(fits[0]!);
  const agreement = fits.length / (records.length - Math.min(first, preambleForgiven));
  const known = expects.some((name) =>
    records.some(({ fields }) => fields.length > 1 && fields.some((field) => field.trim() === name)),
  );
  const score =
    agreement * (0.5 + 0.5 * cleanShare(fits)) * (0.6 + (0.4 * fits.length) / records.length) +
    (known ? 0.5 : 0);
  return { signs, records, width, score };
}

/** An unusual delimiter may stand in any text: it has to cut every line alike, and bring out something that is typed. */
function isConvincing({ signs, records, width }: Cutting): boolean {
  if (records.length < 3) return false;
  const [first, ...rest] = records;
  const namesRows = width > 2 && first!.fields.length === width - 1;
  if (first!.fields.length !== width && !namesRows) return false;
  if (!rest.every(({ fields }) => fields.length === width)) return false;
  if (signs.delimiter !== ' ' && signs.delimiter !== ':') return true;
  return Array.from({ length: width }, (_, column) => rest.map(({ fields }) => fields[column]!)).some(
    (cells) => typedLook(cells) !== null,
  );
}

/** The better of the ways to quote: another than the usual has to be clearly better. */
function bestQuoting(delimiter: string, ways: readonly Quoting[], question: CutQuestion): Cutting | null {
  let best: Cutting | null = null;
  for (const way of ways) {
    const cutting = judge({ delimiter, ...way }, question);
    if (cutting !== null && (best === null || cutting.score > best.score + aboutEqual / 2)) best = cutting;
  }
  return best;
}

/** A delimiter of two signs cuts off an empty field after each. */
function isDoubled({ records, width, signs }: Cutting): boolean {
  if (width < 3 || width % 2 === 0 || signs.delimiter === ' ') return false;
  const fits = records.filter(({ fields }) => fields.length === width);
  return fits.every(({ fields }) => fields.every((field, at) => at % 2 === 0 || field === ''));
}

const inOrder = (left: Cutting, right: Cutting): number =>
  Math.abs(left.score - right.score) > 1e-9 ? right.score - left.score : right.width - left.width;

/** A file of one column: nothing parts it, and the comma that never comes is as good as any. */
function oneColumn(question: CutQuestion, ways: readonly Quoting[]): Cutting {
  const signs = { delimiter: question.declared.delimiter ?? ',', ...ways[0]! };
  const records = cutRecords(question.beginning, signs, question.from, recordsLookedAt);
  return { signs, records, width: 1, score: 0 };
}

/**
 * Finds what parts and quotes the fields of a beginning: the signs that cut the most records into equally many fields
 * (two at least) that look whole.
 */
export function findCut(question: CutQuestion): Cut {
  const { declared, beginning, from } = question;
  const text = beginning.bytes.toString('utf8', from.at);
  const ways = quotings(text, declared);
  // A blank behind each delimiter is part of it where quotes come after it.
  const wide = [', ', '; '].filter((delimiter) => text.includes(`${delimiter}"`));
  const cuttings = (delimiters: readonly string[]): Cutting[] =>
    delimiters
      .filter((delimiter) => text.includes(delimiter))
      .flatMap((delimiter) => bestQuoting(delimiter, ways, question) ?? [])
      .sort(inOrder);
  if (declared.delimiter !== null)
    return {
      best: bestQuoting(declared.delimiter, ways, question) ?? oneColumn(question, ways),
      rival: null,
    };
  const found = cuttings([...usual, ...wide]);
  if (found[0] === undefined || found[0].score < good) found.push(...cuttings(unusual).filter(isConvincing));
  const [best, second] = found.sort(inOrder);
  if (best === undefined) return { best: oneColumn(question, ways), rival: null };
  const { delimiter } = best.signs;
  const doubled = isDoubled(best) ? bestQuoting(delimiter.repeat(2), ways, question) : null;
  const close =
    second !== undefined &&
    second.score > good &&
    best.score - second.score < aboutEqual &&
    // A blank behind the delimiter belongs to the field as well as to it: cells are trimmed.
    second.signs.delimiter.trim() !== best.signs.delimiter.trim();
  return { best: doubled ?? best, rival: close ? second : null };
}
