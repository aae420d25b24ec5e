/** So many different texts are looked at. */
const looked = 1000;
/** Prose has so many words in at least half of its texts. */
const fewestWords = 3;

const blanks = /\s+/u;
/** Letters of scripts without blanks, two of which make about a word. */
const unspaced = /[\u0E00-\u0EFF\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF]/gu;

function hasWords(text: string): boolean {
  const words = text.trim().split(blanks).length;
  return words >= fewestWords || (text.match(unspaced)?.length ?? 0) >= 2 * fewestWords;
}

/**
 * Are these texts sentences or names, whose words tell something, and not codes or keys? `texts` are a column's, best
 * without repeats; the first thousand are looked at.
 */
export function isProse(texts: Iterable<string>): boolean {
  let seen = 0;
  let prose = 0;
  for (const text of texts) {
    if (hasWords(text)) prose += 1;
    seen += 1;
    if (seen >= looked) break;
  }
  return seen > 0 && 2 * prose >= seen;
}
