import type { NumberFormat, TimeFormat } from '../../data/cells/formats/declared.ts';
import { numberWriting } from '../../data/cells/formats/numberWriting.ts';
import { timeWriting } from '../../data/cells/formats/timeWriting.ts';
import type { ColumnKind } from '../../data/columns.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import type { Keys, Report } from '../jsonKeys.ts';
import { isKeys, isTexts, refuseUnknown } from '../jsonKeys.ts';
import { dotted, gotText, pointerOf } from '../problems.ts';

/** What a column declares of how its cells are written. */
export type Writing = Pick<ColumnSchema, 'numberFormat' | 'timeFormat' | 'missing' | 'merge'>;

/** Keys under `x-aieng` that say it. */
export const writingKeys = ['format', 'missing', 'merge'];

type Choice<Name extends keyof NumberFormat> = readonly NonNullable<NumberFormat[Name]>[];
const decimals: Choice<'decimal'> = ['.', ','];
const marks: Choice<'thousands'> = ['.', ',', ' ', "'", '_'];
const negatives: Choice<'negative'> = ['parentheses', 'trailing-minus', 'minus-sign'];
const bounds: Choice<'censored'> = ['missing', 'bound'];
const numberKeys = [
  'decimal',
  'thousands',
  'grouping',
  'currency',
  'percent',
  'negative',
  'censored',
  'unit',
];

const timeKeys = ['pattern', 'zone', 'overlap', 'years_from'];

const numberExample = '{"decimal": ",", "thousands": "."}';

/** Reads the members of a number format one by one; what is wrong is reported. */
class FormatKeys {
  readonly #keys: Keys;
  readonly #at: string;
  readonly #report: Report;

  constructor(keys: Keys, at: string, report: Report) {
    this.#keys = keys;
    this.#at = at;
    this.#report = report;
  }

  #wrong(name: string, wanted: string): void {
    const got = gotText(this.#keys[name]);
    this.#report(
      pointerOf(this.#at, name),
      `${dotted(this.#at)}.${name}: expected ${wanted}, got ${got}`,
      `Write ${wanted}, or take it out.`,
    );
  }

  oneOf<Name extends keyof NumberFormat>(
    name: Name,
    choice: Choice<Name>,
  ): Partial<Record<Name, Choice<Name>[number]>> {
    if (this.#keys[name] === undefined) return {};
    const found = choice.find((each) => each === this.#keys[name]);
    if (found !== undefined) return { [name]: found } as Record<Name, Choice<Name>[number]>;
    this.#wrong(
      name,
      choice.length === 1
        ? JSON.stringify(choice[0])
        : `one of ${choice.map((each) => JSON.stringify(each)).join(', ')}`,
    );
    return {};
  }

  word<Name extends 'currency' | 'unit'>(name: Name): Partial<Record<Name, string>> {
    const value = this.#keys[name];
    if (value === undefined) return {};
    const fits = typeof value === 'string' && value.trim() === value && value !== '' && !/[0-9]/.test(value);
    if (fits) return { [name]: value } as Record<Name, string>;
    this.#wrong(
      name,
      `a text without digits and spaces around it, such as ${name === 'unit' ? '"kg"' : '"€"'}`,
    );
    return {};
  }
}

function parseNumberFormat(format: unknown, at: string, report: Report): NumberFormat | undefined {
  if (!isKeys(format)) {
    report(
      at,
      `${dotted(at)}: expected an object, got ${gotText(format)}`,
      `Write for example ${numberExample}.`,
    );
    return undefined;
  }
  refuseUnknown(format, numberKeys, at, report);
  const keys = new FormatKeys(format, at, report);
  const parsed: NumberFormat = {
    ...keys.oneOf('decimal', decimals),
    ...keys.oneOf('thousands', marks),
    ...keys.oneOf('grouping', ['indian']),
    ...keys.word('currency'),
    ...keys.oneOf('percent', [true]),
    ...keys.oneOf('negative', negatives),
    ...keys.oneOf('censored', bounds),
    ...keys.word('unit'),
  };
  if (parsed.thousands === (parsed.decimal ?? '.'))
    report(
      `${at}/thousands`,
      `${dotted(at)}: "${parsed.thousands}" cannot stand between thousands and before the fraction alike`,
      `Write for example ${numberExample}.`,
    );
  else numberWriting(parsed);
  return parsed;
}

