/** A figure for people: three significant digits, whole numbers from 1,000 on. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'undefined';
  if (Math.abs(value) >= 1000 && Math.abs(value) < 1e15) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** `85 %`, `0.4 %`, `< 0.1 %`. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
}

/** `a, b and 3 more`. */
export function formatList(words: readonly string[], shown: number): string {
  const rest = words.length - shown;
  if (rest > 0) return `${words.slice(0, shown).join(', ')} and ${rest} more`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}

/** `1 row`, `1,200 rows`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
