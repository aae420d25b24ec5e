import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figure } from '../figures.ts';
import type { Html } from '../html.ts';
import { drawBars } from './bars.ts';
import { drawDistribution } from './distribution.ts';
import { barLabels } from './labels.ts';
import { inlineSvg } from './render.ts';

/** The texts of an SVG, in the order in which they stand there. */
const textsOf = (svg: Html): string[] =>
  [...svg.text.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
const bin = (label: string, reference = 0.5) => ({ label, reference, current: 1 - reference });

describe('the figures and names of a picture', () => {
  it('names of categories are those of the data, however many digits tell them apart', async () => {
    const names = ['plan 1.234', 'plan 1.235', '3.14159265', '0.000123'];
    for (const upright of [true, false]) {
      const texts = textsOf(
        await drawDistribution(
          names.map((name) => bin(name)),
          upright,
          'x',
        ),
      );
      expect(texts.filter((text) => names.includes(text))).toEqual(names);
    }
    const bars = textsOf(
      await drawBars(
        names.map((name) => ({ name, value: 1 })),
        'rows',
        'x',
      ),
    );
    expect(bars.filter((text) => names.includes(text))).toEqual(names);
  });

  it('names that look like attributes of a tag stay as they are', async () => {
    const names = ['a class="b" c', 'role="x"', ' opacity="1"', 'x > 1.23456'];
    const texts = textsOf(
      await drawDistribution(
        names.map((name) => bin(name)),
        false,
        'x',
      ),
    );
    for (const name of names) expect(texts).toContain(name.trim().replaceAll('>', '&gt;'));
  });

  it('figures beside bars are those that the tables say', async () => {
    const values = [1234567, 0.41234, 999.96, 12.345, 5, 0.00001234, 1234.5];
    const texts = textsOf(
      await drawBars(
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
  it('is leaner in its tags and untouched in its texts', () => {
    const svg =
      '<svg class="marks" width="10.98765" aria-label="a > 1.23456" version="1.1"><path d="M0,0h0v0h0Z"/><path d="M1.23456,2" display="none"/><text x="1.23456" opacity="1">1.23456 class="x"</text></svg>';
    expect(inlineSvg(svg, 'one < "two" $& $1').text).toBe(
      '<svg role="img" aria-label="one &lt; &quot;two&quot; $&amp; $1" width="10.98"><title>one &lt; &quot;two&quot; $&amp; $1</title><text x="1.23">1.23456 class="x"</text></svg>',
    );
  });
});

describe('marks that lead somewhere', () => {
  it('are links with a name, whatever stands in it; other addresses stay as they are', () => {
    const svg =
      '<svg width="1" height="1"><a xlink:href="/runs/a%3C"><path d=""/></a><a xlink:href="/x"></a></svg>';
    const { text } = inlineSvg(svg, 'runs', new Map([['/runs/a%3C', 'run "<a>" $&']]));
    const name = 'run &quot;&lt;a&gt;&quot; $&amp;';
    expect(text).toContain(
      `<a href="/runs/a%3C" aria-label="${name}"><title>${name}</title><path d=""/></a>`,
    );
    expect(text).toContain('<a xlink:href="/x">');
    expect(text).toMatch(/^<svg role="group" aria-label="runs"/);
    expect(inlineSvg(svg, 'runs').text).toMatch(/^<svg role="img"/);
  });
});