function parseTimeFormat(format: unknown, at: string, report: Report): TimeFormat | undefined {
  const keys: Keys = isKeys(format) ? format : { pattern: format };
  refuseUnknown(keys, timeKeys, at, report);
  const { pattern, zone, overlap, years_from: yearsFrom } = keys;
  const example =
    'Write for example "DD.MM.YYYY HH:mm", "epoch-seconds" or {"pattern": "ISO", "zone": "Europe/Berlin"}.';
  if (typeof pattern !== 'string' || (zone !== undefined && typeof zone !== 'string')) {
    report(at, `${dotted(at)}: expected a pattern of times, got ${gotText(format)}`, example);
    return undefined;
  }
  if (overlap !== undefined && overlap !== 'first' && overlap !== 'second')
    report(
      `${at}/overlap`,
      `${dotted(at)}.overlap: expected "first" or "second", got ${gotText(overlap)}`,
      'Write which of the two is meant where clocks are set back: "first" or "second".',
    );
  const isYear =
    typeof yearsFrom === 'number' && Number.isInteger(yearsFrom) && yearsFrom >= 0 && yearsFrom <= 9900;
  if (yearsFrom !== undefined && !isYear)
    report(
      `${at}/years_from`,
      `${dotted(at)}.years_from: expected a year, got ${gotText(yearsFrom)}`,
      'Write the first of the hundred years that two digits may mean, such as 1930.',
    );
  const parsed: TimeFormat = {
    pattern,
    ...(zone === undefined ? {} : { zone }),
    ...(overlap === 'first' || overlap === 'second' ? { overlap } : {}),
    ...(isYear ? { yearsFrom } : {}),
  };
  const writing = timeWriting(parsed);
  if (typeof writing !== 'string') return parsed;
  report(at, `${dotted(at)}: ${JSON.stringify(pattern)} is no pattern of times: ${writing}`, example);
  return undefined;
}

function parseMerge(
  merge: unknown,
  at: string,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  const entries = isKeys(merge) ? Object.entries(merge) : [];
  const texts = entries.flatMap(([spelling, word]) =>
    typeof word === 'string' ? [[spelling.trim(), word.trim()] as const] : [],
  );
  if (!isKeys(merge) || texts.length < entries.length) {
    report(
      at,
      `${dotted(at)}: expected an object of spellings and the words that they mean, got ${gotText(merge)}`,
      'Write for example {"YES": "yes", "Yes": "yes"}.',
    );
    return undefined;
  }
  const chained = texts.find(
    ([spelling, word]) => Object.hasOwn(merge, word) && merge[word] !== word && spelling !== word,
  );
  if (chained !== undefined)
    report(
      pointerOf(at, chained[0]),
      `${dotted(at)}: ${JSON.stringify(chained[0])} is read as ${JSON.stringify(chained[1])}, which is merged itself`,
      'Write the last word for every spelling.',
    );
  return Object.fromEntries(texts);
}

/** Reads how the cells of a column are written. */
export function parseWriting(
  own: Keys,
  kind: ColumnKind,
  isBoolean: boolean,
  at: string,
  report: Report,
): Writing {
  const { format, missing, merge } = own;
  const number = format !== undefined && kind === 'number';
  const time = format !== undefined && kind === 'time';
  if (format !== undefined && !number && !time)
    report(
      `${at}/format`,
      `${dotted(at)}: only numbers and times have a format, this is ${kind}`,
      'Take the format out.',
      'key',
    );
  if (missing !== undefined && !isTexts(missing))
    report(
      `${at}/missing`,
      `${dotted(at)}.missing: expected a list of texts, got ${gotText(missing)}`,
      'Write for example ["NA"].',
    );
  const words = kind === 'text' || (kind === 'category' && !isBoolean);
  if (merge !== undefined && !words)
    report(
      `${at}/merge`,
      `${dotted(at)}: only words are merged, this is ${isBoolean ? 'a boolean' : kind}`,
      isBoolean ? 'Write its spellings as true_words and false_words.' : 'Take it out.',
      'key',
    );
  const numberFormat = number ? parseNumberFormat(format, `${at}/format`, report) : undefined;
  const timeFormat = time ? parseTimeFormat(format, `${at}/format`, report) : undefined;
  const merged = merge !== undefined && words ? parseMerge(merge, `${at}/merge`, report) : undefined;
  return {
    ...(numberFormat === undefined ? {} : { numberFormat }),
    ...(timeFormat === undefined ? {} : { timeFormat }),
    ...(isTexts(missing) ? { missing: [...new Set(missing.map((word) => word.trim()))] } : {}),
    ...(merged === undefined ? {} : { merge: merged }),
  };
}

/** A format of times as it stands in the schema: its pattern alone, where there is no more to say. */
function writtenTime({ pattern, zone, overlap, yearsFrom }: TimeFormat): string | Keys {
  const more = {
    ...(zone === undefined ? {} : { zone }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(yearsFrom === undefined ? {} : { years_from: yearsFrom }),
  };
  return Object.keys(more).length === 0 ? pattern : { pattern, ...more };
}

/** The same as keys under `x-aieng`. */
export function formatWriting({ numberFormat, timeFormat, missing, merge }: Writing): Keys {
  const format = numberFormat ?? (timeFormat === undefined ? undefined : writtenTime(timeFormat));
  return {
    ...(format === undefined ? {} : { format }),
    ...(missing === undefined ? {} : { missing }),
    ...(merge === undefined ? {} : { merge }),
  };
}
