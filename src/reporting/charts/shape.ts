import { area, curveLinear, curveStepAfter, line } from 'd3-shape';
import { escapeHtml } from '../html.ts';
import { fontSize } from './text.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

interface Stroke {
  readonly color: string;
  readonly width?: number;
  readonly dashed?: boolean;
  readonly opacity?: number;
}

/** What stands in a chart, by its values. Missing ends of a rule are those of the chart. */
export type Shape =
  | ({ readonly kind: 'line'; readonly points: readonly Place[]; readonly stepped?: boolean } & Stroke)
  | ({
      readonly kind: 'rule';
      readonly from: Partial<Place>;
      readonly to: Partial<Place>;
    } & Stroke)
  | {
      readonly kind: 'area';
      readonly points: readonly { readonly x: number; readonly low: number; readonly high: number }[];
      readonly color: string;
      readonly opacity: number;
    }
  | {
      /** Beside a name: as a share of its step, how far from its middle, and how thick. */
      readonly kind: 'bar';
      readonly name: number;
      readonly value: number;
      readonly shift: number;
      readonly thickness: number;
      readonly color: string;
    }
  | { readonly kind: 'rectangle'; readonly from: Place; readonly to: Place; readonly color: string }
  | {
      readonly kind: 'dot';
      readonly at: Place;
      readonly radius: number;
      readonly color: string;
      readonly opacity?: number;
      /** Where it leads, and what that is called. */
      readonly link?: { readonly href: string; readonly name: string };
    }
  | {
      readonly kind: 'text';
      /** Without a height it hangs from the top. */
      readonly at: Partial<Place> & { readonly x: number };
      readonly text: string;
      readonly color: string;
      readonly anchor: 'start' | 'middle';
      /** Pixels to the right. */
      readonly shift?: number;
    };

/** From values to pixels. */
export interface Ground {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
  readonly height: number;
  /** Pixels that belong to a name, and whether names stand along the upright axis. */
  readonly step: number;
  readonly lying: boolean;
}

/** A hundredth of a pixel is more than anybody sees. */
export const px = (value: number): string => String(Number(value.toFixed(2)) + 0);

const strokeOf = ({ color, width = 2, dashed = false, opacity }: Stroke): string =>
  ` stroke="${color}" stroke-width="${width}"${dashed ? ' stroke-dasharray="4,4"' : ''}${opacity === undefined ? '' : ` stroke-opacity="${opacity}"`}`;

const isPlaced = ({ x, y }: Place): boolean => Number.isFinite(x) && Number.isFinite(y);

function linePath(shape: Shape & { kind: 'line' }, ground: Ground): string {
  const path = line<Place>()
    .defined(isPlaced)
    .x(({ x }) => ground.x(x))
    .y(({ y }) => ground.y(y))
    .curve(shape.stepped === true ? curveStepAfter : curveLinear)
    .digits(2)(shape.points);
  return path === null ? '' : `<path d="${path}"${strokeOf(shape)} stroke-linejoin="round"/>`;
}

function areaPath({ points, color, opacity }: Shape & { kind: 'area' }, ground: Ground): string {
  const path = area<(typeof points)[number]>()
    .x(({ x }) => ground.x(x))
    .y0(({ low }) => ground.y(low))
    .y1(({ high }) => ground.y(high))
    .digits(2)(points);
  return path === null ? '' : `<path d="${path}" fill="${color}" fill-opacity="${opacity}"/>`;
}

function rectangle(left: number, right: number, top: number, foot: number, color: string): string {
  const path = `M${px(Math.min(left, right))},${px(Math.min(top, foot))}h${px(Math.abs(right - left))}v${px(Math.abs(foot - top))}h${px(-Math.abs(right - left))}Z`;
  return `<path d="${path}" fill="${color}"/>`;
}

function bar({ name, value, shift, thickness, color }: Shape & { kind: 'bar' }, ground: Ground): string {
  if (!Number.isFinite(value)) return '';
  const middle = (ground.lying ? ground.y(name) : ground.x(name)) + shift * ground.step;
  const half = (thickness * ground.step) / 2;
  return ground.lying
    ? rectangle(ground.x(0), ground.x(value), middle - half, middle + half, color)
    : rectangle(middle - half, middle + half, ground.y(value), ground.y(0), color);
}

function dot({ at, radius, color, opacity, link }: Shape & { kind: 'dot' }, ground: Ground): string {
  if (!isPlaced(at)) return '';
  const faint = opacity === undefined ? '' : ` fill-opacity="${opacity}"`;
  const circle = `<circle cx="${px(ground.x(at.x))}" cy="${px(ground.y(at.y))}" r="${radius}" fill="${color}"${faint}/>`;
  if (link === undefined) return circle;
  const name = escapeHtml(link.name);
  return `<a href="${escapeHtml(link.href)}" aria-label="${name}"><title>${name}</title>${circle}</a>`;
}

/** One shape as a part of an SVG; what has no place is not drawn. */
export function shapeMarkup(shape: Shape, ground: Ground): string {
  switch (shape.kind) {
    case 'line':
      return linePath(shape, ground);
    case 'area':
      return areaPath(shape, ground);
    case 'bar':
      return bar(shape, ground);
    case 'dot':
      return dot(shape, ground);
    case 'rectangle': {
      const { from, to, color } = shape;
      return rectangle(ground.x(from.x) + 0.5, ground.x(to.x) - 0.5, ground.y(to.y), ground.y(from.y), color);
    }
    case 'rule': {
      const x = (value: number | undefined, end: number): number =>
        value === undefined ? end : ground.x(value);
      const y = (value: number | undefined, end: number): number =>
        value === undefined ? end : ground.y(value);
      const [left, top] = [x(shape.from.x, 0), y(shape.from.y, 0)];
      const [right, foot] = [x(shape.to.x, ground.width), y(shape.to.y, ground.height)];
      return `<path d="M${px(left)},${px(top)}L${px(right)},${px(foot)}"${strokeOf(shape)}/>`;
    }
    case 'text': {
      const { at, text, color, anchor, shift = 0 } = shape;
      const y = at.y === undefined ? fontSize * 0.8 : ground.y(at.y) + fontSize * 0.35;
      return `<text x="${px(ground.x(at.x) + shift)}" y="${px(y)}" text-anchor="${anchor}" font-size="${fontSize}px" fill="${color}">${escapeHtml(text)}</text>`;
    }
  }
}
