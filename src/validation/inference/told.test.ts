import { expect, it } from 'vitest';
import { parseNumber } from '../../data/cells/numbers.ts';
import { parseTime } from '../../data/cells/times.ts';
import { AiengError } from '../../errors.ts';
import type { WordForm } from '../columnTally.ts';
import { SchemaInference } from '../infer.ts';

// What is made of a column and what is told of it, whole: a person decides by these sentences.

const times = <T>(count: number, of: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => of(at));

interface Options {
  readonly label?: string;
  readonly form?: WordForm;
}

/** What is inferred of columns: of each what is not as of any other, and the sentences. */
function infer(columns: Readonly<Record<string, readonly string[]>>, { form = 'text', ...options }: Options) {
  const inference = new SchemaInference({ parsers: { number: parseNumber, time: parseTime }, ...options });
  const rows = Math.max(...Object.values(columns).map(({ length }) => length));
  const seen = Object.entries(columns).map(([name, words]) => {
    const distinct = [...new Set(words)];
    const codes = Int32Array.from(words, (word) => distinct.indexOf(word));
    return [name, { codes, words: distinct, forms: form }] as const;
  });
  inference.add({ rows, columns: new Map(seen) });
  try {
    const { schema, notes } = inference.finish();
    const made = schema.columns.map(({ closed, nullable, required: _, ...column }) => {
      expect(closed).toBe(false);
      return { ...column, ...(nullable ? { nullable } : {}) };
    });
    const told = notes.filter(({ about }) => about !== 'optional');
    return { made, told: told.map(({ about, column, message }) => `${about} ${column ?? '*'}: ${message}`) };
  } catch (error) {
    if (error instanceof AiengError) return { code: error.code, told: [error.message, error.hint] };
    throw error;
  }
}

type Case = readonly [
  what: string,
  columns: Readonly<Record<string, readonly string[]>>,
  inferred: { readonly made?: readonly object[]; readonly code?: string; readonly told: readonly string[] },
  options?: Options,
];

