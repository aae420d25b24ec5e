import { hashText } from '../../../hash.ts';
import { numberParam, paramError, paramsSchema, stateChoice, stateInteger, wordParam } from '../../params.ts';
import { damagedState } from '../../params.ts';
import type { SparseColumn } from '../../prepared.ts';
import type { StepTransform } from '../../transform.ts';
import { wordsOf } from '../../words.ts';
import type { WordColumn } from '../../words.ts';

const mostBuckets = 1_048_576;
const longest = 8;

/** What separates words: white space and ASCII punctuation; everything else belongs to a word, in any script. */
const separators = /[\s!-/:-@[-`{-~]+/u;

/** The words of a text, in lower case (not by locale). */
const wordsIn = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(separators)
    .filter((word) => word !== '');

/** Every run of `shortest` to `most` neighbours, joined. */
function* runsOf(parts: readonly string[], shortest: number, most: number, joint: string): Generator<string> {
  for (let start = 0; start < parts.length; start += 1)
    for (let length = shortest; length <= most && start + length <= parts.length; length += 1)
      yield parts.slice(start, start + length).join(joint);
}

interface Grams {
  readonly unit: 'word' | 'character';
  readonly shortest: number;
  readonly most: number;
  readonly buckets: number;
}

function gramsOf(text: string, { unit, shortest, most }: Grams): Iterable<string> {
  if (unit === 'word') return runsOf(wordsIn(text), shortest, most, ' ');
  // One blank between words and around the text, so that beginnings and ends of words are grams of their own.
  return runsOf(Array.from(` ${wordsIn(text).join(' ')} `), shortest, most, '');
}

/** Buckets and weights of a text: counts divided by their Euclidean length, in ascending order of the bucket. */
function weigh(text: string, grams: Grams): { readonly buckets: Int32Array; readonly weights: Float32Array } {
  const counts = new Map<number, number>();
  for (const gram of gramsOf(text, grams)) {
    const bucket = hashText(gram) % grams.buckets;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const buckets = Int32Array.from(counts.keys()).sort();
  let squares = 0;
  for (const count of counts.values()) squares += count * count;
  const length = Math.sqrt(squares);
  return { buckets, weights: Float32Array.from(buckets, (bucket) => counts.get(bucket)! / length) };
}

function toSparse(column: WordColumn, grams: Grams): SparseColumn {
  const rows = column.kind === 'text' ? column.values.length : column.codes.length;
  const known = new Map<string, ReturnType<typeof weigh>>();
  const starts = new Int32Array(rows + 1);
  const parts: ReturnType<typeof weigh>[] = [];
  for (let row = 0; row < rows; row += 1) {
    const text = column.kind === 'text' ? column.values[row] : column.dictionary[column.codes[row]!];
    starts[row + 1] = starts[row]!;
    if (text === null || text === undefined) continue;
    let part = column.kind === 'text' ? undefined : known.get(text);
    part ??= weigh(text, grams);
    if (column.kind === 'category') known.set(text, part);
    starts[row + 1]! += part.buckets.length;
    parts.push(part);
  }
  const indices = new Int32Array(starts[rows]!);
  const values = new Float32Array(starts[rows]!);
  let at = 0;
  for (const { buckets, weights } of parts) {
    indices.set(buckets, at);
    values.set(weights, at);
    at += buckets.length;
  }
  return { kind: 'sparse', size: grams.buckets, starts, indices, values };
}

/** Hashed n-grams of words or characters (feature hashing, Weinberger et al. 2009, without signs). */
export const ngrams: StepTransform = {
  name: 'ngrams',
  summary:
    'Runs of neighbouring words or characters, in lower case, counted by the bucket that their hash says, to the length 1 of a row. Nothing is learnt; unseen ones have buckets too. Missing and empty: all zero.',
  accepts: ['text', 'category'],
  params: paramsSchema({
    unit: {
      type: 'string',
      enum: ['word', 'character'],
      default: 'word',
      description: 'What the runs are of.',
    },
    shortest: {
      type: 'integer',
      minimum: 1,
      maximum: longest,
      description: 'Length of the shortest runs. Default: 1 word, 3 characters.',
    },
    longest: {
      type: 'integer',
      minimum: 1,
      maximum: longest,
      description: 'Length of the longest runs. Default: 2 words, 4 characters.',
    },
    buckets: {
      type: 'integer',
      minimum: 2,
      maximum: mostBuckets,
      default: 1024,
      description: 'How many buckets.',
    },
  }),
  examples: [
    { kind: 'text', params: { buckets: 32 } },
    { kind: 'text', params: { unit: 'character', buckets: 16 } },
    { kind: 'category', params: { longest: 1, buckets: 8 } },
  ],
  fit(_column, params) {
    const unit = wordParam(params, 'unit', 'word');
    const shortest = numberParam(params, 'shortest', unit === 'word' ? 1 : 3);
    const most = numberParam(params, 'longest', unit === 'word' ? 2 : 4);
    if (shortest > most)
      throw paramError(
        'ngrams',
        `shortest ${shortest} is above longest ${most}.`,
        'Give shortest ≤ longest.',
      );
    return { unit, shortest, longest: most, buckets: numberParam(params, 'buckets', 1024) };
  },
  compile(state) {
    const grams: Grams = {
      unit: stateChoice(state, 'unit', ['word', 'character']),
      shortest: stateInteger(state, 'shortest', 1, longest),
      most: stateInteger(state, 'longest', 1, longest),
      buckets: stateInteger(state, 'buckets', 2, mostBuckets),
    };
    if (grams.shortest > grams.most) throw damagedState('its shortest n-grams are longer than its longest');
    return {
      role: 'column',
      gives: 'sparse',
      size: grams.buckets,
      labels: () => Array.from({ length: grams.buckets }, (_, i) => `:ngram ${i}`),
      map: (column) => toSparse(wordsOf(column), grams),
    };
  },
};
