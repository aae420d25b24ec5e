/** A number with its thousands apart, as `toLocaleString('en-US')` has it; whole ones without what that takes to start. */
export const grouped = (value: number): string =>
  Number.isSafeInteger(value)
    ? String(value).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',')
    : value.toLocaleString('en-US');

/**
 * A figure for people: three significant digits, whole numbers from 1,000 on, never an exponent in between. One that was
 * rounded shows every digit that it was rounded to (`0.840`), one that is no longer than that stays as it is (`0.5`).
 *
 * @example formatNumber(0.41234) === '0.412'
 */
export const formatNumber = (value: number): string => formatDigits(value, 3);

/** The same with as many significant digits as are asked for. */
export function formatDigits(value: number, digits: number): string {
  if (!Number.isFinite(value)) return 'undefined';
  const size = Math.abs(value);
  if (Number(size.toPrecision(digits)) >= 1000 && size < 1e15) return grouped(Math.round(value));
  const shown = value.toPrecision(digits);
  const rounded = Number(shown);
  // What arithmetic left behind the last digit is no figure.
  const isWhole = Math.abs(rounded - value) <= size * 1e-12;
  return isWhole || shown.includes('e') ? String(rounded) : shown;
}

/** A share in a sentence: `85 %`, `0.4 %`, `< 0.1 %`. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
}

/** A share in a table, to a tenth of a percent; what is not quite nothing or everything does not look like it. */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent < 100 && percent > 99.9) return '> 99.9 %';
  return `${Number(percent.toFixed(1))} %`;
}

/** `a, b and 3 more`. */
export function formatList(words: readonly string[], shown: number): string {
  const rest = words.length - shown;
  if (rest > 0) return `${words.slice(0, shown).join(', ')} and ${rest} more`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}

/** `1 row`, `1,200 rows`. */
export function formatCount(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
