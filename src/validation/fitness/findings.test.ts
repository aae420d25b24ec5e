import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import type { Finding } from '../finding.ts';
import {
  clean,
  found,
  leaves,
  luckOf,
  numbers,
  rows,
  spends,
  texts,
  upTo,
  words,
  yesNo,
} from './planted.fixture.ts';

// Each finding of fitness whole: what is said, in how many rows, with which examples, and the line that is to be written.

const day = 86_400_000;
const quantity = numbers(spends);
const luck = luckOf('filled');
const time = (of: (row: number) => number): Column => ({
  kind: 'time',
  values: Float64Array.from(upTo(rows), of),
});
const part = spends.map((value, row) => Math.round(value * luck[row]!));
const left = luckOf('pair').map((value) => value < 0.5);
const later = yesNo(luckOf('later').map((value, row) => value < 0.1 + (0.5 * row) / rows));
const somebody = texts(upTo(rows).map((row) => `C-${Math.floor(row / 4)}`));
const everyFourth = (of: number): Column => numbers(upTo(rows).map((row) => (Math.floor(row / 4) * 7) % of));
const plan = clean.plan as Extract<Column, { kind: 'category' }>;
const coded: Readonly<Record<string, string>> = { basic: 'B', plus: 'P', pro: 'X' };

