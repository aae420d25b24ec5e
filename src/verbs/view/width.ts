/** How many cells a text takes on a terminal, and cutting it to fit. Pure; texts carry no escape codes here. */

const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const isWide = (point: number): boolean =>
  point >= 0x1100 && wideRanges.some(([from, to]) => point >= from && point <= to);

const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

function pointWidth(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x300) return 1;
  if (zeroWidth.test(character)) return 0;
  return isWide(point) ? 2 : 1;
}

/**
 * Makes control characters visible (`\x1b` → `\\x1b`), so that a cell of somebody's data can neither move the
 * cursor nor colour the screen.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Nearly every text: each of its characters is one cell. */
const plain = /^[\x00-\u02ff]*$/;

/** Terminal cells of a text: East Asian wide characters count 2, combining marks 0. */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += pointWidth(character);
  return width;
}

/** Cuts a text to `width` cells, ending in `…` where something was cut. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = used + pointWidth(character);
    if (next > width - 1) break;
    kept += character;
    used = next;
  }
  return `${kept}…`;
}

/** Fills a text with blanks to `width` cells. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

/** Breaks a word that is wider than a line into pieces. */
function breakWord(word: string, width: number): string[] {
  if (word !== '' && displayWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const cells = pointWidth(character);
    if (used + cells > width && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += cells;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

/** Blanks in what stands in backticks hold it together, where a line takes it: a command is copied whole. */
const held = '\u0000';
const holdCommands = (text: string, limit: number): string =>
  text.replaceAll(/`[^`]+`/g, (command) =>
    displayWidth(command) <= limit ? command.replaceAll(' ', held) : command,
  );

/** Breaks a text into lines of at most `width` cells, between words where it can, and not within a command in backticks. */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(2, width);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const words = holdCommands(text, limit).split(' ');
  for (const word of words.flatMap((each) => breakWord(each, limit))) {
    const cells = displayWidth(word);
    if (line === '') [line, used] = [word, cells];
    else if (used + 1 + cells <= limit) [line, used] = [`${line} ${word}`, used + 1 + cells];
    else {
      lines.push(line);
      [line, used] = [word, cells];
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines.map((each) => each.replaceAll(held, ' '));
}
