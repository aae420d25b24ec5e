import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { readTransform, withTransform } from './file.ts';
import type { TargetTransform, TransformName } from './transform.ts';
import { fitTransform, inverted, isTransformed, skewness, transformed } from './transform.ts';

const labels = (...list: number[]): Float64Array => Float64Array.from(list);
const fit = (name: TransformName, list: Float64Array): TargetTransform => {
  const transform = fitTransform(name, list);
  if (transform === null) throw new RangeError(`${name} does not fit`);
  return transform;
};

describe('a transform of labels', () => {
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
  const any = fc.double({ min: -1e6, max: 1e6, noNaN: true });

  it.each(['log', 'quantile'] as const)('%s brings labels back', (name) => {
    fc.assert(
      fc.property(fc.array(name === 'log' ? amount : any, { minLength: 2, maxLength: 60 }), (list) => {
        const seen = Float64Array.from(list);
        const transform = fitTransform(name, seen);
        fc.pre(transform !== null);
        const back = inverted(transform, transformed(transform, seen));
        const most = Math.max(...seen.map(Math.abs));
        seen.forEach((label, row) =>
          expect(Math.abs(back[row]! - label)).toBeLessThanOrEqual(1e-9 * most + 1e-12),
        );
      }),
    );
  });

  it.each(['log', 'quantile'] as const)(
    '%s keeps the order, and answers of any size stay near the labels',
    (name) => {
      const random = createRandom(name);
      const seen = Float64Array.from({ length: 300 }, () => Math.exp(2 * random.normal()));
      const transform = fit(name, seen);
      const grid = Float64Array.from({ length: 200 }, (_, i) => (i - 100) / 4);
      const back = inverted(transform, grid);
      back.forEach((value, i) => expect(value).toBeGreaterThanOrEqual(i === 0 ? 0 : back[i - 1]!));
      const [low, high] = [Math.min(...seen), Math.max(...seen)];
      const far = inverted(transform, labels(-1e300, 1e300, -Infinity, Infinity));
      for (const value of far) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(4 * high);
      }
      if (name === 'quantile') expect([...far]).toEqual([low, high, low, high]);
    },
  );

  it('the logarithm is the plain one where no label is near 0, has 1 added for counts, and else a part of the middle', () => {
    expect(fit('log', labels(100, 200, 400))).toMatchObject({ shift: 0 });
    expect(fit('log', labels(0, 3, 8, 1))).toMatchObject({ shift: 1 });
    expect(fit('log', labels(0, 0.5, 2.5, 1.5))).toMatchObject({ shift: 0.15 });
    // 1 of 1,000: 999 powers below, and 1,001.
    expect(fit('log', labels(0.001, 0.9989, 2))).toMatchObject({ shift: 0 });
    expect(fit('log', labels(0.001, 1.0011, 2))).toMatchObject({ shift: 0.10011 });
    expect([...transformed(fit('log', labels(0, 3, 8)), labels(0, 3))]).toEqual([0, Math.log(4)]);
  });

  it('does not fit where labels do not allow it', () => {
    expect(fitTransform('log', labels(1, 2, -1e-9))).toBeNull();
    expect(fitTransform('log', labels(0, 1))).not.toBeNull();
    expect(fitTransform('quantile', labels(-1, 2))).not.toBeNull();
    for (const name of ['log', 'quantile'] as const)
      for (const list of [labels(), labels(3), labels(3, 3, 3), labels(3, NaN)])
        expect(fitTransform(name, list)).toBeNull();
  });

  it('the quantile transform makes any distribution a normal one, of at most 1,000 points', () => {
    const random = createRandom('any');
    const seen = Float64Array.from({ length: 5000 }, () => random.normal() ** 3);
    const transform = fit('quantile', seen);
    expect(transform.kind === 'quantile' && transform.values.length).toBe(1000);
    const normal = transformed(transform, seen);
    const mean = normal.reduce((sum, z) => sum + z, 0) / normal.length;
    const variance = normal.reduce((sum, z) => sum + (z - mean) ** 2, 0) / normal.length;
    expect(mean).toBeCloseTo(0, 2);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    expect(Math.abs(skewness(normal))).toBeLessThan(0.05);
    // Equal labels share the middle of their ranks.
    expect([...transformed(fit('quantile', labels(0, 0, 0, 5)), labels(0, 5))][0]).toBeCloseTo(-0.3186, 4);
  });

  it('is known by its name', () => {
    expect(['auto', 'none', 'log', 'quantile', ''].map(isTransformed)).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('skewness', () => {
  it('is the third moment over the standard deviation', () => {
    expect(skewness(labels(1, 2, 4, 8, 16))).toBeCloseTo(0.889, 4);
    expect(skewness(labels(-1, 0, 1))).toBe(0);
    expect(skewness(labels(7, 7))).toBe(0);
  });
});

describe('the file of a transform', () => {
  const files = new Map([['trees.txt', new Uint8Array([1])]]);
  const written = (document: unknown): Map<string, Uint8Array> =>
    new Map([
      ...files,
      ['target.json', Buffer.from(typeof document === 'string' ? document : JSON.stringify(document))],
    ]);

  it('is read as it was written, beside the other files', () => {
    for (const transform of [fit('log', labels(0, 1, 5)), fit('quantile', labels(-1, 1, 5))]) {
      const kept = withTransform(files, transform);
      expect([...kept.keys()]).toEqual(['trees.txt', 'target.json']);
      expect(readTransform(kept)).toEqual(transform);
    }
    expect(readTransform(files)).toBeNull();
  });

  const log = { kind: 'log', shift: 1, low: 0, high: 3 };
  const points = { kind: 'quantile', values: [1, 2], normal: [-1, 1] };
  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['a later version', { version: 2, transform: log }],
    ['nothing', { version: 1 }],
    ['another kind', { version: 1, transform: { ...log, kind: 'sqrt' } }],
    ['another member', { version: 1, transform: { ...log, base: 10 } }],
    ['a negative shift', { version: 1, transform: { ...log, shift: -1 } }],
    ['bounds the wrong way round', { version: 1, transform: { ...log, low: 4 } }],
    ['a bound whose power is no number', { version: 1, transform: { ...log, high: 1000 } }],
    ['one point', { version: 1, transform: { ...points, values: [1], normal: [0] } }],
    ['more labels than places', { version: 1, transform: { ...points, values: [1, 2, 3] } }],
    ['labels that fall', { version: 1, transform: { ...points, values: [2, 1] } }],
    ['places that are one', { version: 1, transform: { ...points, normal: [1, 1] } }],
    ['no numbers', { version: 1, transform: { ...points, normal: [null, 1] } }],
  ])('refuses %s', (_, document) => {
    expect(() => readTransform(written(document))).toThrow(
      expect.objectContaining({ code: 'target-damaged', exitCode: 8 }),
    );
  });
});
