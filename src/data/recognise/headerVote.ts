import { lookOf, typedLook } from './looks.ts';

/** Does a first record name the columns? `unsure`: nothing speaks for or against. */
export type HeaderVote = 'yes' | 'no' | 'unsure' | 'unclear';

interface Votes {
  for: number;
  against: number;
}

/** Names that are numbers: years, or the places of the columns. */
function isCounting(fields: readonly string[]): boolean {
  const numbers = fields.map((field) => field.trim()).filter((field) => field !== '');
  const whole = numbers.filter((field) => /^\d{1,4}$/.test(field)).map(Number);
  if (whole.length < 2) return false;
  const step = whole[1]! - whole[0]!;
  const even = step > 0 && whole.every((value, at) => at === 0 || value - whole[at - 1]! === step);
  const years = whole.every((value) => value >= 1900 && value <= 2100);
  return even && (years || whole[0]! <= 1);
}

/** One column: its first cell against those below it. */
function voteOf(
  first: string,
  below: readonly string[],
  counting: boolean,
  strong: Votes,
  weak: Votes,
): void {
  const name = first.trim();
  const look = lookOf(name);
  const typed = typedLook(below);
  if (typed !== null) {
    if (name === '' || (look === 'number' && counting)) return;
    if (look === 'word') strong.for += 1;
    else if (look === typed) strong.against += 1;
    return;
  }
  if (look !== 'word') return;
  const words = below.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (words.includes(name)) weak.against += 1;
  else if (new Set(words).size <= words.length / 2) weak.for += 1;
}

/**
 * Votes on whether a record names the columns of the rows below it. A name differs in kind from what stands under it:
 * a word over numbers. A row does not, and its words come again.
 *
 * @param expects Names of columns that are known to be there.
 */
export function voteOnHeader(
  fields: readonly string[],
  rows: readonly (readonly string[])[],
  expects: readonly string[],
): HeaderVote {
  if (rows.length === 0) return 'unsure';
  const strong: Votes = { for: 0, against: 0 };
  const weak: Votes = { for: 0, against: 0 };
  const counting = isCounting(fields);
  for (const [at, first] of fields.entries()) {
    const below = rows.map((row) => row[at] ?? '');
    if (expects.includes(first.trim()) && !below.some((cell) => cell.trim() === first.trim()))
      strong.for += 2;
    voteOf(first, below, counting, strong, weak);
  }
  if (strong.for + strong.against > 0) return outcome(strong);
  // `column_3` is what a column without a name is called.
  if (expects.some((name) => /^column_\d+$/.test(name))) return 'no';
  return weak.for + weak.against > 0 ? outcome(weak) : 'unsure';
}

function outcome({ for: pro, against }: Votes): HeaderVote {
  if (pro >= 2 * against) return 'yes';
  return against >= 2 * pro ? 'no' : 'unclear';
}
