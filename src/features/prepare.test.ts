import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { apply, encodedRows, fit, outputNames, parseFeatures, prepare } from './index.ts';
import type { FeatureSpec, FittedFeatures, Params, Plain, PreparedColumn } from './index.ts';

const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const times = (...values: string[]): Column => ({
  kind: 'time',
  values: Float64Array.from(values, (text) => new Date(text).getTime()),
});
const texts = (...values: (string | null)[]): Column => ({ kind: 'text', values });
function words(...values: (string | null)[]): Column {
  const dictionary = [...new Set(values.filter((value) => value !== null))].reverse();
  const codes = Int32Array.from(values, (word) => (word === null ? -1 : dictionary.indexOf(word)));
  return { kind: 'category', codes, dictionary };
}
const tableOf = (columns: Readonly<Record<string, Column>>, rows: number): Table => ({
  rows,
  columns: new Map(Object.entries(columns)),
});

/** A feature by names of transforms: `['plan', 'one_hot']`, with parameters as `{name: params}`. */
const feature = (column: string, ...chain: (string | Readonly<Record<string, Params>>)[]): FeatureSpec => ({
  column,
  steps: chain.flatMap((step) =>
    typeof step === 'string'
      ? [{ transform: step, params: {} }]
      : Object.entries(step).map(([transform, params]) => ({ transform, params })),
  ),
});
const fitOn = (table: Table, ...features: FeatureSpec[]): FittedFeatures =>
  fit({ auto: false, drop: [], features }, table, []);
const only = (fitted: FittedFeatures, table: Table): PreparedColumn => prepare(fitted, table).columns[0]!;

describe('prepare', () => {
  it('gives codes of the training categories: unseen is -1, missing -2', () => {
    const fitted = fitOn(tableOf({ plan: words('b', 'a', null) }, 3), feature('plan', 'one_hot'));
    const asked = tableOf({ plan: words('a', 'new', null, 'b') }, 4);
    expect(only(fitted, asked)).toEqual({ kind: 'codes', codes: Int32Array.of(0, -1, -2, 1), size: 2 });
    expect(fitted.prepared).toMatchObject([{ name: 'plan', column: 'plan', kind: 'codes' }]);
  });

  it('has a code for the rare ones together, and gives it to the unseen too', () => {
    const table = tableOf({ plan: words('a', 'a', 'b', null) }, 4);
    const fitted = fitOn(table, feature('plan', { one_hot: { min_count: 2 } }));
    const asked = tableOf({ plan: words('a', 'b', 'new', null) }, 4);
    expect(only(fitted, asked)).toEqual({ kind: 'codes', codes: Int32Array.of(0, 1, 1, -2), size: 2 });
    expect(outputNames(fitted)).toEqual(['plan=a', 'plan:other']);
  });

  it('shares plain numbers with the table and keeps what is missing', () => {
    const table = tableOf({ age: numbers(1, NaN, 3) }, 3);
    const fitted = fitOn(
      table,
      feature('age', 'impute', 'standard'),
      feature('age', 'piecewise_linear'),
      feature('age', 'missing_indicator'),
    );
    expect(fitted.prepared).toEqual([{ name: 'age', column: 'age', kind: 'number', steps: [] }]);
    expect(fitted.encoded.map(({ from }) => from)).toEqual(['age', 'age', 'age']);
    expect(only(fitted, table)).toBe(table.columns.get('age'));
  });

  it('makes parts of a time columns of their own, each once', () => {
    const at = times('2024-02-29T18:30:00Z', '2024-03-01T00:00:00Z');
    const table = tableOf({ at }, 2);
    const fitted = fitOn(
      table,
      feature('at', 'standard'),
      feature('at', { cyclic: { part: 'hour', harmonics: 2 } }),
      feature('at', { cyclic: { part: 'weekday' } }),
      feature('at', { date_parts: { parts: ['weekday', 'month'] } }),
    );
    expect(fitted.prepared.map(({ name, kind }) => [name, kind])).toEqual([
      ['at', 'time'],
      ['at:hour', 'number'],
      ['at:weekday', 'number'],
      ['at:month', 'number'],
    ]);
    const { columns } = prepare(fitted, table);
    expect(columns.slice(1).map((column) => ('values' in column ? [...column.values] : []))).toEqual([
      [18.5, 0],
      [4, 5],
      [2, 3],
    ]);
    expect(outputNames(fitted)).toEqual([
      'at',
      'at:hour sin',
      'at:hour cos',
      'at:hour sin2',
      'at:hour cos2',
      'at:weekday sin',
      'at:weekday cos',
      'at:weekday',
      'at:month',
    ]);
  });

  it('leaves out what no feature reads', () => {
    const table = tableOf({ age: numbers(1, 2), same: numbers(4, 4) }, 2);
    const fitted = fitOn(table, feature('age'), feature('same', 'piecewise_linear'));
    expect(fitted.inputs.map(({ name }) => name)).toEqual(['age']);
    expect(fitted.prepared.map(({ name }) => name)).toEqual(['age']);
  });
});

