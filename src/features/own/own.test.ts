import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Column, Table } from '../../data/columns.ts';
import { takeRows } from '../../data/columns.ts';
import { apply } from '../apply.ts';
import { fit } from '../fit.ts';
import type { FittedFeatures } from '../spec.ts';
import { parseFeatures } from '../parse.ts';
import { prepare, preparingOne } from '../prepare.ts';
import { columnSources } from '../sources.ts';
import { ownColumns } from './columns.ts';
import { defineTransform } from './definition.ts';
import { fitOwn } from './fit.ts';
import { registerCode, transformsOf } from './loaded.ts';

const digest = 'd'.repeat(64);
const spec = { auto: true, drop: [], features: [] };
const number = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const word = (...words: (string | null)[]): Column => {
  const dictionary = [...new Set(words.filter((each) => each !== null))];
  return {
    kind: 'category',
    dictionary,
    codes: Int32Array.from(words, (each) => dictionary.indexOf(each ?? '')),
  };
};
const table = (columns: Readonly<Record<string, Column>>, rows: number): Table => ({
  rows,
  columns: new Map(Object.entries(columns)),
});
const plain = table(
  {
    total: number(10, 20, NaN, 40, 55, 61),
    months: number(1, 4, 3, 5, 7, 9),
    plan: word('a', 'b', null, 'a', 'b', 'a'),
  },
  6,
);

/** Code as if it had been loaded; every test takes its own. */
function load(...transforms: readonly object[]): void {
  registerCode(digest, {
    transforms: transformsOf({ 'features.ts': Object.fromEntries(transforms.entries()) }),
    within: (call) => call(),
  });
}
afterEach(() => registerCode(digest, { transforms: [], within: (call) => call() }));

const standardRate = {
  ...spec,
  features: [{ column: 'rate', steps: [{ transform: 'standard', params: {} }] }],
};
const fitted = (): FittedFeatures =>
  fit(standardRate, plain, [], undefined, fitOwn(digest, plain, ['total', 'months', 'plan']));

const rate = defineTransform({
  name: 'rate',
  inputs: { total: 'number', months: 'number' },
  output: 'number',
  fit: (rows) => {
    let most = 0;
    for (const { months } of rows) most = Math.max(most, months ?? 0);
    return { most };
  },
  apply: ({ total, months }, { most }) =>
    total === null || months === null ? null : (total * most) / months,
});
const both = defineTransform({
  name: 'both',
  inputs: { plan: 'category', months: 'number' },
  output: 'category',
  apply: ({ plan, months }) => (plan === null ? null : `${plan}${(months ?? 0) > 4 ? '+' : '-'}`),
});

