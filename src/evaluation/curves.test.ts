import { describe, expect, it } from 'vitest';
import { scoredRows } from '../statistics/metrics/index.ts';
import { confusionOf, reliabilityOf, rocOf } from './curves.ts';

const churn = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' } as const;
const p = [0.1, 0.4, 0.35, 0.8, 0.4, 0.7, 0.35, 0.9, 0.2, 0.6];
const y = [0, 0, 1, 1, 1, 0, 0, 1, 0, 1];
const rows = (scores: readonly number[], labels: readonly number[], threshold = 0.5) =>
  scoredRows(
    churn,
    Float64Array.from(scores.flatMap((value) => [1 - value, value])),
    Float64Array.from(labels),
    threshold,
  );

describe('curves', () => {
  it('confusion is by true class, then by answer: sklearn confusion_matrix(y, p >= .4)', () => {
    expect(confusionOf(rows(p, y, 0.4))).toEqual([
      [3, 2],
      [1, 4],
    ]);
    const three = scoredRows(
      { kind: 'multiclass', classes: ['a', 'b', 'c'] },
      Float64Array.of(0.8, 0.1, 0.1, 0.1, 0.1, 0.8, 0.1, 0.2, 0.7, 0.3, 0.4, 0.3),
      Float64Array.of(0, 0, 2, 1),
    );
    expect(confusionOf(three)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it('ROC is what sklearn roc_curve(y, p, drop_intermediate=False) gives', () => {
    const points = rocOf(rows(p, y));
    const expected = [
      [0, 0],
      [0, 0.2],
      [0, 0.4],
      [0.2, 0.4],
      [0.2, 0.6],
      [0.4, 0.8],
      [0.6, 1],
      [0.8, 1],
      [1, 1],
    ];
    expect(points.map((point) => [point.falsePositiveRate, point.truePositiveRate])).toEqual(
      expected.map((pair) => pair.map((value): unknown => expect.closeTo(value, 12))),
    );
    expect(rocOf(rows([0.1, 0.9], [0, 0]))).toEqual([]);
    expect(rocOf(rows([0.1, 0.9], [1, 1]))).toEqual([]);
  });

  it('ROC keeps at most 100 points, the ends and evenly between them', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => i / count);
    const labels = (count: number) => many(count).map((_, i) => i % 2);
    expect(rocOf(rows(many(99), labels(99)))).toHaveLength(100);
    const thinned = rocOf(rows(many(1000), labels(1000)));
    expect(thinned).toHaveLength(100);
    expect(thinned[0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(thinned.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
    for (const [k, point] of thinned.entries()) expect(point.falsePositiveRate).toBeCloseTo(k / 99, 2);
  });

  it('reliability is by bins of equal mass', () => {
    const spread = Array.from({ length: 100 }, (_, i) => i / 100);
    expect(
      reliabilityOf(
        rows(
          spread,
          spread.map(() => 1),
        ),
      ).map((bin) => bin.rows),
    ).toEqual(Array(10).fill(10));
    const score = [...Array.from({ length: 10 }, () => 0.3), ...Array.from({ length: 10 }, () => 0.8)];
    const labels = score.map((value, i) => (value === 0.3 ? (i < 5 ? 1 : 0) : i < 18 ? 1 : 0));
    expect(reliabilityOf(rows(score, labels))).toEqual([
      { predicted: expect.closeTo(0.3, 12), observed: 0.5, rows: 10 },
      { predicted: expect.closeTo(0.8, 12), observed: 0.8, rows: 10 },
    ]);
  });
});
