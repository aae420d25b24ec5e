/** Pixels, of all text in charts. */
export const fontSize = 11;

/** Widths in ems of common sans-serif letters, by what they look like; others are of middle width, East Asian ones square. */
function emsOf(letter: string): number {
  if (/[iljI.,:;'|!()[\]]/.test(letter)) return 0.35;
  if (/[mwMW%@…]/.test(letter)) return 0.95;
  if (/[A-Z]/.test(letter)) return 0.7;
  return /[\u1100-\uffff]/.test(letter) && letter !== '−' ? 1 : 0.62;
}

/** About how wide a text is drawn, in pixels. */
export function textWidth(text: string): number {
  let ems = 0;
  for (const letter of text) ems += emsOf(letter);
  return ems * fontSize;
}

/** A text cut at its end so that it is no wider than so many pixels. */
export function cutText(text: string, limit: number): string {
  if (textWidth(text) <= limit) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && textWidth(`${letters.join('')}…`) > limit) letters.pop();
  return `${letters.join('')}…`;
}
