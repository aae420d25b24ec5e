import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import type { ColumnProfile, Profile } from '../profile.ts';
import { distributionChange } from './distributionChange.ts';
import { numbers, often, profileOf, snapshot, texts, upTo, words } from './snapshot.fixture.ts';

const found = (now: Column, previous: Profile) => distributionChange.run(snapshot({ x: now }, { previous }));
const shares = (...runs: [string, number][]) => words(often<string | null>(...runs));
const before = (...runs: [string, number][]) => profileOf({ x: shares(...runs) });

describe('the largest change of one share', () => {
  it('matters from .05 on where both snapshots are large, a word that comes or goes as one that grows', () => {
    const previous = before(['a', 1000]);
    expect(found(shares(['a', 951], ['b', 49]), previous)).toEqual([]);
    expect(found(shares(['a', 950], ['b', 50]), previous)).toHaveLength(1);
    expect(found(shares(['a', 1000]), before(['a', 951], ['b', 49]))).toEqual([]);
    expect(found(shares(['a', 1000]), before(['a', 950], ['b', 50]))).toHaveLength(1);
    expect(found(shares(['a', 5500], ['b', 4500]), before(['a', 5000], ['b', 5000]))).toHaveLength(1);
    expect(found(shares(['a', 5499], ['b', 4501]), before(['a', 5000], ['b', 5000]))).toEqual([]);
  });

  // Twice (two words) the exact two-sided p, 2·hypergeom.sf(b − 1, n + m, b, n), is .001 at most.
  it.each([
    [50, 50, 11, 12],
    [25, 100, 4, 5],
    [100, 25, 31, 32],
  ])(
    'with %d rows now and %d before it has to be beyond noise: %d rows are not, %d are',
    (n, m, quiet, loud) => {
      const previous = before(['a', m]);
      expect(found(shares(['a', n - quiet], ['b', quiet]), previous)).toEqual([]);
      expect(found(shares(['a', n - loud], ['b', loud]), previous)).toHaveLength(1);
    },
  );

  it('is told with both shares, the rows and the word that changed most', () => {
    const now = shares(['a', 100], ['b', 380], ['c', 520]);
    const [finding] = found(now, before(['a', 500], ['b', 300], ['c', 200]));
    expect(finding).toMatchObject({
      check: 'distribution-change',
      column: 'x',
      severity: 'warning',
      count: 100,
      message: '"a" is 10.0 % of x; in the snapshot before it was 50.0 %.',
      examples: ['id-0', 'id-1', 'id-2', 'id-3', 'id-4'].map((rowId) => ({ rowId, value: 'a' })),
    });
    const [gone] = found(shares(['a', 1000]), before(['a', 500], ['b', 500]));
    expect(gone).toMatchObject({
      count: 1000,
      message: '"a" is 100.0 % of x; in the snapshot before it was 50.0 %.',
    });
  });

  it('gives no examples of a word that is gone', () => {
    const [finding] = found(shares(['a', 450], ['c', 550]), before(['a', 450], ['b', 550]));
    expect(finding).toMatchObject({ count: 550, examples: expect.any(Array) });
    const [only] = found(words(often<string | null>(['a', 60], [null, 940])), before(['b', 1000]));
    expect(only?.message).toMatch(/^"a" is 100\.0 % of x/);
    const [away] = found(words(often(['a', 300], ['c', 350], ['d', 350])), before(['a', 300], ['b', 700]));
    expect(away).toMatchObject({ count: 0, examples: [], message: expect.stringMatching(/^"b" is 0\.0 %/) });
  });

  it('is of the rows that have a value, on both sides', () => {
    const half = words(often<string | null>(['a', 100], ['b', 100], [null, 800]));
    expect(found(half, before(['a', 500], ['b', 500]))).toEqual([]);
    expect(found(shares(['a', 500], ['b', 500]), profileOf({ x: half }))).toEqual([]);
    const none = words(often<string | null>([null, 100]));
    expect(found(none, before(['a', 500]))).toEqual([]);
    expect(found(shares(['a', 500]), profileOf({ x: none }))).toEqual([]);
  });

  describe('with more words than a profile keeps', () => {
    // 60 words of 100 rows; the profile keeps 50 of them and counts 1,000 rows as others.
    const many = upTo(60).map((k): [string, number] => [`w${String(k).padStart(2, '0')}`, 100]);
    const previous = before(...many);

    it('says nothing of words that were among the others', () => {
      expect(previous.columns[0]?.other).toBe(1000);
      expect(found(shares(...many), previous)).toEqual([]);
    });
    it('tells a word that is far more frequent than any of the others can have been', () => {
      const grown = shares(...many.slice(0, 50), ['w55', 800]);
      expect(found(grown, previous)[0]).toMatchObject({
        count: 800,
        message: '"w55" is 13.8 % of x; in the snapshot before it was at most 1.7 %.',
      });
      // The others had at most 100 of 6,000 rows each: 1.7 points of the change may be old.
      const total = 5000;
      const border = Math.ceil((total * (0.05 + 100 / 6000)) / (1 - 0.05 - 100 / 6000));
      expect(found(shares(...many.slice(0, 50), ['new', border - 1]), previous)).toEqual([]);
      expect(found(shares(...many.slice(0, 50), ['new', border + 1]), previous)).toHaveLength(1);
    });
    it('tells a kept word that is gone', () => {
      const uneven = before(['big', 3000], ...many);
      expect(found(shares(...many), uneven)[0]?.message).toMatch(/^"big" is 0\.0 % of x/);
    });
  });
});

