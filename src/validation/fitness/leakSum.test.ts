import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { finish } from '../../work.ts';
import { numbers, snapshot, upTo } from '../checks/snapshot.fixture.ts';
import { lookingAt } from './fitness.ts';
import type { LeakFound } from './fitness.ts';
import { leakSum } from './leakSum.ts';

const mostRows = 8000;
const drawn = new Map<string, readonly number[]>();

/** Numbers of mean 0 and spread 1, the same whenever they are asked for by the same name. */
function draw(name: string): readonly number[] {
  const before = drawn.get(name);
  if (before !== undefined) return before;
  const random = createRandom(`sum ${name}`);
  const values = upTo(mostRows).map(() => random.normal());
  drawn.set(name, values);
  return values;
}

type Weights = Readonly<Record<string, number>>;
/** The sum of some draws, each so many times. */
const sum = (weights: Weights, rows = 1000): number[] =>
  upTo(rows).map((row) =>
    Object.entries(weights).reduce((all, [name, times]) => all + times * draw(name)[row]!, 0),
  );

interface Asked {
  readonly columns: Readonly<Record<string, Column>>;
  readonly label: readonly number[];
  readonly told?: readonly string[];
  readonly labelIs?: 'classes';
}

function found({ columns, label, told = [], ...rest }: Asked): LeakFound[] {
  const given = snapshot({ ...columns, y: numbers(label) }, { label: 'y', ...rest });
  const split = { strategy: 'hash', group: null };
  return leakSum(finish(lookingAt({ ...given, drop: ['old'], time: null, split })), new Set(told));
}
const parts = (asked: Asked): string[][] =>
  found(asked).map(({ columns: names }) => [...names].sort((a, b) => (a < b ? -1 : 1)));
/** Columns of a draw each, so many times as large. */
const columns = (weights: Weights, rows = 1000): Record<string, Column> =>
  Object.fromEntries(
    Object.keys(weights).map((name) => [name, numbers(sum({ [name]: weights[name]! }, rows))]),
  );
/** The parts that are found of a sum of such columns and of what no column holds. */
const partsOf = (weights: Weights, untold: number): string[][] =>
  parts({ columns: columns(weights), label: sum({ ...weights, untold }) });

