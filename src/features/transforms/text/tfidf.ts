import { GramCounter } from './grams.ts';
import type { GramKind } from './grams.ts';
import {
  damagedState,
  numberParam,
  paramError,
  paramsSchema,
  stateChoice,
  stateInteger,
  stateNumbers,
  wordParam,
} from '../../params.ts';
import type { Params } from '../../spec.ts';
import { SparseBuilder } from '../../sparseBuilder.ts';
import type { StepTransform } from '../../transform.ts';
import { textsOf, wordsOf } from '../../words.ts';
import type { WordColumn } from '../../words.ts';

/** Buckets that grams are hashed into; few of them are kept. */
const buckets = 262_144;
const mostKept = 65_536;
const longestGram = 8;

function kindOf(state: Params): GramKind {
  const kind: GramKind = {
    unit: stateChoice(state, 'unit', ['word', 'character']),
    shortest: stateInteger(state, 'shortest', 1, longestGram),
    longest: stateInteger(state, 'longest', 1, longestGram),
    buckets: stateInteger(state, 'buckets', 2, 1_048_576),
  };
  if (kind.shortest > kind.longest) throw damagedState('its shortest n-grams are longer than its longest');
  return kind;
}

/** How many texts fill each bucket, and how many texts there are. */
function documentCounts(
  column: WordColumn,
  kind: GramKind,
): { readonly seen: Int32Array; readonly texts: number } {
  const counter = new GramCounter(kind);
  const seen = new Int32Array(kind.buckets);
  let texts = 0;
  for (const [text, rows] of textsOf(column)) {
    texts += rows;
    counter.count(text, (bucket) => {
      seen[bucket]! += rows;
    });
  }
  return { seen, texts };
}

/** The buckets that most texts fill, in ascending order. */
function keptBuckets(seen: Int32Array, least: number, most: number): Int32Array {
  const met: number[] = [];
  for (let bucket = 0; bucket < seen.length; bucket += 1) if (seen[bucket]! >= least) met.push(bucket);
  if (met.length > most) met.sort((left, right) => seen[right]! - seen[left]! || left - right).splice(most);
  return Int32Array.from(met).sort();
}

interface Weighing {
  /** Place of a bucket among those kept; −1 where it is not. */
  readonly places: Int32Array;
  readonly weights: Float64Array;
  readonly counter: GramCounter;
}

function weighing(kind: GramKind, kept: Float64Array, seen: Float64Array, texts: number): Weighing {
  const places = new Int32Array(kind.buckets).fill(-1);
  kept.forEach((bucket, place) => {
    places[bucket] = place;
  });
  const weights = seen.map((count) => Math.log((1 + texts) / (1 + count)) + 1);
  return { places, weights, counter: new GramCounter(kind) };
}

/** A text's kept grams: (1 + log count) · inverse document frequency, divided by their Euclidean length. */
function weigh(text: string, { places, weights, counter }: Weighing): readonly (readonly [number, number])[] {
  const cells: [number, number][] = [];
  counter.count(text, (bucket, count) => {
    const place = places[bucket]!;
    if (place >= 0) cells.push([place, (1 + Math.log(count)) * weights[place]!]);
  });
  cells.sort(([left], [right]) => left - right);
  let squares = 0;
  for (const [, weight] of cells) squares += weight * weight;
  const length = Math.sqrt(squares);
  for (const cell of cells) cell[1] /= length;
  return cells;
}

/**
 * Hashed n-grams of words or characters weighed by term frequency and inverse document frequency (Salton & Buckley 1988,
 * "Term-weighting approaches in automatic text retrieval").
 */
export const tfidf: StepTransform = {
  name: 'tfidf',
  summary:
    'Runs of neighbouring words or characters, in lower case, hashed; those that several training texts have are kept, weighed by how few have them, to the length 1 of a row. Unseen ones tell nothing. Missing and empty: all zero.',
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
      maximum: longestGram,
      description: 'Length of the shortest runs. Default: 1 word, 3 characters.',
    },
    longest: {
      type: 'integer',
      minimum: 1,
      maximum: longestGram,
      description: 'Length of the longest runs. Default: 2 words, 5 characters.',
    },
    min_texts: {
      type: 'integer',
      minimum: 1,
      default: 2,
      description: 'Runs that fewer training texts have are left out.',
    },
    max_grams: {
      type: 'integer',
      minimum: 1,
      maximum: mostKept,
      default: 16_384,
      description: 'Only so many, those that most training texts have.',
    },
  }),
  examples: [
    { kind: 'text', params: { min_texts: 1 } },
    { kind: 'text', params: { unit: 'character', min_texts: 1, max_grams: 8 } },
    { kind: 'category', params: { longest: 1 } },
  ],
  fit(column, params) {
    const unit = wordParam(params, 'unit', 'word') === 'word' ? 'word' : 'character';
    const shortest = numberParam(params, 'shortest', unit === 'word' ? 1 : 3);
    const longest = numberParam(params, 'longest', Math.max(shortest, unit === 'word' ? 2 : 5));
    if (shortest > longest)
      throw paramError(
        'tfidf',
        `shortest ${shortest} is above longest ${longest}.`,
        'Give shortest ≤ longest.',
      );
    const kind = { unit, shortest, longest, buckets } as const;
    const { seen, texts } = documentCounts(wordsOf(column), kind);
    const kept = keptBuckets(
      seen,
      numberParam(params, 'min_texts', 2),
      numberParam(params, 'max_grams', 16_384),
    );
    return { ...kind, texts, kept: Array.from(kept), seen: Array.from(kept, (bucket) => seen[bucket]!) };
  },
  compile(state, { name }) {
    const kind = kindOf(state);
    const texts = stateInteger(state, 'texts', 0, Number.MAX_SAFE_INTEGER);
    const kept = stateNumbers(state, 'kept');
    const seen = stateNumbers(state, 'seen');
    const isPlace = (bucket: number, i: number): boolean =>
      Number.isInteger(bucket) && bucket >= 0 && bucket < kind.buckets && (i === 0 || bucket > kept[i - 1]!);
    if (kept.length !== seen.length || !kept.every(isPlace) || !seen.every((count) => count >= 0))
      throw damagedState('its n-grams do not fit their counts');
    let ready: Weighing | undefined;
    return {
      role: 'column',
      gives: 'sparse',
      name: `${name}:${kind.unit}s`,
      size: kept.length,
      labels: () => Array.from(kept, (bucket) => ` ${bucket}`),
      map: (column) => {
        const own = (ready ??= weighing(kind, kept, seen, texts));
        const words = wordsOf(column);
        return new SparseBuilder(kept.length).ofTexts(words, (text) => weigh(text, own));
      },
    };
  },
};