const cases: readonly (readonly [what: string, of: () => Finding[], told: unknown])[] = [
  [
    'one column that tells the label, beside what is left out already',
    () => found({ copied: yesNo(leaves) }, { drop: ['city'] }),
    {
      check: 'leak',
      column: 'copied',
      severity: 'warning',
      message: expect.stringMatching(
        /^copied alone tells churn \(area under the ROC curve 1\.000; all other columns together 0\.\d{3}\): is it known when you predict\?$/,
      ),
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'copied no, churn no' },
        { rowId: 'id-1', value: 'copied no, churn no' },
        { rowId: 'id-7', value: 'copied yes, churn yes' },
        { rowId: 'id-11', value: 'copied yes, churn yes' },
      ],
      fix: 'If copied is written down with or after churn, leave it out: features: { drop: [city, copied] }',
      effect: { measure: 'auc', value: 1 },
      line: 'features: { drop: [city, copied] }',
    },
  ],
  [
    'a quantity in another unit',
    () => found({ euros: numbers(spends.map((value) => value * 2)) }, {}, quantity),
    {
      check: 'leak',
      column: 'euros',
      severity: 'warning',
      message: expect.stringMatching(
        /^euros alone tells churn \(R² of ranks 0\.\d{3}; all other columns together 0\.\d{3}\): is it known when you predict\?$/,
      ),
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'euros 221.66, churn 110.83' },
        { rowId: 'id-1', value: 'euros 325.96, churn 162.98' },
        { rowId: 'id-2', value: 'euros 436.4, churn 218.2' },
        { rowId: 'id-3', value: 'euros 318.94, churn 159.47' },
      ],
      fix: 'If euros is written down with or after churn, leave it out: features: { drop: [euros] }',
      effect: { measure: 'r2', value: expect.closeTo(0.9968, 2) },
      line: 'features: { drop: [euros] }',
    },
  ],
  [
    'a time that is filled in after the event',
    () => found({ ended_on: time((row) => (leaves[row]! && luck[row]! < 0.3 ? row * day : NaN)) }),
    {
      check: 'leak-when-filled',
      column: 'ended_on',
      severity: 'warning',
      message:
        'Where ended_on is filled in (93 rows), churn is yes in 100.0 %, elsewhere it is not: it seems to be written down after the event.',
      count: 93,
      examples: [
        { rowId: 'id-7', value: 'ended_on 1970-01-08T00:00:00.000Z, churn yes' },
        { rowId: 'id-30', value: 'ended_on 1970-01-31T00:00:00.000Z, churn yes' },
      ],
      fix: 'If ended_on is not known when you predict, leave it out: features: { drop: [ended_on] }',
      effect: { measure: 'share', value: 1 },
      line: 'features: { drop: [ended_on] }',
    },
  ],
  [
    'an amount that is 0 elsewhere',
    () => found({ back: numbers(leaves.map((value, row) => (value && luck[row]! < 0.3 ? 7 : 0))) }),
    {
      check: 'leak-when-filled',
      column: 'back',
      severity: 'warning',
      message:
        'Where back is not 0 (93 rows), churn is yes in 100.0 %, elsewhere it is not: it seems to be written down after the event.',
      count: 93,
      examples: [
        { rowId: 'id-7', value: 'back 7, churn yes' },
        { rowId: 'id-30', value: 'back 7, churn yes' },
      ],
      fix: 'If back is not known when you predict, leave it out: features: { drop: [back] }',
      effect: { measure: 'share', value: 1 },
      line: 'features: { drop: [back] }',
    },
  ],
  [
    'a name of what is known afterwards',
    () => found({ duration: numbers(leaves.map((value, row) => luck[row]! + (value ? 0.4 : 0))) }),
    {
      check: 'leak-by-name',
      column: 'duration',
      severity: 'warning',
      message: expect.stringMatching(
        /^duration may be known only after churn: its name \("duration"\) is of what is known afterwards \(area under the ROC curve 0\.\d{3}\)\.$/,
      ),
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'duration 0.9072224774863571, churn no' },
        { rowId: 'id-1', value: 'duration 0.10989495879039168, churn no' },
        { rowId: 'id-7', value: 'duration 0.6687638762872666, churn yes' },
        { rowId: 'id-11', value: 'duration 0.7290670502465219, churn yes' },
      ],
      fix: 'If duration is not known when you predict, leave it out: features: { drop: [duration] }',
      effect: { measure: 'auc', value: expect.closeTo(0.8259, 2) },
      line: 'features: { drop: [duration] }',
    },
  ],
  [
    "a name made of the label's",
    () => found({ churn_score: numbers(leaves.map((value, row) => luck[row]! + (value ? 0.3 : 0))) }),
    {
      check: 'leak-by-name',
      column: 'churn_score',
      severity: 'warning',
      message: expect.stringMatching(
        /^churn_score may be known only after churn: it is named after churn \(area under the ROC curve 0\.\d{3}\)\.$/,
      ),
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'churn_score 0.9072224774863571, churn no' },
        { rowId: 'id-1', value: 'churn_score 0.10989495879039168, churn no' },
        { rowId: 'id-7', value: 'churn_score 0.5687638762872667, churn yes' },
        { rowId: 'id-11', value: 'churn_score 0.6290670502465219, churn yes' },
      ],
      fix: 'If churn_score is not known when you predict, leave it out: features: { drop: [churn_score] }',
      effect: { measure: 'auc', value: expect.closeTo(0.7338, 2) },
      line: 'features: { drop: [churn_score] }',
    },
  ],
  [
    'parts of a sum',
    () =>
      found(
        { part: numbers(part), rest: numbers(spends.map((value, row) => value - part[row]!)) },
        {},
        quantity,
      ),
    {
      check: 'leak-derived',
      column: 'part, rest',
      severity: 'warning',
      message: 'churn is part + rest in 100.0 % of the rows: are these known when you predict?',
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'part 101, rest 9.829999999999998, churn 110.83' },
        { rowId: 'id-1', value: 'part 18, rest 144.98, churn 162.98' },
        { rowId: 'id-2', value: 'part 61, rest 157.2, churn 218.2' },
      ],
      fix: 'If not, leave out what churn is worked out of: features: { drop: [part, rest] }',
      effect: { measure: 'share', value: 1 },
      line: 'features: { drop: [part, rest] }',
    },
  ],
  [
    'two codes that tell the label together',
    () => found({ left: yesNo(left), right: yesNo(left.map((value, row) => value !== leaves[row]!)) }),
    {
      check: 'leak-pair',
      column: 'right, left',
      severity: 'warning',
      message: expect.stringMatching(
        /^right and left together tell churn \(area under the ROC curve 1\.000; all columns, each for itself, 0\.\d{3}\): are both known when you predict\?$/,
      ),
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'left yes, right yes, churn no' },
        { rowId: 'id-1', value: 'left no, right no, churn no' },
        { rowId: 'id-7', value: 'left yes, right no, churn yes' },
        { rowId: 'id-11', value: 'left no, right yes, churn yes' },
      ],
      fix: 'If one of them is written down after the event, leave it out, or both: features: { drop: [right, left] }',
      effect: { measure: 'auc', value: 1 },
      line: 'features: { drop: [right, left] }',
    },
  ],
  [
    "somebody's rows, by the name of the column",
    () => found({ customer_id: somebody }),
    {
      check: 'groups-over-split',
      column: 'customer_id',
      severity: 'warning',
      message:
        'customer_id stands for 300 that have 4.0 rows each, and the split deals rows out one by one: 100.0 % of the rows have one of the same customer_id that may lie in another part.',
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'customer_id C-0: 4 rows' },
        { rowId: 'id-4', value: 'customer_id C-1: 4 rows' },
        { rowId: 'id-8', value: 'customer_id C-2: 4 rows' },
      ],
      fix: 'If the model is for others than these, keep the rows of one together: split: { strategy: group, group: customer_id }',
      effect: { measure: 'share', value: 1 },
      line: 'split: { strategy: group, group: customer_id }',
    },
  ],
  [
    "somebody's rows, by what never changes within them",
    () => found({ who: somebody, height: everyFourth(17), shoes: everyFourth(11) }),
    {
      check: 'groups-over-split',
      column: 'who',
      severity: 'warning',
      message:
        'who stands for 300 that have 4.0 rows each (height, shoes never change within one), and the split deals rows out one by one: 100.0 % of the rows have one of the same who that may lie in another part.',
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'who C-0: 4 rows' },
        { rowId: 'id-4', value: 'who C-1: 4 rows' },
        { rowId: 'id-8', value: 'who C-2: 4 rows' },
      ],
      fix: 'If the model is for others than these, keep the rows of one together: split: { strategy: group, group: who }',
      effect: { measure: 'share', value: 1 },
      line: 'split: { strategy: group, group: who }',
    },
  ],
  [
    'a time that is not split by',
    () => found({ seen_on: time((row) => row * day) }),
    {
      check: 'time-not-split',
      column: 'seen_on',
      severity: 'info',
      message:
        'The rows have a time, seen_on, and the split deals them out at random: the test part holds rows from before the training rows, so a model looks better than it will be tomorrow.',
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'seen_on 1970-01-01T00:00:00.000Z, churn no' },
        { rowId: 'id-1', value: 'seen_on 1970-01-02T00:00:00.000Z, churn no' },
        { rowId: 'id-7', value: 'seen_on 1970-01-08T00:00:00.000Z, churn yes' },
        { rowId: 'id-11', value: 'seen_on 1970-01-12T00:00:00.000Z, churn yes' },
      ],
      fix: 'Train on the past and test on what came later: time: seen_on, with split: { strategy: time }.',
      effect: { measure: 'auc', value: expect.closeTo(0.4747, 2) },
      line: 'time: seen_on\nsplit: { strategy: time }',
    },
  ],
  [
    'a time that the label changes with',
    () => found({ seen_on: time((row) => row * day) }, {}, later),
    {
      check: 'time-not-split',
      column: 'seen_on',
      severity: 'warning',
      message: expect.stringMatching(
        /^The rows have a time, seen_on, and the split deals them out at random, while churn changes with it \(area under the ROC curve 0\.\d{3}\): the test part holds rows from before the training rows, so a model looks better than it will be tomorrow\.$/,
      ),
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'seen_on 1970-01-01T00:00:00.000Z, churn no' },
        { rowId: 'id-1', value: 'seen_on 1970-01-02T00:00:00.000Z, churn no' },
        { rowId: 'id-32', value: 'seen_on 1970-02-02T00:00:00.000Z, churn yes' },
        { rowId: 'id-36', value: 'seen_on 1970-02-06T00:00:00.000Z, churn yes' },
      ],
      fix: 'Train on the past and test on what came later: time: seen_on, with split: { strategy: time }. If rows are to be dealt out at random, split: { strategy: hash } says so, and this is no warning any more.',
      effect: { measure: 'auc', value: expect.closeTo(0.6548, 2) },
      line: 'time: seen_on\nsplit: { strategy: time }',
    },
  ],
  [
    'a number that stands for none',
    () =>
      found({ x: numbers(luck.map((value, row) => (row % 100 === 5 ? -999 : 18 + Math.floor(60 * value)))) }),
    {
      check: 'sentinel',
      record: 5,
      column: 'x',
      severity: 'warning',
      message: 'x is -999 in 12 rows (1.0 %), far outside all else: does it mean "not known"?',
      count: 12,
      examples: [
        { rowId: 'id-5', value: '-999' },
        { rowId: 'id-105', value: '-999' },
        { rowId: 'id-205', value: '-999' },
        { rowId: 'id-305', value: '-999' },
        { rowId: 'id-405', value: '-999' },
      ],
      fix: 'If it does, name "-999" among the missing words in the row schema, or empty these cells in the source.',
      effect: { measure: 'share', value: 0.01 },
    },
  ],
  [
    'a label that stands for none',
    () => found({}, {}, numbers(spends.map((value, row) => (row % 100 === 5 ? -999 : value)))),
    {
      check: 'sentinel',
      record: 5,
      column: 'churn',
      severity: 'warning',
      message: 'churn is -999 in 12 rows (1.0 %), far outside all else: does it mean "not known"?',
      count: 12,
      examples: [
        { rowId: 'id-5', value: '-999' },
        { rowId: 'id-105', value: '-999' },
        { rowId: 'id-205', value: '-999' },
        { rowId: 'id-305', value: '-999' },
        { rowId: 'id-405', value: '-999' },
      ],
      fix: 'If it does, take -999 out of the source: these rows have no label.',
      effect: { measure: 'share', value: 0.01 },
    },
  ],
  [
    'a day that stands for none',
    () =>
      found(
        {
          when: time((row) =>
            row < 3 ? Date.parse('1900-01-01') : Date.parse('2015-01-01') + luck[row]! * 3000 * day,
          ),
        },
        { split: { strategy: 'time', group: null } },
      ),
    {
      check: 'sentinel',
      record: 0,
      column: 'when',
      severity: 'warning',
      message:
        'when is 1900-01-01T00:00:00.000Z in 3 rows (0.3 %), far outside all else: does it mean "not known"?',
      count: 3,
      examples: [
        { rowId: 'id-0', value: '1900-01-01T00:00:00.000Z' },
        { rowId: 'id-1', value: '1900-01-01T00:00:00.000Z' },
        { rowId: 'id-2', value: '1900-01-01T00:00:00.000Z' },
      ],
      fix: 'If it does, name "1900-01-01T00:00:00.000Z" among the missing words in the row schema, or empty these cells in the source.',
      effect: { measure: 'share', value: 0.0025 },
    },
  ],
  [
    'a rare class of two',
    () => found({}, {}, yesNo(upTo(rows).map((row) => row < 11))),
    {
      check: 'imbalance',
      column: 'churn',
      severity: 'warning',
      message: 'churn is no in all but 11 rows (0.9 %): a model that always says so is right in 99.1 %.',
      count: 11,
      examples: [],
      fix: 'Judge by what finds the rare class: evaluation: { metric: pr_auc }, and bring more rows of it.',
      effect: { measure: 'accuracy', value: expect.closeTo(0.9908, 2) },
      line: 'evaluation: { metric: pr_auc }',
    },
  ],
  [
    'rare classes of three',
    () => found({}, {}, words(upTo(rows).map((row) => (row < 5 ? 'a' : row < 10 ? 'b' : 'c')))),
    {
      check: 'imbalance',
      column: 'churn',
      severity: 'warning',
      message: 'churn is c in all but 10 rows (0.8 %): a model that always says so is right in 99.2 %.',
      count: 10,
      examples: [],
      fix: 'Judge by what finds the rare class: evaluation: { metric: macro_f1 }, and bring more rows of it.',
      effect: { measure: 'accuracy', value: expect.closeTo(0.9917, 2) },
      line: 'evaluation: { metric: macro_f1 }',
    },
  ],
  [
    'a word that nearly all rows have',
    () => found({ currency: words(upTo(rows).map((row) => (row < 12 ? 'USD' : 'EUR'))) }),
    {
      check: 'near-constant',
      column: 'currency',
      severity: 'info',
      message: 'currency is EUR in 99.0 % of the rows; 12 rows have something else.',
      count: 12,
      examples: [],
      fix: 'Nothing to do where this is natural; a model learns little from currency.',
      effect: { measure: 'share', value: 0.99 },
    },
  ],
  [
    'a number that all rows but one have',
    () => found({ zeros: numbers(upTo(rows).map((row) => (row === 7 ? 3 : 0))) }),
    {
      check: 'near-constant',
      column: 'zeros',
      severity: 'info',
      message: 'zeros is 0 in 99.9 % of the rows; 1 row has something else.',
      count: 1,
      examples: [],
      fix: 'Nothing to do where this is natural; a model learns little from zeros.',
      effect: { measure: 'share', value: expect.closeTo(0.9992, 2) },
    },
  ],
  [
    'a number that falls as another one grows',
    () => found({ spent: quantity, follows: numbers(spends.map((value) => 32 - 1.8 * value)) }),
    {
      check: 'collinear',
      column: 'follows',
      severity: 'info',
      message: 'follows says the same as spent (correlation -1): importance is shared between them.',
      count: 1200,
      examples: [
        { rowId: 'id-0', value: '-167.494' },
        { rowId: 'id-1', value: '-261.364' },
      ],
      fix: 'A model is no worse for it; to see what matters, leave one out: features: { drop: [follows] }',
      effect: { measure: 'correlation', value: expect.closeTo(-1.0, 2) },
      line: 'features: { drop: [follows] }',
    },
  ],
  [
    'a number that is nearly another one',
    () => found({ spent: quantity, follows: numbers(spends.map((value, row) => value + 3 * luck[row]!)) }),
    {
      check: 'collinear',
      column: 'follows',
      severity: 'info',
      message: 'follows says the same as spent (correlation 0.9999): importance is shared between them.',
      count: 1200,
      examples: [
        { rowId: 'id-0', value: '113.55166743245907' },
        { rowId: 'id-1', value: '163.30968487637116' },
      ],
      fix: 'A model is no worse for it; to see what matters, leave one out: features: { drop: [follows] }',
      effect: { measure: 'correlation', value: expect.closeTo(0.9999, 2) },
      line: 'features: { drop: [follows] }',
    },
  ],
  [
    'a category in other words',
    () => found({ code: words(Array.from(plan.codes, (code) => coded[plan.dictionary[code]!]!)) }),
    {
      check: 'collinear',
      column: 'code',
      severity: 'info',
      message:
        'code says the same as plan (each value of code goes with one value of plan): importance is shared between them.',
      count: 1200,
      examples: [
        { rowId: 'id-0', value: 'X' },
        { rowId: 'id-1', value: 'P' },
      ],
      fix: 'A model is no worse for it; to see what matters, leave one out: features: { drop: [code] }',
      line: 'features: { drop: [code] }',
    },
  ],
];

describe('a finding', () => {
  it.each(cases)('of %s', (_what, of, told) => {
    expect(of()).toEqual([told]);
  });
});
