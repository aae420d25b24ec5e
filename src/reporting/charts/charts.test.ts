import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figure } from '../figures.ts';
import { escapeHtml, type Html } from '../html.ts';
import { drawBars } from './bars.ts';
import { drawDistribution } from './distribution.ts';
import { barLabels } from './labels.ts';
import { drawChart } from './draw.ts';
import { linear, names, time } from './scale.ts';
import { drawTrend } from './trend.ts';
import type { TrendOptions } from './trend.ts';

/** The texts of an SVG, in the order in which they stand there. */
const textsOf = (svg: Html): string[] =>
  [...svg.text.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
const bin = (label: string, reference = 0.5) => ({ label, reference, current: 1 - reference });

describe('the figures and names of a picture', () => {
  it('names of categories are those of the data, however many digits tell them apart', () => {
    const names = ['plan 1.234', 'plan 1.235', '3.14159265', '0.000123'];
    for (const upright of [true, false]) {
      const texts = textsOf(
        drawDistribution(
          names.map((name) => bin(name)),
          upright,
          'x',
        ),
      );
      expect(texts.filter((text) => names.includes(text))).toEqual(names);
    }
    const bars = textsOf(
      drawBars(
        names.map((name) => ({ name, value: 1 })),
        'rows',
        'x',
      ),
    );
    expect(bars.filter((text) => names.includes(text))).toEqual(names);
  });

  it('names that look like attributes of a tag stay as they are', () => {
    const names = ['a class="b" c', 'role="x"', ' opacity="1"', 'x > 1.23456'];
    const texts = textsOf(
      drawDistribution(
        names.map((name) => bin(name)),
        false,
        'x',
      ),
    );
    for (const name of names) expect(texts).toContain(escapeHtml(name));
  });

  it('figures beside bars are those that the tables say', () => {
    const values = [1234567, 0.41234, 999.96, 12.345, 5, 0.00001234, 1234.5];
    const texts = textsOf(
      drawBars(
        values.map((value, i) => ({ name: `n${i}`, value })),
        'rows',
        'x',
      ),
    );
    for (const value of values) expect(texts).toContain(figure(value));
  });
});

describe('labels of bars', () => {
  const long = (end: string) => `${'a'.repeat(30)}${end}`;
  it('are the names, cut at 28 characters', () => {
    expect(barLabels(['a'.repeat(28), 'a'.repeat(29)])).toEqual(['a'.repeat(28), `${'a'.repeat(27)}…`]);
  });
  it('keep names apart that begin alike', () => {
    expect(barLabels([long('x'), long('y')])).toEqual([
      `${'a'.repeat(14)}…${'a'.repeat(12)}x`,
      `${'a'.repeat(14)}…${'a'.repeat(12)}y`,
    ]);
    const middle = ['x', 'y'].map((letter) => `${'a'.repeat(30)}${letter}${'a'.repeat(30)}`);
    expect(barLabels(middle)).toEqual([`1 ${'a'.repeat(27)}…`, `2 ${'a'.repeat(27)}…`]);
  });
  it('different names never read the same', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 26, maxLength: 40 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        expect(new Set(barLabels(names)).size).toBe(names.length);
      }),
    );
  });
});

describe('an SVG in a page', () => {
  const label = 'one < "two" $& $1';
  const axis = (title: string) => ({ scale: linear([0, 1], { ticks: 4 }), title });
  const chart = { width: 200, height: 100, x: axis('x'), y: axis('<y>') };
  it('has one sentence for those who hear it, and no markup of the data', () => {
    const { text } = drawChart({ ...chart, shapes: [] }, label);
    const said = 'one &lt; &quot;two&quot; $&amp; $1';
    expect(text.startsWith(`<svg role="img" aria-label="${said}"`)).toBe(true);
    expect(text).toContain(`<title>${said}</title>`);
    expect(textsOf({ text })).toContain('&lt;y&gt;');
  });
  it('has marks that are links with a name, whatever stands in it', () => {
    const link = { href: '/runs/a%3C', name: 'run "<a>" $&' };
    const dot = { kind: 'dot', at: { x: 0.5, y: 0.5 }, radius: 3, color: '#000', link } as const;
    const { text } = drawChart({ ...chart, shapes: [dot] }, 'runs');
    const name = 'run &quot;&lt;a&gt;&quot; $&amp;';
    expect(text).toContain(`<a href="/runs/a%3C" aria-label="${name}"><title>${name}</title><circle`);
    expect(text.startsWith('<svg role="group" aria-label="runs"')).toBe(true);
  });
  it('leaves out every second figure where they would run into each other', () => {
    const wide = { scale: linear([0, 40000], { ticks: 8 }), title: '' };
    const { text } = drawChart({ ...chart, x: wide, shapes: [] }, 'narrow');
    expect(textsOf({ text }).filter((each) => each.includes(','))).toEqual(['20,000', '40,000']);
  });
  it('leaves out what has no place', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: Number.NaN, y: 1 },
      { x: 1, y: Infinity },
    ];
    const { text } = drawChart({ ...chart, shapes: [{ kind: 'line', points, color: '#000' }] }, 'line');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(text.match(/ d="M[^"]*L[^"]*" stroke="#000"/g)).toHaveLength(1);
  });
});

