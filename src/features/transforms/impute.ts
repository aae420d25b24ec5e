import { runs, sortedFinite } from '../../statistics/quantiles.ts';
import { fittedMoments, fittedQuantile } from '../distribution.ts';
import { damagedState, paramError, paramsSchema, stateNumber, wordParam } from '../params.ts';
import type { Params } from '../spec.ts';
import { scalarStep } from '../transform.ts';
import type { ColumnStep, StepTransform } from '../transform.ts';
import { countWords, mostFrequent, wordsOf } from '../words.ts';
import type { WordColumn } from '../words.ts';

/** The most frequent value; the smallest of several. */
function mode(sorted: Float64Array): number {
  const { values, counts } = runs(sorted);
  let best = 0;
  for (let i = 1; i < counts.length; i += 1) if (counts[i]! > counts[best]!) best = i;
  return values[best] ?? 0;
}

function fillNumber(strategy: string, values: Float64Array, constant: Params[string] | undefined): number {
  switch (strategy) {
    case 'mean':
      return fittedMoments(values).mean;
    case 'median':
      return fittedQuantile(sortedFinite(values), 0.5);
    case 'most_frequent':
      return mode(sortedFinite(values));
    default:
      if (typeof constant === 'number') return constant;
      throw paramError('impute', 'strategy constant needs a number here.', 'Give value: a number.');
  }
}

function fillWord(strategy: string, column: WordColumn, constant: Params[string] | undefined): string | null {
  if (strategy === 'most_frequent') return mostFrequent(countWords(column))[0] ?? null;
  if (strategy !== 'constant')
    throw paramError(
      'impute',
      `strategy ${strategy} needs numbers.`,
      'Use strategy: most_frequent or constant.',
    );
  if (typeof constant === 'string') return constant;
  throw paramError('impute', 'strategy constant needs a word here.', 'Give value: a word in quotes.');
}

/** The column with `word` for missing cells. Nothing is copied where nothing is missing. */
function fillMissing(column: WordColumn, word: string): WordColumn {
  if (column.kind === 'text') return { kind: 'text', values: column.values.map((value) => value ?? word) };
  if (!column.codes.includes(-1)) return column;
  const known = column.dictionary.indexOf(word);
  const fill = known === -1 ? column.dictionary.length : known;
  return {
    kind: 'category',
    codes: column.codes.map((code) => (code === -1 ? fill : code)),
    dictionary: known === -1 ? [...column.dictionary, word] : column.dictionary,
  };
}

const wordStep = (word: string, gives: WordColumn['kind']): ColumnStep => ({
  role: 'column',
  gives,
  map: (column) => fillMissing(wordsOf(column), word),
  cell: (cell) => cell ?? word,
});

/** Fills missing cells. Infinite values are no missing values; nothing seen at all fills with 0 (words stay missing). */
export const impute: StepTransform = {
  name: 'impute',
  summary:
    'Fills missing cells with the median (numbers; the default), mean, most frequent value (words; the default) or a constant. Infinite and unseen values stay.',
  accepts: ['number', 'time', 'category', 'text'],
  params: paramsSchema({
    strategy: {
      type: 'string',
      enum: ['median', 'mean', 'most_frequent', 'constant'],
      description: 'What to fill with. Default: median for numbers and times, most_frequent for words.',
    },
    value: {
      anyOf: [
        { type: 'number', description: 'for numbers; ms since 1970 UTC for times' },
        { type: 'string', description: 'for words' },
      ],
      description: 'The constant, with strategy: constant.',
    },
  }),
  examples: [
    { kind: 'number', params: {} },
    { kind: 'number', params: { strategy: 'mean' } },
    { kind: 'number', params: { strategy: 'most_frequent' } },
    { kind: 'number', params: { strategy: 'constant', value: -1 } },
    { kind: 'time', params: {} },
    { kind: 'category', params: {} },
    { kind: 'category', params: { strategy: 'constant', value: 'none' } },
    { kind: 'text', params: { strategy: 'constant', value: '' } },
  ],
  fit(column, params) {
    if (column.kind === 'number' || column.kind === 'time')
      return { value: fillNumber(wordParam(params, 'strategy', 'median'), column.values, params['value']) };
    const strategy = wordParam(params, 'strategy', 'most_frequent');
    return { word: fillWord(strategy, wordsOf(column), params['value']) };
  },
  compile(state, { kind }) {
    if (kind === 'number' || kind === 'time') {
      const fill = stateNumber(state, 'value');
      return scalarStep((value) => (Number.isNaN(value) ? fill : value), kind);
    }
    if (kind !== 'category' && kind !== 'text') throw damagedState('impute fills numbers or words');
    const word = state['word'];
    if (word === null) return { role: 'column', gives: kind, map: (column) => column, cell: (cell) => cell };
    if (typeof word !== 'string') throw damagedState('"word" should be a word or null');
    return wordStep(word, kind);
  },
};