describe('parts that sum up to the label, nearly', () => {
  it('are told whole, what is taken off last', () => {
    const label = sum({ cost: -1, gross: 2 });
    const [one, ...more] = found({ columns: columns({ cost: 1, gross: 2 }), label });
    expect(more).toEqual([]);
    expect(one).toEqual({
      columns: ['gross', 'cost'],
      finding: {
        check: 'leak-derived',
        column: 'gross, cost',
        severity: 'warning',
        message: 'y is about gross − cost (R² 1.000): are these known when you predict?',
        count: 1000,
        examples: upTo(3).map((row) => ({
          rowId: `id-${row}`,
          value: `gross ${2 * draw('gross')[row]!}, cost ${draw('cost')[row]!}, y ${label[row]!}`,
        })),
        fix: 'If not, leave out what y is worked out of: features: { drop: [old, gross, cost] }',
        effect: { measure: 'r2', value: expect.closeTo(1, 10) },
        line: 'features: { drop: [old, gross, cost] }',
      },
    });
  });

  it('are told with the unit that they are in, and with signs of their own', () => {
    const said = (times: number): string | undefined =>
      found({ columns: columns({ a: 2, b: 1 }), label: sum({ a: 2 * times, b: times }) })[0]?.finding.message;
    expect(said(1.08)).toContain('about a + b (');
    expect(said(1.12)).toContain('about 1.12 × (a + b) (');
    expect(said(0.0123456)).toContain('about 0.0123 × (a + b) (');
    expect(said(-1)).toContain('about − a − b (');
    expect(said(-2)).toContain('about 2 × (− a − b) (');
    const last = found({ columns: columns({ a: 3, b: 2, c: 1 }), label: sum({ a: -3, b: 2, c: -1 }) });
    expect(last[0]!.finding.message).toContain('about b − a − c (');
  });

  it('leave a fiftieth untold, and no more', () => {
    // R² = 2 / (2 + untold²)
    expect(partsOf({ a: 1, b: 1 }, 0.18)).toEqual([['a', 'b']]);
    expect(partsOf({ a: 1, b: 1 }, 0.22)).toEqual([]);
  });

  it('count alike: the smallest weight is nine tenths of the largest or more', () => {
    const of = (larger: number): string[][] =>
      parts({ columns: columns({ a: 1, b: 1 }), label: sum({ a: larger, b: 1 }) });
    expect([of(1.11), of(1.12)]).toEqual([[['a', 'b']], []]);
    const weights = { a: 1.2, b: 1, c: 1 };
    expect(parts({ columns: columns({ a: 1, b: 1, c: 1 }), label: sum(weights) })).toEqual([]);
  });

  it('are several, of which each adds a five-hundredth', () => {
    const of = (small: number): string[][] => partsOf({ a: 1, b: 1, small }, 0);
    // Of all that varies it is small² / (2 + small²).
    expect([of(0.08), of(0.05)]).toEqual([[['a', 'b', 'small']], [['a', 'b']]]);
    expect(partsOf({ a: 1 }, 0.05)).toEqual([]);
  });

  it('are eight at most', () => {
    const equal = (count: number): Weights => Object.fromEntries(upTo(count).map((at) => [`p${at}`, 1]));
    expect(partsOf(equal(8), 0)).toEqual([Object.keys(equal(8))]);
    expect(partsOf(equal(9), 0)).toEqual([]);
  });

  it('are without a column that merely goes with the label', () => {
    const label = sum({ a: 1, b: 1, c: 1 });
    const near = numbers(sum({ a: 1, b: 1, c: 1, luck: 0.8 }));
    expect(parts({ columns: { near, ...columns({ a: 1, b: 1, c: 1 }) }, label })).toEqual([['a', 'b', 'c']]);
  });

  it('are the same beside a copy of one, a constant and a column of times', () => {
    const label = sum({ a: 2, b: 1 });
    const more: Record<string, Column> = {
      copied: numbers(sum({ a: 200 })),
      constant: numbers(upTo(1000).map(() => 7)),
      at: { kind: 'time', values: Float64Array.from(sum({ b: 1 })) },
    };
    const [names] = parts({ columns: { ...columns({ a: 2, b: 1 }), ...more }, label });
    expect(names).toEqual(['a', 'b']);
    expect(parts({ columns: { a: numbers(sum({ a: 2 })), at: more.at! }, label })).toEqual([]);
  });

  it('may lack half of their cells', () => {
    const some = (missing: number): string[][] =>
      parts({
        columns: {
          ...columns({ a: 1, b: 1 }),
          small: numbers(sum({ small: 0.15 }).map((value, row) => (row < missing ? NaN : value))),
        },
        label: sum({ a: 1, b: 1, small: 0.15 }),
      });
    expect([some(500), some(501)]).toEqual([[['a', 'b', 'small']], [['a', 'b']]]);
  });

  it('are no columns of which it was told', () => {
    const asked = { columns: columns({ a: 1, b: 1 }), label: sum({ a: 1, b: 1 }) };
    expect(parts({ ...asked, told: ['b'] })).toEqual([]);
    expect(parts({ ...asked, told: ['c'] })).toEqual([['a', 'b']]);
  });

  it('are chosen from the thirty that tell most alone', () => {
    const beside = (count: number): string[][] => {
      const others = upTo(count).map((at): [string, Column] => [
        `near ${at}`,
        numbers(sum({ a: 2, b: 1, [`luck ${at}`]: 2 })),
      ]);
      const all = { ...Object.fromEntries(others), ...columns({ a: 2, b: 1 }) };
      return parts({ columns: all, label: sum({ a: 2, b: 1 }) });
    };
    expect([beside(28), beside(29)]).toEqual([[['a', 'b']], []]);
  });

  it('are looked for in a number of twenty values or more, with 200 rows or more', () => {
    const of = (rows: number, values: number): string[][] => {
      const label = upTo(rows).map((row) => row % values);
      const a = upTo(rows).map((row) => Math.round(4 * draw('a')[row]!));
      return parts({ columns: { a: numbers(a), b: numbers(label.map((all, row) => all - a[row]!)) }, label });
    };
    expect([of(1000, 20), of(1000, 19)]).toEqual([[['a', 'b']], []]);
    expect([of(200, 50), of(199, 50)]).toEqual([[['a', 'b']], []]);
    const asked = { columns: columns({ a: 1, b: 1 }), label: sum({ a: 1, b: 1 }) };
    expect(parts({ ...asked, labelIs: 'classes' })).toEqual([]);
  });

  it('are judged on at most 4000 rows, evenly over the table', () => {
    // Every second row is something else: seen with 4000 rows, and with 4001 not looked at.
    const of = (rows: number): string[][] => {
      const label = sum({ a: 1, b: 1 }, rows).map((value, row) =>
        row % 2 === 1 ? 9 * draw('luck')[row]! : value,
      );
      return parts({ columns: columns({ a: 1, b: 1 }, rows), label });
    };
    expect([of(4000), of(4001)]).toEqual([[], [['a', 'b']]]);
  });
});