describe('an axis', () => {
  it('is marked at round figures, about as many as asked, all of them on it', () => {
    const end = fc.double({ noNaN: true });
    fc.assert(
      fc.property(fc.array(end, { minLength: 1, maxLength: 9 }), fc.boolean(), (values, nice) => {
        const { place, ticks } = linear(values, { ticks: 4, nice });
        expect(ticks.length).toBeLessThanOrEqual(10);
        for (const { at } of ticks) expect(at >= -1e-6 && at <= 1 + 1e-6).toBe(true);
        for (const value of values.filter(Number.isFinite))
          expect(place(value) >= -1e-6 && place(value) <= 1 + 1e-6).toBe(true);
      }),
    );
  });
  it('says figures as people write them', () => {
    const labels = (values: number[], options: object = {}) =>
      linear(values, { ticks: 4, ...options }).ticks.map(({ label }) => label);
    expect(labels([0, 20000])).toEqual(['0', '5,000', '10,000', '15,000', '20,000']);
    expect(labels([-0.4, 0.4])).toEqual(['−0.4', '−0.2', '0.0', '0.2', '0.4']);
    expect(labels([0, 0.5], { percent: true })).toEqual(['0%', '10%', '20%', '30%', '40%', '50%']);
    expect(labels([3, 3])).toEqual(['3']);
  });
  it('of time is marked at round instants in UTC', () => {
    const labels = (from: string, until: string) =>
      time(new Date(from).getTime(), new Date(until).getTime(), 4).ticks.map(({ label }) => label);
    expect(labels('2026-01-05T00:00Z', '2026-01-05T12:00Z')).toEqual([
      '00:00',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
    ]);
    expect(labels('2024-01-01T00:00Z', '2025-01-01T00:00Z')).toEqual([
      'Jan 2024',
      'Apr 2024',
      'Jul 2024',
      'Oct 2024',
      'Jan 2025',
    ]);
    expect(labels('2026-03-10T00:00Z', '2026-03-10T00:00Z')).toHaveLength(1);
  });
  it('of names gives each the same room', () => {
    const { place, step = 0, ticks } = names(['a', 'b', 'c', 'd']);
    expect([0, 1, 2, 3].map(place)).toEqual([0.125, 0.375, 0.625, 0.875]);
    expect(step).toBe(0.25);
    expect(ticks.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a line over time', () => {
  const options: TrendOptions = {
    from: 1000 * 60_000,
    until: 1010 * 60_000,
    moves: [],
    height: 100,
    across: 3,
    zero: false,
    named: false,
  };
  const minutes = fc.array(fc.record({ minute: fc.integer({ min: 980, max: 1030 }), value: fc.nat(9) }), {
    maxLength: 12,
  });
  const timed = (given: readonly { minute: number; value: number }[]) =>
    given
      .map(({ minute, value }) => ({ at: minute * 60_000, value, marked: value > 7 }))
      .sort((left, right) => left.at - right.at);
  /** Where lines, dots and steps stand, left to right, in the ground between the axes. */
  const acrossOf = (svg: Html): number[] =>
    [...svg.text.matchAll(/[ML](-?[\d.]+),|H(-?[\d.]+)|cx="(-?[\d.]+)"/g)].map(([, to, over, dot]) =>
      Number(to ?? over ?? dot),
    );
  const dashes = (svg: Html): string[] => svg.text.match(/<path[^>]*stroke-dasharray[^>]*>/g) ?? [];

  it('stays between its ends, whatever lies before and after', () => {
    const empty = acrossOf(drawTrend([], options, 'x'));
    const right = Math.max(...empty);
    fc.assert(
      fc.property(minutes, minutes, (points, level) => {
        const drawn = acrossOf(drawTrend(timed(points), { ...options, level: timed(level) }, 'x'));
        for (const x of drawn) {
          expect(x).toBeGreaterThanOrEqual(-5);
          expect(x).toBeLessThanOrEqual(right + 20);
        }
      }),
    );
  });

  it('has the level that was in force when it begins, and none that ended before', () => {
    const level = (...given: readonly [minute: number, value: number][]) =>
      drawTrend([], { ...options, level: timed(given.map(([minute, value]) => ({ minute, value }))) }, 'x');
    expect(dashes(level([990, 1], [1020, 2]))).toEqual(dashes(level([1000, 1], [1010, 1])));
    expect(dashes(level([980, 5], [990, 1], [1005, 2]))).toEqual(dashes(level([1000, 1], [1005, 2])));
    expect(level([980, 5], [990, 1]).text).toBe(level().text);
    expect(level([1020, 5]).text).toBe(level().text);
  });
});
