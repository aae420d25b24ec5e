import { escapeHtml, trusted, type Html } from '../html.ts';
import { ink } from '../style.ts';
import type { Scale } from './scale.ts';
import { px, shapeMarkup, type Ground, type Shape } from './shape.ts';
import { cutText, fontSize, textWidth } from './text.ts';

interface Axis {
  readonly scale: Scale;
  readonly title?: string;
  /** Lines across the chart. */
  readonly grid?: boolean;
  /** Small lines at the marks; on unless said otherwise. */
  readonly ticks?: boolean;
  /** The most pixels of a name. */
  readonly limit?: number;
  /** Names stand askew. */
  readonly askew?: boolean;
}

export interface Chart {
  /** Of all, axes and names too. */
  readonly width: number;
  /** Of what is between the axes. */
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly shapes: readonly Shape[];
}

const padding = 4;
const tick = 5;
const gap = 3;
const angle = (40 * Math.PI) / 180;

const labelsOf = ({ scale, limit = Infinity }: Axis): string[] =>
  scale.ticks.map(({ label }) => cutText(label, limit));
const widest = (labels: readonly string[]): number => Math.max(0, ...labels.map(textWidth));
const away = ({ ticks = true }: Axis): number => (ticks ? tick + gap : gap + 2);
const titleHeight = ({ title = '' }: Axis): number => (title === '' ? 0 : fontSize + 6);

const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<path d="M${px(x1)},${px(y1)}L${px(x2)},${px(y2)}" stroke="${ink.grid}"/>`;

function label(x: number, y: number, anchor: string, text: string, turn = ''): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${turn} font-size="${fontSize}px" fill="${ink.text}">${escapeHtml(text)}</text>`;
}

type Anchor = 'start' | 'middle' | 'end';

/** Figures at the ends of an axis do not stand out over it. */
const anchorAt = (x: number, width: number): Anchor => (x < 1 ? 'start' : x > width - 1 ? 'end' : 'middle');

/** Figures below an axis that do not run into each other: every one, every second, every fourth … of them. */
function unhindered(at: readonly number[], labels: readonly string[], width: number): boolean[] {
  const starts = at.map((x, i) => {
    const wide = textWidth(labels[i] ?? '');
    return x - { start: 0, middle: wide / 2, end: wide }[anchorAt(x, width)];
  });
  for (let every = 1; every < labels.length; every *= 2) {
    let end = -Infinity;
    const fits = labels.every((text, i) => {
      if (i % every !== 0) return true;
      const start = starts[i] ?? 0;
      const free = start >= end + fontSize / 2;
      end = start + textWidth(text);
      return free;
    });
    if (fits) return labels.map((_, i) => i % every === 0);
  }
  return labels.map((_, i) => i === 0);
}

function lyingAxis(axis: Axis, { width, height }: Ground): string {
  const { scale, title = '', grid = false, ticks = true, askew = false } = axis;
  const at = scale.ticks.map((each) => each.at * width);
  const labels = labelsOf(axis);
  // Names of the data are all told; figures between two others can be left out.
  const shown = scale.step === undefined ? unhindered(at, labels, width) : labels.map(() => true);
  const y = height + away(axis);
  const parts = [line(0, height, width, height)];
  at.forEach((x, i) => {
    if (grid) parts.push(line(x, 0, x, height));
    if (ticks) parts.push(line(x, height, x, height + tick));
    if (shown[i] !== true) return;
    const text = labels[i] ?? '';
    if (askew) {
      const turn = ` transform="rotate(-40,${px(x)},${px(y)})"`;
      parts.push(label(x, y + fontSize * 0.35, 'end', text, turn));
    } else {
      const anchor = scale.step === undefined ? anchorAt(x, width) : 'middle';
      parts.push(label(x, y + fontSize * 0.8, anchor, text));
    }
  });
  if (title !== '') parts.push(label(width / 2, y + fontSize + 4 + fontSize * 0.8, 'middle', title));
  return parts.join('');
}

function uprightAxis(axis: Axis, { width, height }: Ground): string {
  const { scale, title = '', grid = false, ticks = true } = axis;
  // Names are read from above, figures from below.
  const down = (share: number): number => (scale.step === undefined ? 1 - share : share) * height;
  const labels = labelsOf(axis);
  const parts = [line(0, 0, 0, height)];
  scale.ticks.forEach(({ at }, i) => {
    const y = down(at);
    if (grid) parts.push(line(0, y, width, y));
    if (ticks) parts.push(line(-tick, y, 0, y));
    parts.push(label(-away(axis), y + fontSize * 0.35, 'end', labels[i] ?? ''));
  });
  if (title !== '') {
    const x = -away(axis) - widest(labels) - 6;
    parts.push(label(x, height / 2, 'middle', title, ` transform="rotate(-90,${px(x)},${px(height / 2)})"`));
  }
  return parts.join('');
}

/** What the axes need around what is drawn. */
function margins({ x, y, width }: Chart): { left: number; right: number; foot: number } {
  const upright = away(y) + widest(labelsOf(y)) + titleHeight(y);
  const names = labelsOf(x);
  const wide = widest(names);
  const first = (x.scale.ticks[0]?.at ?? 0) * (width - upright - 2 * padding);
  const askew =
    x.askew === true ? (names[0] === undefined ? 0 : textWidth(names[0])) * Math.cos(angle) - first : 0;
  const below = x.askew === true ? wide * Math.sin(angle) + fontSize / 2 : fontSize;
  return {
    left: padding + Math.max(upright, askew),
    right: padding + 2,
    foot: padding + away(x) + below + titleHeight(x) + 2,
  };
}

/**
 * A chart as an SVG that may stand in a page: sizes give way to the screen, the font is the page's, and what a screen
 * reader gets is one sentence. The same chart gives the same text.
 */
export function drawChart(chart: Chart, sentence: string): Html {
  const { x, y, height } = chart;
  const { left, right, foot } = margins(chart);
  const width = chart.width - left - right;
  const top = padding + fontSize / 2;
  const lying = y.scale.step !== undefined;
  const ground: Ground = {
    width,
    height,
    lying,
    step: lying ? (y.scale.step ?? 0) * height : (x.scale.step ?? 0) * width,
    x: (value) => x.scale.place(value) * width,
    y: (value) => (lying ? y.scale.place(value) : 1 - y.scale.place(value)) * height,
  };
  const all = height + top + foot;
  const leads = chart.shapes.some((shape) => shape.kind === 'dot' && shape.link !== undefined);
  const name = escapeHtml(sentence);
  const parts = [
    // What is in a picture is not read; a group has members.
    `<svg role="${leads ? 'group' : 'img'}" aria-label="${name}" width="${px(chart.width)}" height="${px(all)}" viewBox="0 0 ${px(chart.width)} ${px(all)}"><title>${name}</title>`,
    `<g fill="none" transform="translate(${px(left)},${px(top)})">`,
    lyingAxis(x, ground),
    uprightAxis(y, ground),
    ...chart.shapes.map((shape) => shapeMarkup(shape, ground)),
    '</g></svg>',
  ];
  return trusted(parts.join(''));
}