/** A profile with a histogram made by hand. */
function histogram(edges: readonly number[], counts: readonly number[]): Profile {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const column: ColumnProfile = {
    name: 'x',
    kind: 'number',
    rows,
    missing: 0,
    distinct: 11,
    numeric: {
      min: 0,
      max: 2,
      mean: 1,
      std: 1,
      quantiles: [0, 0, 0, 0, 1, 2, 2, 2, 2],
      zeros: 0,
      histogram: { edges, counts },
    },
  };
  return { rows, columns: [column] };
}
const halves = (low: number, high: number) => numbers(often([0.5, low], [1.5, high]));

// scipy.spatial.distance.jensenshannon([0, m/2, m/2, 0], [0, n/2 − k, n/2 + k, 0]); the noise is √(3·3/8·(1/n + 1/m)).
describe('Jensen–Shannon distance of the earlier bins', () => {
  it.each([
    ['.1 where both are large', 10_000, 10_000, 1398],
    ['beyond noise where both are small (.15)', 100, 100, 21],
    ['beyond noise with fewer rows now (.1186)', 100, 400, 17],
    ['beyond noise with fewer rows before (.1186)', 400, 100, 66],
  ])('matters from %s', (_name, n, m, k) => {
    const previous = histogram([0, 1, 2], [m / 2, m / 2]);
    expect(found(halves(n / 2 - k + 1, n / 2 + k - 1), previous)).toEqual([]);
    expect(found(halves(n / 2 - k, n / 2 + k), previous)).toHaveLength(1);
  });

  it('sees values below all and above all of before', () => {
    const previous = histogram([0, 1, 2], [500, 500]);
    // jensenshannon([0, 500, 500, 0], [30, 500, 500, 0]) = .10100489837990811
    expect(found(numbers(often([-1, 30], [0.5, 500], [1.5, 500])), previous)[0]?.message).toContain(
      'distance 0.101;',
    );
    expect(found(numbers(often([2.1, 30], [0.5, 500], [1.5, 500])), previous)[0]?.message).toContain(
      'distance 0.101;',
    );
    expect(found(numbers(often([-1, 15], [9, 15], [0.5, 500], [1.5, 500])), previous)).toHaveLength(1);
    expect(found(numbers(often([0, 250], [0.5, 250], [1, 250], [2, 250])), previous)).toEqual([]);
  });

  it('a column that was constant has another value', () => {
    const [finding] = found(numbers(often([1, 200])), profileOf({ x: numbers(often([0, 200])) }));
    expect(finding).toMatchObject({
      check: 'distribution-change',
      column: 'x',
      severity: 'warning',
      count: 200,
    });
    expect(finding?.message).toContain('median 1, before 0)');
  });

  it('tells both medians', () => {
    const previous = profileOf({ x: numbers(upTo(101)) });
    expect(found(numbers(upTo(100).map((i) => i + 300)), previous)[0]?.message).toContain(
      'median 349.5, before 50)',
    );
  });

  it('has nothing to say without a finite value on both sides', () => {
    expect(found(numbers(often([NaN, 100])), histogram([0, 1], [100]))).toEqual([]);
    expect(found(numbers(upTo(100)), profileOf({ x: numbers(often([NaN, 100])) }))).toEqual([]);
    expect(found(numbers(upTo(100)), histogram([0, 1], [0]))).toEqual([]);
  });
});

it('compares nothing with a column that was not there, was of another kind, or is of text', () => {
  expect(distributionChange.run(snapshot({ x: shares(['a', 100]) }))).toEqual([]);
  expect(found(shares(['a', 100]), profileOf({ y: shares(['b', 100]) }))).toEqual([]);
  expect(found(shares(['a', 100]), profileOf({ x: numbers(upTo(100)) }))).toEqual([]);
  expect(found(numbers(upTo(100)), before(['a', 100]))).toEqual([]);
  expect(found(texts(often(['a', 100])), profileOf({ x: texts(often(['b', 100])) }))).toEqual([]);
});