const cases: readonly Case[] = [
  [
    'decimal comma',
    { x: ['1.234,50', '7,5', '12'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'number',
          minimum: 7.5,
          maximum: 1234.5,
          numberFormat: { decimal: ',', thousands: '.' },
        },
      ],
      told: ['format x: x: "1.234,50" is read as 1234.5 (a decimal comma, points between thousands).'],
    },
  ],
  [
    'lakhs',
    { x: ['12,34,567', '1,234'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: 1234,
          maximum: 1234567,
          numberFormat: { thousands: ',', grouping: 'indian' },
        },
      ],
      told: ['format x: x: "12,34,567" is read as 1234567 (commas between lakhs and thousands).'],
    },
  ],
  [
    'apostrophes',
    { x: ["1'234", "12'345"] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: 1234,
          maximum: 12345,
          numberFormat: { thousands: "'" },
        },
      ],
      told: ['format x: x: "12\'345" is read as 12345 (apostrophes between thousands).'],
    },
  ],
  [
    'underscores',
    { x: ['1_234', '12_345'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: 1234,
          maximum: 12345,
          numberFormat: { thousands: '_' },
        },
      ],
      told: ['format x: x: "12_345" is read as 12345 (underscores between thousands).'],
    },
  ],
  [
    'spaces',
    { x: ['1 234', '12 345,5'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'number',
          minimum: 1234,
          maximum: 12345.5,
          numberFormat: { decimal: ',', thousands: ' ' },
        },
      ],
      told: ['format x: x: "12 345,5" is read as 12345.5 (a decimal comma, spaces between thousands).'],
    },
  ],
  [
    'a currency, some without',
    { x: ['$5', '$7.50', '9', '10'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'number',
          minimum: 5,
          maximum: 10,
          numberFormat: { currency: '$' },
        },
      ],
      told: [
        'format x: x: "$7.50" is read as 7.5 (in $). 2 rows have no such sign and are taken for the same.',
      ],
    },
  ],
  [
    'one without',
    { x: ['$5', '$7.50', '9'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'number',
          minimum: 5,
          maximum: 9,
          numberFormat: { currency: '$' },
        },
      ],
      told: ['format x: x: "$7.50" is read as 7.5 (in $). 1 row has no such sign and is taken for the same.'],
    },
  ],
  [
    'per cent',
    { x: ['5 %', '7.5 %'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'number',
          minimum: 5,
          maximum: 7.5,
          numberFormat: { percent: true },
        },
      ],
      told: ['format x: x: "7.5 %" is read as 7.5 (per cent).'],
    },
  ],
  [
    'a unit',
    { x: ['5 kg', '7kg'] },
    {
      made: [
        { name: 'x', kind: 'number', type: 'integer', minimum: 5, maximum: 7, numberFormat: { unit: 'kg' } },
      ],
      told: ['format x: x: "5 kg" is read as 5 (in kg).'],
    },
  ],
  [
    'plural of a unit',
    { x: ['5 days', '1 day'] },
    {
      made: [
        { name: 'x', kind: 'number', type: 'integer', minimum: 1, maximum: 5, numberFormat: { unit: 'day' } },
      ],
      told: ['format x: x: "5 days" is read as 5 (in day).'],
    },
  ],
  [
    'parentheses',
    { x: ['(5)', '7'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: -5,
          maximum: 7,
          numberFormat: { negative: 'parentheses' },
        },
      ],
      told: ['format x: x: "(5)" is read as -5 (negative in parentheses).'],
    },
  ],
  [
    'a minus behind',
    { x: ['5-', '7'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: -5,
          maximum: 7,
          numberFormat: { negative: 'trailing-minus' },
        },
      ],
      told: ['format x: x: "5-" is read as -5 (a minus behind).'],
    },
  ],
  [
    'another sign',
    { x: ['−5', '7'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: -5,
          maximum: 7,
          numberFormat: { negative: 'minus-sign' },
        },
      ],
      told: ['format x: x: "−5" is read as -5 (with another sign for the minus).'],
    },
  ],
  [
    'bounds',
    { x: ['<5', '7'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: 5,
          maximum: 7,
          numberFormat: { censored: 'bound' },
        },
      ],
      told: [
        'format x: x: "<5" is read as 5 ("<", ">" and "+" are read as the bound). To have such values missing, write "censored": "missing" in its format.',
      ],
    },
  ],
  [
    'all at once',
    { x: ['($1,234.50)', '$7'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'number',
          minimum: -1234.5,
          maximum: 7,
          numberFormat: { thousands: ',', currency: '$', negative: 'parentheses' },
        },
      ],
      told: [
        'format x: x: "($1,234.50)" is read as -1234.5 (commas between thousands, in $, negative in parentheses).',
      ],
    },
  ],
  [
    'infinite',
    { x: ['inf', '1', '-inf', 'inf'] },
    {
      made: [
        {
          name: 'x',
          nullable: true,
          missing: ['-inf', 'inf'],
          kind: 'number',
          type: 'integer',
          minimum: 1,
          maximum: 1,
        },
      ],
      told: [
        'mixed x: x has infinite values, which are no numbers to learn from: they are declared missing: "inf" (2 rows), "-inf".',
      ],
    },
  ],
  [
    'odd words',
    { x: [...times(990, () => '1'), 'odd', 'strange', 'n/k', 'n/k'] },
    {
      made: [
        {
          name: 'x',
          nullable: true,
          missing: ['n/k'],
          kind: 'number',
          type: 'integer',
          minimum: 1,
          maximum: 1,
        },
      ],
      told: [
        'mixed x: x is 99.5 % numbers; these words are not, and are declared missing so that their rows can be used: "n/k" (2 rows). To refuse such rows instead, take the words out of "missing" of the column in the schema.',
        'mixed x: x is numbers but for 2 of 992 rows ("odd", "strange"): those rows will be quarantined. If such a word means "missing", add it to "missing" of the column in the schema.',
      ],
    },
  ],
  [
    'one odd word',
    { x: [...times(199, () => '1'), 'odd'] },
    {
      made: [{ name: 'x', kind: 'number', type: 'integer', minimum: 1, maximum: 1 }],
      told: [
        'mixed x: x is numbers but for 1 of 200 rows ("odd"): those rows will be quarantined. If such a word means "missing", add it to "missing" of the column in the schema.',
      ],
    },
  ],
  [
    'odd words among times',
    { x: [...times(199, () => '2024-01-31'), 'soon'] },
    {
      made: [{ name: 'x', kind: 'time', type: 'string' }],
      told: [
        'mixed x: x is times but for 1 of 200 rows ("soon"): those rows will be quarantined. If such a word means "missing", add it to "missing" of the column in the schema.',
      ],
    },
  ],
  [
    'beyond 2^53, few',
    { x: ['9007199254740993', ...times(199, () => '7')] },
    {
      made: [{ name: 'x', kind: 'number', type: 'integer', minimum: 7, maximum: 9007199254740992 }],
      told: [
        'mixed x: x has integers beyond 2^53 in 1 of 200 rows, which 64-bit numbers round: such rows are refused. If it is an id, write "type": "string", "x-aieng": {"kind": "text"} in the schema.',
      ],
    },
  ],
  [
    'beyond 2^53, many',
    { x: ['9007199254740993', '9007199254740993', '7'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['7', '9007199254740993'] }],
      told: [
        'code x: x has integers beyond 2^53, which numbers would round: kept as text, as they are written.',
      ],
    },
  ],
  [
    'leading zeros',
    { x: ['007', '12', '12'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['007', '12'] }],
      told: ['code x: x has numbers with leading zeros: taken for codes, not for quantities.'],
    },
  ],
  [
    'leading zeros and words',
    { x: ['007', 'a', 'a'] },
    { made: [{ name: 'x', kind: 'category', type: 'string', domain: ['007', 'a'] }], told: [] },
  ],
  [
    'JSON texts of numbers',
    { x: ['12', '13', '13'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['12', '13'] }],
      told: [
        'code x: x holds numbers that are written as text ("12"): kept as words. To use them as quantities, write "type": ["number", "string", "null"], "x-aieng": {"kind": "number", "format": {"decimal": "."}} in the schema.',
      ],
    },
    { form: 'string' },
  ],
  [
    'mostly numbers',
    { x: [...times(8, () => '12'), 'a', 'b', 'b'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['12', 'a', 'b'] }],
      told: [
        'mixed x: x is 72.7 % numbers; these words are not: "a", "b" (2 rows). It is taken for categories. To make numbers of it, and those words missing, write "type": ["number", "null"], "x-aieng": {"kind": "number", "missing": ["a", "b"]} in the schema.',
      ],
    },
  ],
  [
    'mostly numbers of several currencies',
    { x: [...times(6, () => '$5'), ...times(4, () => '€7')] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['$5', '€7'] }],
      told: [
        'mixed x: x is 60 % numbers; these words are not: "€7" (4 rows). It is taken for categories. It has several currencies or units ($, €), which are not one quantity. To make numbers of it, and those words missing, write "type": ["number", "null"], "x-aieng": {"kind": "number", "format": {"currency": "$"}, "missing": ["€7"]} in the schema.',
      ],
    },
  ],
  [
    'mostly times',
    { x: [...times(8, () => '31.12.2024'), 'soon', 'later', 'later'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['31.12.2024', 'later', 'soon'] }],
      told: [
        'mixed x: x is 72.7 % times; these words are not: "soon", "later" (2 rows). It is taken for words; to make times of it, and those words missing, write "type": ["string", "null"], "x-aieng": {"kind": "time", "format": "DD.MM.YYYY", "missing": ["soon", "later"]} in the schema.',
      ],
    },
  ],
  [
    'mostly ISO times',
    { x: [...times(8, () => '2024-12-31'), 'soon'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['2024-12-31', 'soon'] }],
      told: [
        'mixed x: x is 88.8 % times; these words are not: "soon". It is taken for words; to make times of it, and those words missing, write "type": ["string", "null"], "x-aieng": {"kind": "time", "missing": ["soon"]} in the schema.',
      ],
    },
  ],
  [
    'times of day',
    { x: ['10:30', '11:45'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['10:30', '11:45'] }],
      told: [
        'time-of-day x: x holds times of day without a date (11:45): kept as words. Write date and time in one column to use them as times.',
      ],
    },
  ],
  [
    'days first',
    { x: ['31.12.2024', '1.2.2024'] },
    {
      made: [{ name: 'x', kind: 'time', type: 'string', timeFormat: { pattern: 'DD.MM.YYYY' } }],
      told: ['format x: x: "31.12.2024" is read as 2024-12-31 (DD.MM.YYYY).'],
    },
  ],
  [
    'a two-digit year',
    { x: ['31.12.24', '13.02.99'] },
    {
      made: [{ name: 'x', kind: 'time', type: 'string', timeFormat: { pattern: 'DD.MM.YY' } }],
      told: [
        'format x: x: "13.02.99" is read as 1999-02-13 (DD.MM.YY; years from 69 on are of 1900, others of 2000: "years_from" in its format says otherwise).',
      ],
    },
  ],
  [
    'a time of day behind',
    { x: ['31.12.2024 10:05', '13.02.2024'] },
    {
      made: [{ name: 'x', kind: 'time', type: 'string', timeFormat: { pattern: 'DD.MM.YYYY[ HH:mm]' } }],
      told: [
        'format x: x: "31.12.2024 10:05" is read as 2024-12-31 10:05 UTC (DD.MM.YYYY[ HH:mm]). It names no zone and is taken for UTC: another, such as Europe/Berlin, is "zone" in the format of the schema.',
      ],
    },
  ],
  [
    'with a zone',
    { x: ['20240131T101500Z', '20240201T101500Z'] },
    {
      made: [{ name: 'x', kind: 'time', type: 'string', timeFormat: { pattern: 'YYYYMMDDTHHmmssZ' } }],
      told: ['format x: x: "20240131T101500Z" is read as 2024-01-31 10:15 UTC (YYYYMMDDTHHmmssZ).'],
    },
  ],
  [
    'half days',
    { x: ['12/31/2024 10:05 PM', '01/13/2024 11:00 AM'] },
    {
      made: [{ name: 'x', kind: 'time', type: 'string', timeFormat: { pattern: 'MM/DD/YYYY hh:mm A' } }],
      told: [
        'format x: x: "12/31/2024 10:05 PM" is read as 2024-12-31 22:05 UTC (MM/DD/YYYY hh:mm A). It names no zone and is taken for UTC: another, such as Europe/Berlin, is "zone" in the format of the schema.',
      ],
    },
  ],
  [
    'seconds by name',
    { created_at: ['1704067200', '1704067200', '1704070800'] },
    {
      made: [{ name: 'created_at', kind: 'time', type: 'string', timeFormat: { pattern: 'epoch-seconds' } }],
      told: ['format created_at: created_at: "1704067200" is read as 2024-01-01 (seconds since 1970).'],
    },
  ],
  [
    'milliseconds by name',
    { ts: ['1704067200000', '1704067200000'] },
    {
      made: [{ name: 'ts', kind: 'time', type: 'string', timeFormat: { pattern: 'epoch-milliseconds' } }],
      told: [
        'format ts: ts: "1704067200000" is read as 2024-01-01 (milliseconds since 1970).',
        'constant ts: ts is always 1704067200000: it tells a model nothing and gives no features, but another value will alarm. Drop it, or check the source, where it is no use.',
      ],
    },
  ],
  [
    'seconds by range',
    { amount: ['1704067200', '1704067200'] },
    {
      made: [{ name: 'amount', kind: 'number', type: 'integer', minimum: 1704067200, maximum: 1704067200 }],
      told: [
        'format amount: amount may be times: 1704067200 would be 2024-01-01. To read it so, write "type": "string", "x-aieng": {"kind": "time", "format": "epoch-seconds"} in the schema.',
        'constant amount: amount is always 1704067200: it tells a model nothing and gives no features, but another value will alarm. Drop it, or check the source, where it is no use.',
      ],
    },
  ],
  [
    'milliseconds by range',
    { amount: ['1704067200000', '1704067200000'] },
    {
      made: [
        { name: 'amount', kind: 'number', type: 'integer', minimum: 1704067200000, maximum: 1704067200000 },
      ],
      told: [
        'format amount: amount may be times: 1704067200000 would be 2024-01-01. To read it so, write "type": "string", "x-aieng": {"kind": "time", "format": "epoch-milliseconds"} in the schema.',
        'constant amount: amount is always 1704067200000: it tells a model nothing and gives no features, but another value will alarm. Drop it, or check the source, where it is no use.',
      ],
    },
  ],
  [
    'days of eight digits',
    { day: ['20240131', '20240201', '20240301', '20240401', '20240501'] },
    {
      made: [{ name: 'day', kind: 'time', type: 'string', timeFormat: { pattern: 'YYYYMMDD' } }],
      told: ['format day: day: "20240131" is read as 2024-01-31 (YYYYMMDD).'],
    },
  ],
  [
    'days of eight digits by name',
    { date: ['20240131', '20240201'] },
    {
      made: [{ name: 'date', kind: 'time', type: 'string', timeFormat: { pattern: 'YYYYMMDD' } }],
      told: ['format date: date: "20240131" is read as 2024-01-31 (YYYYMMDD).'],
    },
  ],
  [
    'four days of eight digits',
    { n: ['20240131', '20240201', '20240301', '20240401'] },
    {
      made: [{ name: 'n', kind: 'number', type: 'integer', minimum: 20240131, maximum: 20240401 }],
      told: [],
    },
  ],
  [
    'minutes by name',
    { time: ['202401311015', '202401311016'] },
    {
      made: [{ name: 'time', kind: 'time', type: 'string', timeFormat: { pattern: 'YYYYMMDDHHmm' } }],
      told: [
        'format time: time: "202401311015" is read as 2024-01-31 10:15 UTC (YYYYMMDDHHmm). It names no zone and is taken for UTC: another, such as Europe/Berlin, is "zone" in the format of the schema.',
      ],
    },
  ],
  [
    'minutes by range',
    { n: ['202401311015', '202401311016'] },
    {
      made: [{ name: 'n', kind: 'number', type: 'integer', minimum: 202401311015, maximum: 202401311016 }],
      told: [],
    },
  ],
  [
    'stamps',
    { n: ['20240131101559', '20240201235900'] },
    {
      made: [{ name: 'n', kind: 'time', type: 'string', timeFormat: { pattern: 'YYYYMMDDHHmmss' } }],
      told: [
        'format n: n: "20240131101559" is read as 2024-01-31 10:15:59 UTC (YYYYMMDDHHmmss). It names no zone and is taken for UTC: another, such as Europe/Berlin, is "zone" in the format of the schema.',
      ],
    },
  ],
  [
    'stamps that are none',
    { n: ['20240131101560', '20240201236000', '20240201245959'] },
    {
      made: [
        { name: 'n', kind: 'number', type: 'integer', minimum: 20240131101560, maximum: 20240201245959 },
      ],
      told: [],
    },
  ],
  [
    'an id by name',
    { customer_id: [...times(20, (at) => `9${at}1`)] },
    {
      made: [{ name: 'customer_id', kind: 'text', type: 'string' }],
      told: [
        'identifier customer_id: customer_id is different in every row: it looks like an id. If it identifies a row, write `row_id: customer_id`; it gives no features either way.',
      ],
    },
  ],
  [
    'an id of words',
    { x: [...times(20, (at) => `w${at}`)] },
    {
      made: [{ name: 'x', kind: 'text', type: 'string' }],
      told: [
        'identifier x: x is different in every row: it looks like an id. If it identifies a row, write `row_id: x`; it gives no features either way.',
      ],
    },
  ],
  [
    'many words',
    { x: [...times(25, (at) => `w${at}`), ...times(24, (at) => `w${at}`)] },
    {
      made: [{ name: 'x', kind: 'text', type: 'string' }],
      told: [
        'many-values x: x has 25 different values in 49 rows: taken for free text; what the training rows of a value have in common may tell something.',
      ],
    },
  ],
  [
    'too many words for a domain',
    { x: times(10, () => [...times(1001, (at) => `w${at}`)]).flat() },
    {
      made: [{ name: 'x', kind: 'category', type: 'string' }],
      told: [
        'many-values x: x has 1001 different values: its domain is not written down and unseen ones do not warn.',
      ],
    },
  ],
  [
    'a label of numbers',
    { x: ['0', '1', '1'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'integer', domain: ['0', '1'] }],
      told: [
        'label x: x has 2 different whole numbers: taken for classes. For a regression, change its kind to number and its type to integer in the schema.',
      ],
    },
    { label: 'x' },
  ],
  [
    'a label that counts',
    { x: [40, 30, 9, 3, 2, 1].flatMap((rows, value) => times(rows, () => `${value}`)) },
    {
      made: [{ name: 'x', kind: 'number', type: 'integer', minimum: 0, maximum: 5 }],
      told: [
        'label x: x has 6 different whole numbers from 0 on, each rarer than the one before: taken for a count. For classes, change its kind to category in the schema.',
      ],
    },
    { label: 'x' },
  ],
  [
    'a label written with points',
    { x: ['0.0', '1.0', '1.0'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'integer', domain: ['0.0', '1.0'] }],
      told: [
        'label x: x has 2 different whole numbers (some are written like 0.0): taken for classes. For a regression, change its kind to number and its type to number in the schema.',
      ],
    },
    { label: 'x' },
  ],
  [
    'spellings of a label',
    { x: ['yes', 'Yes', 'no', 'no'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['Yes', 'no', 'yes'] }],
      told: [
        'label x: x has classes in several spellings ("yes", "Yes"), and each counts as a class of its own: to merge them, write "merge": {"Yes": "yes"} under x-aieng in the schema, and "task: binary" in the pipeline.',
      ],
    },
    { label: 'x' },
  ],
  [
    'four words in several spellings',
    { x: ['a', 'A', 'b', 'B', 'c', 'C', 'd', 'D'] },
    {
      made: [
        { name: 'x', kind: 'category', type: 'string', domain: ['A', 'B', 'C', 'D', 'a', 'b', 'c', 'd'] },
      ],
      told: [
        'spellings x: x has words in several spellings ("a", "A"; "b", "B"; "c", "C"; … (4 words in all)), and each counts as a category of its own: to merge them, write "merge": {"A": "a", "B": "b", "C": "c", "D": "d"} under x-aieng in the schema.',
      ],
    },
  ],
  [
    'yes and no in two ways',
    { x: ['Y', 'yes', 'N', 'no', 'no'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['N', 'Y', 'no', 'yes'] }],
      told: [
        'spellings x: x has words in several spellings ("Y", "yes"; "no", "N"), and each counts as a category of its own: to merge them, write "merge": {"yes": "Y", "N": "no"} under x-aieng in the schema.',
      ],
    },
  ],
  [
    'spaces, points, accents',
    { x: ['São  Paulo', 'sao paulo.', 'Straße', 'strasse', 'New_York', 'new york'] },
    {
      made: [
        {
          name: 'x',
          kind: 'category',
          type: 'string',
          domain: ['New_York', 'Straße', 'São  Paulo', 'new york', 'sao paulo.', 'strasse'],
        },
      ],
      told: [
        'spellings x: x has words in several spellings ("São  Paulo", "sao paulo."; "Straße", "strasse"; "New_York", "new york"), and each counts as a category of its own: to merge them, write "merge": {"sao paulo.": "São  Paulo", "strasse": "Straße", "new york": "New_York"} under x-aieng in the schema.',
      ],
    },
  ],
  [
    'constant',
    { x: ['a', 'a'] },
    {
      made: [{ name: 'x', kind: 'category', type: 'string', domain: ['a'] }],
      told: [
        'constant x: x is always a: it tells a model nothing and gives no features, but another value will alarm. Drop it, or check the source, where it is no use.',
      ],
    },
  ],
  [
    'nothing',
    { x: ['', ''] },
    {
      made: [{ name: 'x', nullable: true, kind: 'text', type: 'string' }],
      told: ['all-missing x: x has no value at all: drop it, or declare what it will be in the schema.'],
    },
  ],
  [
    'shortened',
    { account: ['4.00123E+12', '4.00124E+12', '12'] },
    {
      made: [{ name: 'account', kind: 'number', type: 'number', minimum: 12, maximum: 4001240000000 }],
      told: [
        'shortened account: account has 2 values as a spreadsheet shortens long numbers (4.00123E+12): their digits are lost. If these are ids, export the column as text.',
      ],
    },
  ],
  [
    'one shortened',
    { account: ['4.00123E+12', '12'] },
    {
      made: [{ name: 'account', kind: 'number', type: 'number', minimum: 12, maximum: 4001230000000 }],
      told: [
        'shortened account: account has 1 value as a spreadsheet shortens long numbers (4.00123E+12): their digits are lost. If these are ids, export the column as text.',
      ],
    },
  ],
  [
    'true and false',
    { x: ['TRUE', 'false'] },
    {
      made: [
        {
          name: 'x',
          kind: 'category',
          type: 'boolean',
          domain: ['false', 'true'],
          trueWords: ['true'],
          falseWords: ['false'],
        },
      ],
      told: [],
    },
  ],
  [
    'an answer',
    { country: ['NA', 'ZA', 'BW', 'NA'] },
    {
      made: [{ name: 'country', kind: 'category', type: 'string', domain: ['BW', 'NA', 'ZA'] }],
      told: [
        'missing-words country: "NA" is taken for an answer in country (2 rows), where it stands among codes of the same look. If it means missing, write "missing": ["NA"] under x-aieng of the column in the schema.',
      ],
    },
  ],
  [
    'unclear order',
    { x: ['05/06/2024', '07/08/2024'] },
    {
      code: 'date-order-unclear',
      told: [
        'No value tells which number is the day and which the month. x: "05/06/2024" is 2024-06-05 (DD/MM/YYYY) or 2024-05-06 (MM/DD/YYYY).',
        'Run `aieng init` with --date-format "x=DD/MM/YYYY", or --date-format "x=MM/DD/YYYY".',
      ],
    },
  ],
  [
    'unclear order of three',
    { x: ['05-06-04', '01-02-03'], y: ['05/06/2024'] },
    {
      code: 'date-order-unclear',
      told: [
        'No value tells which number is the day and which the month. x: "05-06-04" is 2004-06-05 (DD-MM-YY) or 2004-05-06 (MM-DD-YY) or 2005-06-04 (YY-MM-DD); y: "05/06/2024" is 2024-06-05 (DD/MM/YYYY) or 2024-05-06 (MM/DD/YYYY).',
        'Run `aieng init` with --date-format "x=DD-MM-YY" --date-format "y=DD/MM/YYYY", or another order, such as --date-format "x=MM-DD-YY" --date-format "y=MM/DD/YYYY".',
      ],
    },
  ],
  [
    'unclear mark',
    { x: ['1,234', '12'] },
    {
      made: [
        {
          name: 'x',
          kind: 'number',
          type: 'integer',
          minimum: 12,
          maximum: 1234,
          numberFormat: { thousands: ',' },
        },
      ],
      told: [
        'format x: x: "1,234" is read as 1234 (commas between thousands). Nothing in the file says that it is not 1.234: if it is, write "format": {"decimal": ","} for it under x-aieng in the schema.',
      ],
    },
  ],
  [
    'unclear point',
    { x: ['1.234', '12'] },
    {
      made: [{ name: 'x', kind: 'number', type: 'number', minimum: 1.234, maximum: 12 }],
      told: [
        'format x: x: "1.234" is read as 1.234. Nothing in the file says that it is not 1234: if it is, write "format": {"decimal": ",", "thousands": "."} for it under x-aieng in the schema.',
      ],
    },
  ],
  [
    'six alike',
    { a: ['5 kg'], b: ['6 kg'], c: ['7 kg'], d: ['8 kg'], e: ['9 kg'], f: ['10 kg'], g: ['11 kg'] },
    {
      made: [
        { name: 'a', kind: 'number', type: 'integer', minimum: 5, maximum: 5, numberFormat: { unit: 'kg' } },
        { name: 'b', kind: 'number', type: 'integer', minimum: 6, maximum: 6, numberFormat: { unit: 'kg' } },
        { name: 'c', kind: 'number', type: 'integer', minimum: 7, maximum: 7, numberFormat: { unit: 'kg' } },
        { name: 'd', kind: 'number', type: 'integer', minimum: 8, maximum: 8, numberFormat: { unit: 'kg' } },
        { name: 'e', kind: 'number', type: 'integer', minimum: 9, maximum: 9, numberFormat: { unit: 'kg' } },
        {
          name: 'f',
          kind: 'number',
          type: 'integer',
          minimum: 10,
          maximum: 10,
          numberFormat: { unit: 'kg' },
        },
        {
          name: 'g',
          kind: 'number',
          type: 'integer',
          minimum: 11,
          maximum: 11,
          numberFormat: { unit: 'kg' },
        },
      ],
      told: ['format a: a: "5 kg" is read as 5 (in kg). So are b, c, d, e, f, … (7 columns in all).'],
    },
  ],
  [
    'a label that is absent',
    { aa: ['1'], bb: ['2'] },
    {
      code: 'label-not-found',
      told: [
        'The label column "zzzzzz" is not in the data. Columns: aa, bb.',
        'Name one of these columns as the label.',
      ],
    },
    { label: 'zzzzzz' },
  ],
  [
    'long words',
    { x: [...times(2, () => 'a'.repeat(216)), 'b'] },
    {
      made: [{ name: 'x', kind: 'text', type: 'string' }],
      told: [
        'many-values x: x has 2 different values in 3 rows: taken for free text; what the training rows of a value have in common may tell something.',
      ],
    },
  ],
  [
    'outer objects',
    { person: ['', ''], 'person.age': ['7', '8'] },
    { made: [{ name: 'person.age', kind: 'number', type: 'integer', minimum: 7, maximum: 8 }], told: [] },
  ],
  [
    'nested',
    { x: ['{}', '[]'] },
    {
      made: [],
      told: [
        'nested x: x holds objects or lists in 2 of 2 rows, which are no cells of a table: it is left out. Write its members as fields of their own to use them.',
      ],
    },
    { form: 'nested' },
  ],
];

it.each(cases.map((one) => [one[0], one] as const))('%s', (_what, [, columns, inferred, options = {}]) => {
  expect(infer(columns, options)).toEqual(inferred);
});
