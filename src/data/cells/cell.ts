/** A typed cell: a number (kinds number and time, ms UTC), a word (category) or text. null = missing. */
export type Cell = number | string | null;

/** Why a value is not what its column wants: got versus expected, in one clause. */
export interface CellIssue {
  readonly issue: string;
}

/** Is the outcome of a parser a refusal? */
export function isIssue(outcome: unknown): outcome is CellIssue {
  return typeof outcome === 'object' && outcome !== null && 'issue' in outcome;
}

/** A refusal in the one form that all have: what was expected, and what was got instead. */
export const expected = (what: string, got: string): CellIssue => ({ issue: `expected ${what}, got ${got}` });

/** A text for a message: quoted, cut after 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** The first ten of a list of words for a message, each quoted. */
export function quotedWords(words: readonly string[]): string {
  const first = words.slice(0, 10).map(quoted).join(', ');
  return words.length > 10 ? `${first}, … (${words.length} in all)` : first;
}
