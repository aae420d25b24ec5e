import type { TopLevelSpec } from 'vega-lite';
import { escapeHtml, trusted, type Html } from '../html.ts';
import { ink } from '../style.ts';

/** Vega-Lite checks a spec itself, and far better; this is what its types need to know. */
const isSpec = (spec: object): spec is TopLevelSpec => 'data' in spec;

const axis = {
  labelColor: ink.text,
  titleColor: ink.text,
  gridColor: ink.grid,
  domainColor: ink.grid,
  tickColor: ink.grid,
  labelFontSize: 11,
  titleFontSize: 11,
  titleFontWeight: 'normal',
  labelLimit: 120,
} as const;

const config = { axis, view: { stroke: null }, font: 'sans-serif', legend: { disable: true } } as const;

/** A tag with its attributes, quoted values whole. What is not within one is text: it is never touched. */
const tag = /<(?:"[^"]*"|[^>"])*>/g;

/** One tag without what a page does not need; coordinates to a hundredth of a pixel. */
const lean = (text: string): string =>
  text
    .replaceAll(
      / (?:aria-[a-z]+|role|font-family|pointer-events|xmlns(?::xlink)?|version|class)="[^"]*"/g,
      '',
    )
    .replaceAll(/ opacity="1"/g, '')
    .replaceAll(/(\d\.\d\d)\d+/g, '$1')
    .replace(/^<path d="[^"]*"(?: transform="[^"]*")? display="none"\/>$/, '')
    .replace(/^<path d="M0,0h0v0h0Z"\/>$/, '');

/** Marks that lead somewhere: what each address is called. */
export type Links = ReadonlyMap<string, string>;

/** A link of Vega's with its name, for those who hear it and those who point at it. */
const named = (links: Links) => (whole: string, href: string) => {
  const name = links.get(href);
  if (name === undefined) return whole;
  return `<a href="${href}" aria-label="${escapeHtml(name)}"><title>${escapeHtml(name)}</title>`;
};

/**
 * SVG as it may stand in a page: sizes give way to the screen, the font is the page's, and what a screen reader gets is
 * our one sentence instead of a description of every line. Vega escapes the texts that it draws, and they stay as they are.
 */
export function inlineSvg(svg: string, label: string, links: Links = new Map()): Html {
  // What is in a picture is not read; a group has members.
  const role = links.size === 0 ? 'img' : 'group';
  const drawing = svg
    // Vega leaves them in texts; a page must not have them.
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
    .replaceAll(tag, lean)
    .replace(/^<svg/, () => `<svg role="${role}" aria-label="${escapeHtml(label)}"`)
    .replace(/^<svg(?:"[^"]*"|[^>"])*>/, (first) => `${first}<title>${escapeHtml(label)}</title>`)
    .replaceAll(/<a xlink:href="([^"]*)">/g, named(links));
  return trusted(drawing);
}

/** Draws a chart; its width is that of all, axes and names too. The same spec gives the same text: nothing is measured but by Vega's own font metrics. */
export async function drawChart(spec: object, label: string, links?: Links): Promise<Html> {
  const [{ compile }, { logger, parse, View, Error: errorLevel }] = await Promise.all([
    import('vega-lite'),
    import('vega'),
  ]);
  const fitting = { type: 'fit-x', contains: 'padding' };
  const full = { autosize: fitting, ...spec, config, background: null, padding: 4 };
  if (!isSpec(full)) throw new TypeError('a chart needs data');
  const view = new View(parse(compile(full, { logger: logger(errorLevel) }).spec), {
    renderer: 'none',
    logLevel: errorLevel,
  });
  try {
    return inlineSvg(await view.toSVG(), label, links);
  } finally {
    view.finalize();
  }
}