describe('own transforms', () => {
  it('make columns that go the way of the others, and survive being written down', () => {
    load(rate, both);
    const made = fitted();
    expect(made.version).toBe(4);
    expect(made.own?.columns.map(({ name, state }) => [name, state])).toEqual([
      ['rate', { most: 9 }],
      ['both', null],
    ]);
    const read = parseFeatures(JSON.parse(JSON.stringify(made)));
    expect(read).toEqual(made);
    expect(apply(read, plain)).toEqual(apply(made, plain));
    const [scaled] = made.encoded.filter(({ outputs }) => outputs.includes('rate'));
    expect(scaled?.steps.map(({ transform }) => transform)).toContain('standard');
    expect(apply(made, plain).names).toEqual(expect.arrayContaining(['rate', 'both=a-', 'both=b+']));
    expect(columnSources(made).columns).toEqual(expect.arrayContaining(['rate', 'both', 'total']));
  });

  it('give one row what they give it among many', () => {
    load(rate, both);
    const made = fitted();
    const names = [...plain.columns.keys()];
    const one = preparingOne(made, names);
    const many = prepare(made, plain);
    for (let row = 0; row < plain.rows; row += 1) {
      const cells = names.map((name) => {
        const column = plain.columns.get(name)!;
        if (column.kind === 'category') return column.dictionary[column.codes[row]!] ?? null;
        return column.kind === 'number' && !Number.isNaN(column.values[row]) ? column.values[row]! : null;
      });
      const alone = one(cells).columns.map((column) =>
        'values' in column ? column.values[0] : 'codes' in column ? column.codes[0] : null,
      );
      const among = many.columns.map((column) =>
        'values' in column ? column.values[row] : 'codes' in column ? column.codes[row] : null,
      );
      expect(alone).toEqual(among);
    }
  });

  it('are functions of their row: in any order of any rows each row has its cell', () => {
    load(rate);
    const own = fitOwn(digest, plain, ['total', 'months']);
    const cells = (given: Table): readonly number[] => {
      const column = ownColumns(own, given).columns.get('rate')!;
      return column.kind === 'number' ? [...column.values] : [];
    };
    const all = cells(plain);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 })), (rows) => {
        expect(cells(takeRows(plain, rows))).toEqual(rows.map((row) => all[row]));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['NaN', () => NaN, 'gave NaN, expected a finite number or null'],
    ['infinity', () => Infinity, 'gave Infinity'],
    ['text', () => 'x', 'gave "x"'],
    ['nothing', () => undefined, 'gave undefined'],
    ['a promise', () => Promise.resolve(1), 'gave a promise'],
    // Unheard it would end the process.
    ['a promise that fails', () => Promise.reject(new Error('later')), 'gave a promise'],
    [
      'an error that cannot be read',
      () => {
        throw Object.defineProperty(new Error(), 'message', {
          get: () => {
            throw new Error('no');
          },
        });
      },
      'failed: an error that cannot be read',
    ],
    [
      'an error',
      () => {
        throw new Error('no such month');
      },
      'failed: no such month',
    ],
    ['an odd error', () => (function* () {})().throw(null), 'failed: null'],
  ])('refuse the row for which they give %s, and that row alone', (_what, wrong, message) => {
    load({
      ...rate,
      name: 'odd',
      fit: undefined,
      apply: ({ months }: { months: number }) => (months === 5 ? wrong() : months),
    });
    const own = fitOwn(digest, plain, ['total', 'months']);
    const { refused, columns } = ownColumns(own, plain);
    expect(refused.map(({ row, transform }) => [row, transform])).toEqual([[3, 'odd']]);
    expect(refused[0]!.message).toContain(message);
    expect(columns.get('odd')).toEqual(number(1, 4, 3, NaN, 7, 9));
    expect(() => prepare(fit(spec, takeRows(plain, [0, 1, 2, 4]), [], undefined, own), plain)).toThrow(
      '1 of 6 rows',
    );
  });

  it('are refused where they keep something from row to row', () => {
    let seen = 0;
    load({ ...both, name: 'counter', output: 'number', apply: () => (seen += 1) });
    expect(() => fitOwn(digest, plain, ['plan', 'months'])).toThrow('in another order');
  });

  it.each([
    ['a column that is not there', { inputs: { totl: 'number' } }, 'the data does not have'],
    [
      'a column of another kind',
      { inputs: { plan: 'number' } },
      'it reads plan as number, and the row schema has it as category',
    ],
    ['a column that a model must not see', { inputs: { secret: 'number' } }, 'must not see'],
    ['the name of a column', { name: 'plan' }, 'has a column of that name'],
    ['a state that is no JSON', { fit: () => new Map() }, 'fit gives its result as [object Map]'],
    ['a state with NaN in it', { fit: () => ({ a: [NaN] }) }, 'its result.a[0] as NaN'],
    [
      'a fit that fails',
      {
        fit: () => {
          throw new Error('empty');
        },
      },
      'fit failed: empty',
    ],
  ])('are refused with %s', (_what, own, message) => {
    const given = table({ ...Object.fromEntries(plain.columns), secret: number(1, 2, 3, 4, 5, 6) }, 6);
    load({ ...rate, ...own });
    expect(() => fitOwn(digest, given, ['total', 'months', 'plan'])).toThrow(message);
  });

  it.each([
    [{ 'aieng:transform': true }, 'has no name'],
    [{ ...rate, inputs: {} }, 'reads no column'],
    [{ ...rate, inputs: { a: 'float' } }, 'reads a as "float"'],
    [{ ...rate, output: 'vector' }, 'makes "vector"'],
    [{ ...rate, apply: 3 }, 'apply is no function'],
    [{ name: 'unmarked' }, 'exports no transform'],
  ])('are told from what is none: %j', (one, message) => {
    expect(() => load(one)).toThrow(message);
  });

  it('have names of their own', () => {
    expect(() => load(rate, { ...rate })).toThrow('are called rate');
  });

  it('are not computed where nobody let their code be loaded', () => {
    load(rate);
    const own = { ...fitOwn(digest, plain, ['total', 'months']), code: 'e'.repeat(64) };
    expect(() => ownColumns(own, takeRows(plain, [0]))).toThrow('was not loaded here');
  });
});