describe('ngrams', () => {
  const fitted = (params: Params): FittedFeatures =>
    fitOn(tableOf({ note: texts('any') }, 1), feature('note', { ngrams: params }));
  const rowsOf = (fitting: FittedFeatures, ...notes: (string | null)[]): number[][] => {
    const { names, dense, rows } = apply(fitting, tableOf({ note: texts(...notes) }, notes.length));
    return Array.from({ length: rows }, (_, i) => [
      ...dense.subarray(i * names.length, (i + 1) * names.length),
    ]);
  };
  const many = { buckets: 65_536 } satisfies Params;
  const seen = (params: Params, note: string): number =>
    rowsOf(fitted(params), note)[0]!.filter((value) => value !== 0).length;

  it('counts words and their neighbours, whatever the case and what separates them', () => {
    // good, film, good film | very | film very, good … : 2 words and 1 pair; 3 words and 2 pairs
    expect(seen(many, 'Good film')).toBe(3);
    expect(seen(many, 'very good film')).toBe(5);
    expect(seen({ ...many, longest: 1 }, 'good good film')).toBe(2);
    expect(rowsOf(fitted(many), 'GOOD,  film!')).toEqual(rowsOf(fitted(many), 'good film'));
    expect(rowsOf(fitted(many), 'film good')).not.toEqual(rowsOf(fitted(many), 'good film'));
  });

  it('counts characters with a blank around words', () => {
    // ' ab ' of length 3: ' ab', 'ab '; of length 4: ' ab '
    expect(seen({ ...many, unit: 'character' }, 'ab')).toBe(3);
    expect(seen({ ...many, unit: 'character', shortest: 1, longest: 1 }, 'ab')).toBe(3);
    // A character outside the basic plane is one.
    expect(seen({ ...many, unit: 'character', shortest: 1, longest: 1 }, '😀')).toBe(2);
  });

  it('has rows of length 1; missing, empty and mere punctuation are zero', () => {
    const rows = rowsOf(fitted({ buckets: 8 }), 'a b a', null, '', ' -- ', 'déjà vu');
    expect(rows.map((row) => Math.hypot(...row).toFixed(6))).toEqual([
      '1.000000',
      '0.000000',
      '0.000000',
      '0.000000',
      '1.000000',
    ]);
  });

  it('weighs a word by how often it stands there', () => {
    const counts = rowsOf(fitted({ ...many, longest: 1 }), 'a a b')[0]!.filter((value) => value > 0);
    expect(counts.map((value) => value.toFixed(5)).sort()).toEqual([
      (1 / Math.sqrt(5)).toFixed(5),
      (2 / Math.sqrt(5)).toFixed(5),
    ]);
  });

  it('is sparse when prepared, and the same for categories', () => {
    const notes = ['a b', null, 'c', 'a b'];
    const fitting = fitted({ buckets: 64 });
    const column = only(fitting, tableOf({ note: texts(...notes) }, 4));
    expect(column.kind).toBe('sparse');
    const asWords = fitOn(
      tableOf({ note: words(...notes) }, 4),
      feature('note', { ngrams: { buckets: 64 } }),
    );
    expect(only(asWords, tableOf({ note: words(...notes) }, 4))).toEqual(column);
  });

  it('keeps rows apart when they are taken in another order', () => {
    const fitting = fitted({ buckets: 16 });
    const prepared = prepare(fitting, tableOf({ note: texts('a b', null, 'c d e', 'f') }, 4));
    const taken = new Float32Array(4 * 16);
    encodedRows(fitting, prepared, 0).take(Int32Array.of(2, 0, 2, 1), taken);
    const rows = rowsOf(fitting, 'c d e', 'a b', 'c d e', null).flat();
    expect([...taken]).toEqual(rows);
  });

  it('refuses a shortest run above the longest', () => {
    expect(() => fitted({ shortest: 3, longest: 2 })).toThrow('shortest 3 is above longest 2');
  });
});

describe('a chain that ends in codes', () => {
  it('is refused with what to do', () => {
    const table = tableOf({ plan: words('a', 'b') }, 2);
    expect(() => fitOn(table, feature('plan', 'categories'))).toThrow(
      expect.objectContaining({ code: 'feature-of-words', hint: 'End it with one_hot.' }),
    );
    expect(outputNames(fitOn(table, feature('plan', 'categories', 'one_hot')))).toEqual(['plan=a', 'plan=b']);
    expect(outputNames(fitOn(table, feature('plan', { hash_strings: { buckets: 2 } }, 'one_hot')))).toEqual([
      'plan:hash 0',
      'plan:hash 1',
    ]);
  });
});

describe('a damaged file', () => {
  it('cannot write codes or counts beyond its own cells', () => {
    const table = tableOf({ plan: words('a', 'b'), note: texts('x', 'y') }, 2);
    const fitted = fitOn(table, feature('plan', 'one_hot'), feature('note', { ngrams: { buckets: 4 } }));
    const edited = (change: (json: { [key: string]: Plain }) => void): unknown => {
      const json = JSON.parse(JSON.stringify(fitted));
      change(json);
      return json;
    };
    const more = edited((json) => {
      const [plan] = json['prepared'] as unknown as { steps: { state: { words: string[] } }[] }[];
      plan!.steps[0]!.state.words.push('c');
    });
    const wider = edited((json) => {
      const [, note] = json['prepared'] as unknown as { steps: { state: { buckets: number } }[] }[];
      note!.steps[0]!.state.buckets = 8;
    });
    for (const json of [more, wider])
      expect(() => parseFeatures(json)).toThrow(expect.objectContaining({ code: 'features-damaged' }));
  });
});
