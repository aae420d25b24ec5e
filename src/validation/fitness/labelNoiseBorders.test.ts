import { describe, expect, it } from 'vitest';
import { finish } from '../../work.ts';
import { snapshot, upTo, words } from '../checks/snapshot.fixture.ts';
import type { Finding } from '../finding.ts';
import { lookingAt } from './fitness.ts';
import { findingNoise } from './labelNoise.ts';
import { isHeldOut } from './score.ts';

// Two columns that tell each row's class, and labels of which a chosen part is wrong: what share is wrong is then exact.

type OfRow = (row: number) => number;
const truth: OfRow = (row) => (row >> 1) % 2;
const counts = new Map<string, number>();
/** Place of a row among those of its class and its half. */
const place = upTo(6001).map((row) => {
  const among = `${isHeldOut(row)} ${truth(row)}`;
  const at = counts.get(among) ?? 0;
  counts.set(among, at + 1);
  return at;
});
/** Out of a thousand, so many; spread evenly over the places. */
const outOf = (at: number, thousandths: number): boolean => (at * 7919) % 1000 < thousandths;

interface Asked {
  readonly rows?: number;
  readonly columns?: Readonly<Record<string, (row: number) => string>>;
  readonly of?: OfRow;
  readonly leaks?: readonly string[];
}
const telling = { a: (row: number) => `a${truth(row)}`, b: (row: number) => `b${truth(row)}` };

function noise(
  isWrong: (at: number, row: number) => boolean,
  { rows = 4000, columns = telling, of = truth, leaks = [] }: Asked = {},
): Finding | undefined {
  const label = words(upTo(rows).map((row) => `k${isWrong(place[row]!, row) ? 1 - of(row) : of(row)}`));
  const seen = Object.entries(columns).map(([name, cell]) => [name, words(upTo(rows).map(cell))] as const);
  const given = snapshot({ ...Object.fromEntries(seen), y: label }, { label: 'y' });
  const looked = lookingAt({ ...given, drop: [], time: null, split: { strategy: 'hash', group: null } });
  return finish(findingNoise(finish(looked), new Set(leaks)))[0];
}
/** The share that is told of; 0 = nothing is. */
const shareOf = (...asked: Parameters<typeof noise>): number => noise(...asked)?.effect?.value ?? 0;

describe('labels that are wrong in a share of the clear rows', () => {
  it('are told of from a hundredth on, up to twelve', () => {
    expect(shareOf((at) => at % 104 === 52)).toBeCloseTo(0.01, 3);
    expect(shareOf((at) => at % 115 === 57)).toBe(0);
    expect(shareOf((at) => outOf(at, 120))).toBeCloseTo(0.12, 3);
    expect(shareOf((at) => outOf(at, 122))).toBe(0);
  });

  it('are ten or more', () => {
    const of = (rows: number): number => Math.round((shareOf((at) => at % 50 === 25, { rows }) * rows) / 2);
    expect([of(920), of(880)]).toEqual([10, 0]);
  });

  it('are no rarer there than in all rows: two thirds, nearly', () => {
    // Every second row says `dim`, where more is wrong.
    const isDim = (row: number): boolean => place[row]! % 2 === 1;
    const dim = (name: string) => (row: number) =>
      isDim(row)
        ? `dim${outOf(place[row]! >> 1, 130) ? 1 - truth(row) : truth(row)}`
        : `${name}${truth(row)}`;
    const columns = { a: dim('a'), b: dim('b') };
    const of = (more: number): number =>
      shareOf((at, row) => (isDim(row) ? outOf((at >> 1) + 500, more) : outOf(at >> 1, 90)), { columns });
    expect(of(60)).toBeCloseTo(0.092, 3);
    expect(of(70)).toBe(0);
  });

  it('are no rarer in the clearest quarter: seven tenths', () => {
    const of = (first: number, second: number): number =>
      shareOf((at) => outOf(at, at < 500 ? first : second));
    expect(of(40, 80)).toBeCloseTo(0.06, 2);
    expect(of(40, 85)).toBe(0);
  });

  it('leave four fifths of each class right', () => {
    const of: OfRow = (row) => (row % 5 === 0 ? 1 : 0);
    const columns = { a: (row: number) => `a${of(row)}`, b: (row: number) => `b${of(row)}` };
    const wrong = (share: number): number =>
      shareOf((_, row) => row % 5 === 1 && outOf(Math.floor(row / 5), share), { rows: 2000, columns, of });
    // Of five hundred that are said to be of the smaller class, a hundred.
    expect([wrong(249) > 0.05, wrong(252)]).toEqual([true, 0]);
  });

  it('are told by the others, too: seven tenths of each class', () => {
    const other = (share: number) => ({
      a: telling.a,
      b: (row: number) => `b${outOf(place[row]! + 300, share) ? 1 - truth(row) : truth(row)}`,
    });
    const of = (share: number): number =>
      shareOf((at) => at % 20 === 10, { columns: other(share), rows: 2000 });
    expect([of(275) > 0, of(282)]).toEqual([true, 0]);
  });

  it('are asked about with two columns or more that are no leaks', () => {
    const wrong = (at: number): boolean => at % 20 === 10;
    expect(shareOf(wrong, { rows: 2000 })).toBeCloseTo(0.05, 2);
    expect(shareOf(wrong, { rows: 2000, leaks: ['b'] })).toBe(0);
    expect(shareOf(wrong, { rows: 2000, columns: { a: telling.a } })).toBe(0);
  });

  it('are looked for in 6000 rows, evenly over the table', () => {
    const odd = (_: number, row: number): boolean => row % 2 === 1 && outOf(place[row]!, 100);
    expect([shareOf(odd, { rows: 6000 }) > 0.04, shareOf(odd, { rows: 6001 })]).toEqual([true, 0]);
  });

  it('are told of whole, the clearest first', () => {
    // A quarter of the rows has a third column that tells its class.
    const b = (row: number): string => (place[row]! % 4 === 3 ? `b${truth(row)}` : 'none');
    const columns = { ...telling, b, c: (row: number) => `c${truth(row)}` };
    const found = noise((at) => outOf(at >> 2, 60), { columns });
    expect(found).toEqual({
      check: 'label-noise',
      column: 'y',
      severity: 'warning',
      message: expect.stringMatching(/^About 268 rows \(6\.7 %\) have a y that [^()]*: [^()]*\.$/),
      count: 268,
      examples: [3, 14, 15, 207, 211].map((row) => ({
        rowId: `id-${row}`,
        value: 'y k0, by its columns k1',
      })),
      fix: expect.stringContaining('correct the y'),
      effect: { measure: 'share', value: 0.067 },
    });
  });
});
