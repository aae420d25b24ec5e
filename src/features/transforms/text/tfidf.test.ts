import { describe, expect, it } from 'vitest';
import type { Table } from '../../../data/columns.ts';
import { fit } from '../../fit.ts';
import { prepare } from '../../prepare.ts';
import type { Params } from '../../spec.ts';

const tableOf = (values: readonly (string | null)[]): Table => ({
  rows: values.length,
  columns: new Map([['t', { kind: 'text', values }]]),
});

/** Each row's weights, heaviest first. */
function weights(training: readonly string[], rows: readonly (string | null)[], params: Params): number[][] {
  const features = [{ column: 't', steps: [{ transform: 'tfidf', params }] }];
  const fitted = fit({ auto: false, drop: [], features }, tableOf(training), []);
  const [column] = prepare(fitted, tableOf(rows)).columns;
  if (column?.kind !== 'sparse') throw new Error('expected a sparse column');
  const { starts, values } = column;
  return rows.map((_, row) =>
    Array.from(values.subarray(starts[row], starts[row + 1])).sort((left, right) => right - left),
  );
}

const same = (left: string, right: string, params: Params = {}): boolean => {
  const both = weights([left, right, left, right], [left, right], params);
  const features = [{ column: 't', steps: [{ transform: 'tfidf', params }] }];
  const fitted = fit({ auto: false, drop: [], features }, tableOf([left, right, left, right]), []);
  const [column] = prepare(fitted, tableOf([left, right])).columns;
  if (column?.kind !== 'sparse') throw new Error('expected a sparse column');
  const { starts, indices } = column;
  const places = (row: number): string => indices.subarray(starts[row], starts[row + 1]).join();
  return both.length === 2 && places(0) === places(1);
};

describe('tfidf', () => {
  // TfidfVectorizer(sublinear_tf=True).fit(['good film', 'bad film', 'bad bad day']).transform(['bad bad film'])
  it('weighs as scikit-learn does', () => {
    const training = ['good film', 'bad film', 'bad bad day'];
    const [row, missing, unseen] = weights(training, ['bad bad film', null, 'nothing of it'], {
      longest: 1,
      min_texts: 1,
    });
    const idf = Math.log(4 / 3) + 1;
    const [bad, film] = [(1 + Math.log(2)) * idf, idf];
    expect(row).toHaveLength(2);
    expect(row![0]).toBeCloseTo(bad / Math.hypot(bad, film), 6);
    expect(row![1]).toBeCloseTo(film / Math.hypot(bad, film), 6);
    expect([missing, unseen]).toEqual([[], []]);
  });

  it('keeps what several texts have, the most frequent first', () => {
    const training = ['a b', 'a b', 'a c', 'd'];
    expect(weights(training, ['a b c d'], { longest: 1 })[0]).toHaveLength(2);
    expect(weights(training, ['a b c d'], { longest: 1, max_grams: 1 })[0]).toEqual([1]);
    expect(weights(training, ['a b c d'], { longest: 1, min_texts: 1 })[0]).toHaveLength(4);
  });

  it('reads words in any script, whatever the case and what separates them', () => {
    expect(same('Größe, ÉTÉ!', 'größe été')).toBe(true);
    expect(same('好电影', '好 电 影')).toBe(true);
    expect(same('ดีมาก', 'ด ี ม า ก')).toBe(true);
    expect(same('ab', 'a b')).toBe(false);
    expect(same('to be', 'be to')).toBe(false);
    expect(same('to be', 'be to', { longest: 1 })).toBe(true);
  });

  it('leaves letters whose small form is young as they are, in every Node', () => {
    expect(same('X\u{10D50}X', 'x\u{10D50}x')).toBe(true);
    expect(same('\u{10D50}', '\u{10D70}')).toBe(false);
    expect(same('\uA7CB', '\u0264')).toBe(false);
  });

  it('takes runs of characters across a blank', () => {
    expect(same('ab cd', 'ab  cd', { unit: 'character' })).toBe(true);
    expect(same('ab cd', 'abcd', { unit: 'character' })).toBe(false);
  });
});
