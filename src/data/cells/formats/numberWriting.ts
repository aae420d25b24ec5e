import type { NumberFormat } from './declared.ts';

/** What a text says by the format of its column: the number in the plain grammar, and whether it is only a bound. */
interface WrittenNumber {
  readonly plain: string;
  readonly censored: boolean;
}

const minus = '\\-\u2010\u2011\u2012\u2013\u2212\uFE63\uFF0D';
/** Every sign that is printed for a minus, and the plus. */
export const signClass = `[+${minus}]`;
export const minusClass = `[${minus}]`;
const space = '[ \\u00a0\\u2009\\u202f]';
export const spaces = `${space}*`;
/** `<0.5`, `≥ 100`. */
export const censorMarks = '[<>≤≥]=?';
/** `99,-`, `12.–`: no cents, and no minus either. */
export const noCents = '[-\u2013\u2014]{1,2}';
const exponent = '[eE][+-]?[0-9]+';

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Spellings of one currency that mean the same where one of them is declared. */
const sameCurrency: readonly (readonly string[])[] = [
  ['€', 'EUR', 'Euro', 'euro'],
  ['$', 'USD', 'US$'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['₹', 'INR', 'Rs.', 'Rs'],
  ['₽', 'RUB', 'руб.', 'руб'],
  ['₺', 'TRY', 'TL'],
  ['₩', 'KRW'],
  ['₪', 'ILS'],
  ['₴', 'UAH'],
  ['CHF', 'SFr.', 'Fr.'],
  ['R$', 'BRL'],
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
  ['kr', 'kr.'],
  ['Ft', 'HUF'],
];

/** The spellings of a currency, its own first. */
export const spellingsOfCurrency = (currency: string): readonly string[] => [
  currency,
  ...(sameCurrency.find((group) => group.includes(currency)) ?? []).filter((each) => each !== currency),
];

/** Symbols, codes and abbreviations that are known for currencies, as the source of a regular expression. */
export const knownCurrencies = [
  ...sameCurrency.flat(),
  ...['C$', 'CA$', 'A$', 'AU$', 'NZ$', 'HK$', 'S$', 'MX$'],
  ...'AUD BGN CAD CLP CNY COP DKK EGP HKD IDR KES MXN MYR NGN NOK NZD PEN PHP PKR RON SAR SEK SGD THB TWD VND ZAR AED'.split(
    ' ',
  ),
]
  .sort((left, right) => right.length - left.length)
  .map(escaped)
  .join('|')
  .concat('|\\p{Sc}');

/** Digits in groups, or in one run. */
function wholePart({ thousands, grouping }: NumberFormat): string {
  if (thousands === undefined) return '[0-9]+';
  const mark = { ' ': space, "'": "['\u2019]", '.': '\\.', ',': ',', _: '_' }[thousands];
  const grouped =
    grouping === 'indian'
      ? `[1-9][0-9]?(?:${mark}[0-9]{2})*${mark}[0-9]{3}`
      : `[1-9][0-9]{0,2}(?:${mark}[0-9]{3})+`;
  return `(?:${grouped}|[0-9]+)`;
}

/** The digits of a number, without sign and what stands around them, as the source of a regular expression. */
export function digitsSource(format: NumberFormat): string {
  const point = format.decimal === ',' ? ',' : '\\.';
  const fraction = `${point}[0-9]+`;
  // Who writes an exponent groups no thousands: 1,234E+02 has a decimal comma.
  const scientific = `(?:[0-9]+(?:${point}[0-9]*)?|${fraction})${exponent}`;
  return `(?:${scientific}|${wholePart(format)}(?:${point}(?:${noCents}|[0-9]*))?|${fraction})`;
}

const unitSource = (unit: string): string =>
  `${escaped(unit)}${/\p{L}{3}$/u.test(unit) && !unit.endsWith('s') ? 's?' : ''}`;

/** Digits of a format in the plain grammar. */
export function plainDigits(digits: string, { decimal, thousands }: NumberFormat): string {
  const whole = digits.replace(/[-\u2013\u2014]+$/, '');
  const bare = thousands === undefined ? whole : whole.replaceAll(/[ \u00a0\u2009\u202f'\u2019_]/g, '');
  if (decimal === ',') return bare.replaceAll('.', '').replace(',', '.');
  return bare.replaceAll(',', '');
}

/**
 * The reader of numbers as a column writes them; undefined for a text that is not written so. Whatever is declared may be
 * left out of a cell (`5` in a column of euros), and nothing else is read: grouping is checked.
 *
 * @example numberWriting({decimal: ',', thousands: '.'})('1.234,50') // → {plain: '1234.50', censored: false}
 */
export function numberWriting(format: NumberFormat): (word: string) => WrittenNumber | undefined {
  const { currency, percent, unit, negative, censored } = format;
  const currencies = currency === undefined ? null : spellingsOfCurrency(currency).map(escaped).join('|');
  const before = currencies === null ? '' : `(?:${currencies})?${spaces}(${signClass}?)${spaces}`;
  const suffixes = [
    ...(currencies === null ? [] : [currencies]),
    ...(percent === true ? ['%'] : []),
    ...(unit === undefined ? [] : [unitSource(unit)]),
  ].join('|');
  const behind = suffixes === '' ? '' : `(?:${spaces}(?:${suffixes}))?`;
  const [open, close] = negative === 'parentheses' ? ['(\\()?', '(\\))?'] : ['()', '()'];
  const trailing = negative === 'trailing-minus' ? `(${spaces}${minusClass})?` : '()';
  const mark = censored === undefined ? '()' : `(${censorMarks})?${spaces}`;
  // `65+` is at least 65.
  const more = censored === undefined ? '()' : '(\\+)?';
  const shape = new RegExp(
    `^${mark}${open}${spaces}(${signClass}?)${spaces}${before === '' ? '()' : before}(${digitsSource(format)})${more}${behind}${trailing}${spaces}${close}$`,
    'u',
  );
  const isMinus = new RegExp(minusClass, 'u');
  return (word) => {
    const found = shape.exec(word);
    if (found === null) return undefined;
    const [, bound, opened, sign = '', inner = '', digits = '', atLeast, behindMinus, closed] = found;
    if ((opened === undefined) !== (closed === undefined) && negative === 'parentheses') return undefined;
    const signs = [sign, inner, behindMinus ?? '', opened ?? ''].filter((each) => each !== '');
    if (signs.length > 1) return undefined;
    const below = signs.some((each) => each === '(' || isMinus.test(each));
    return {
      plain: (below ? '-' : '') + plainDigits(digits, format),
      censored: [bound, atLeast].some((each) => each !== undefined && each !== ''),
    };
  };
}

/** A number in the way that a format writes it, for messages and examples. */
export function exampleOf(format: NumberFormat): string {
  const { decimal = '.', thousands = '', grouping, currency, percent, unit } = format;
  const digits = grouping === 'indian' ? `12${thousands}34${thousands}567` : `1${thousands}234`;
  const suffix = percent === true ? '%' : unit === undefined ? '' : ` ${unit}`;
  if (currency === undefined) return `${digits}${decimal}5${suffix}`;
  return decimal === ',' ? `${digits}${decimal}50 ${currency}` : `${currency}${digits}${decimal}50`;
}

/** Texts of a format that are certainly read, of at most 15 digits, as the source of a regular expression without anchors. */
export function documentedNumbers(
  isWhole: boolean,
  { decimal = '.', thousands, grouping }: NumberFormat,
): string {
  const mark = thousands === undefined ? '' : escaped(thousands);
  const grouped =
    thousands === undefined
      ? ''
      : grouping === 'indian'
        ? `[1-9][0-9]?(?:${mark}[0-9]{2}){0,3}${mark}[0-9]{3}|`
        : `[1-9][0-9]{0,2}(?:${mark}[0-9]{3}){1,3}|`;
  return `-?(?:${grouped}[0-9]{1,12})${isWhole ? '' : `(?:${escaped(decimal)}[0-9]{1,3})?`}`;
}
