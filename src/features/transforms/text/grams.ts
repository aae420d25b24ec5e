import { avalanche, fnvBasis, fnvStep, hashText } from '../../../hash.ts';

/** What runs of neighbours are made of, how long they are, and into how many buckets they are hashed. */
export interface GramKind {
  readonly unit: 'word' | 'character';
  readonly shortest: number;
  readonly longest: number;
  readonly buckets: number;
}

/** What separates words: white space and ASCII punctuation; everything else belongs to a word, in any script. */
const separators = /[\s!-/:-@[-`{-~]+/u;

/**
 * Letters whose small form is younger than some Node that has to give the same features: the Latin additions, Garay
 * and Beria Erfe of Unicode 16 and 17. They stay as they are written.
 */
const young = /[\uA7CB-\uA7DC\u{10D50}-\u{10D65}\u{16EA0}-\u{16EB8}]+/gu;

/** Lower case, not by locale, and the same by every Unicode table from version 15 on. */
function lowerCased(text: string): string {
  if (text.search(young) === -1) return text.toLowerCase();
  const kept = text.match(young) ?? [];
  return text
    .split(young)
    .map((part, i) => part.toLowerCase() + (kept[i] ?? ''))
    .join('');
}

/** Scripts that are written without blanks: each of their letters is a word of its own. */
const unspaced =
  /([\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3005-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{3FFFF}])/u;

/** The words of a text, in lower case. */
function wordsIn(text: string): readonly string[] {
  const words: string[] = [];
  for (const word of lowerCased(text).split(separators)) {
    if (word === '') continue;
    if (unspaced.test(word)) words.push(...word.split(unspaced).filter((part) => part !== ''));
    else words.push(word);
  }
  return words;
}

/** Ends a gram, so that it hashes otherwise than one that goes on. */
const blank = 0x20;

/** One hash for each run of words. */
function wordHashes(words: readonly string[], { shortest, longest }: GramKind, found: number[]): void {
  const each = words.map((word) => hashText(word));
  for (let start = 0; start < each.length; start += 1) {
    let hash = fnvBasis;
    for (let length = 1; length <= longest && start + length <= each.length; length += 1) {
      hash = fnvStep(hash, each[start + length - 1]!);
      if (length >= shortest) found.push(avalanche(hash) >>> 0);
    }
  }
}

/** One hash for each run of characters; one blank stands between words and around all. */
function characterHashes(words: readonly string[], { shortest, longest }: GramKind, found: number[]): void {
  const points = [blank];
  for (const word of words) {
    for (const character of word) points.push(character.codePointAt(0)!);
    points.push(blank);
  }
  for (let start = 0; start < points.length; start += 1) {
    let hash = fnvBasis;
    for (let length = 1; length <= longest && start + length <= points.length; length += 1) {
      hash = fnvStep(hash, points[start + length - 1]!);
      if (length >= shortest) found.push(avalanche(hash) >>> 0);
    }
  }
}

/** The buckets of a text's grams with how often each is met. Made once, used for text after text. */
export class GramCounter {
  readonly #kind: GramKind;
  readonly #counts: Int32Array;
  readonly #found: number[] = [];

  constructor(kind: GramKind) {
    this.#kind = kind;
    this.#counts = new Int32Array(kind.buckets);
  }

  /** Calls `each` once a bucket that the text fills, in the order in which it is met first. */
  count(text: string, each: (bucket: number, count: number) => void): void {
    const counts = this.#counts;
    const found = this.#found;
    found.length = 0;
    const words = wordsIn(text);
    if (words.length === 0) return;
    if (this.#kind.unit === 'word') wordHashes(words, this.#kind, found);
    else characterHashes(words, this.#kind, found);
    for (let i = 0; i < found.length; i += 1) {
      const bucket = found[i]! % counts.length;
      found[i] = bucket;
      counts[bucket]! += 1;
    }
    for (const bucket of found) {
      const count = counts[bucket]!;
      if (count === 0) continue;
      counts[bucket] = 0;
      each(bucket, count);
    }
  }
}
