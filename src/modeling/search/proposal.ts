import type { Random } from '../../random.ts';
import { normalCdf } from '../../statistics/special.ts';
import type { Dimension, SearchSpace, Values } from './space.ts';
import { drawEvenly, placeOfValue, pointText, valueAtPlace } from './space.ts';

/** Of what is known, this share is good. */
const goodShare = 0.2;
/** Points that are drawn, of which the likeliest to be good is taken. */
const draws = 64;
/** So often another point is drawn in the place of one that is known. */
const mostRedraws = 20;
/** No bell is narrower: there is always something to be found beside what is known. */
const narrowest = 0.1;
/** Points are drawn so much farther around a good one than its bell is wide. */
const reach = 2;
/** A value of a choice is drawn anew this often. */
const changed = 0.8;

/**
 * A point that is likely to be better than most: a tree-structured Parzen estimator over all keys together. What is known
 * is parted into good and bad points; points are drawn around the good ones, and that one is taken at which they are
 * densest against the bad ones (Bergstra, Bardenet, Bengio & Kégl 2011, "Algorithms for Hyper-Parameter Optimization";
 * the joint density as in Falkner, Klein & Hutter 2018, "BOHB").
 *
 * @param known best first
 */
export function propose(space: SearchSpace, known: readonly Values[], random: Random): Values {
  const dimensions = Object.values(space);
  const keys = Object.keys(space);
  const texts = new Set(known.map(pointText));
  const places = known.map((values) => keys.map((key, at) => placeOfValue(dimensions[at]!, values[key])));
  const goods = Math.max(2, Math.ceil(known.length * goodShare));
  const good = densityOf(dimensions, places.slice(0, goods));
  const bad = densityOf(dimensions, places.slice(goods));
  const draw = (): Values => {
    let best = drawPoint(good, random);
    let worth = heightAt(good, best) / heightAt(bad, best);
    for (let drawn = 1; drawn < draws; drawn += 1) {
      const other = drawPoint(good, random);
      const own = heightAt(good, other) / heightAt(bad, other);
      if (own > worth) [best, worth] = [other, own];
    }
    return Object.fromEntries(keys.map((key, at) => [key, valueOf(dimensions[at]!, best[at]!)]));
  };
  let point = draw();
  for (let drawn = 0; drawn < mostRedraws && texts.has(pointText(point)); drawn += 1)
    point = drawn < mostRedraws / 2 ? draw() : drawEvenly(space, random);
  return point;
}

/** Places by key: from 0 to 1, or the index of a choice. */
type Point = readonly number[];

/** Around each of some points a bell over all keys, beside an even ground. */
interface Density {
  readonly dimensions: readonly Dimension[];
  readonly centres: readonly Point[];
  /** Of the bells, by key; of a choice nothing. */
  readonly widths: readonly number[];
  /** What of a bell lies between 0 and 1 times its width, by centre and key. */
  readonly areas: readonly (readonly number[])[];
}

const valueOf = (dimension: Dimension, place: number): unknown =>
  dimension.kind === 'choice' ? dimension.values[place] : valueAtPlace(dimension, place);

/** Widths by Scott's rule, from how far the centres are apart. */
function densityOf(dimensions: readonly Dimension[], centres: readonly Point[]): Density {
  const count = centres.length;
  const factor = Math.exp(-Math.log(Math.max(1, count)) / (dimensions.length + 4));
  const widths = dimensions.map((_, at) => {
    const mean = centres.reduce((sum, centre) => sum + centre[at]!, 0) / count;
    const square = centres.reduce((sum, centre) => sum + (centre[at]! - mean) ** 2, 0) / count;
    return Math.max(narrowest, factor * Math.sqrt(square));
  });
  const areas = centres.map((centre) =>
    centre.map((from, at) => {
      const width = widths[at]!;
      return width * Math.sqrt(2 * Math.PI) * (normalCdf((1 - from) / width) - normalCdf(-from / width));
    }),
  );
  return { dimensions, centres, widths, areas };
}

function heightAt({ dimensions, centres, widths, areas }: Density, point: Point): number {
  const choices = dimensions.map((dimension) => (dimension.kind === 'choice' ? dimension.values.length : 0));
  const ground = choices.reduce((product, values) => product / Math.max(1, values), 1);
  const bells = centres.reduce(
    (sum, centre, number) =>
      sum +
      centre.reduce((product, from, at) => {
        const values = choices[at]!;
        if (values > 0)
          return product * (from === point[at] ? 1 - changed : 0) + (product * changed) / values;
        const z = (point[at]! - from) / widths[at]!;
        return (product * Math.exp(-0.5 * z * z)) / areas[number]![at]!;
      }, 1),
    0,
  );
  return (ground + bells) / (centres.length + 1);
}

function drawPoint({ dimensions, centres, widths }: Density, random: Random): Point {
  const centre = centres[random.integer(centres.length + 1)];
  return dimensions.map((dimension, at) => {
    const from = centre?.[at] ?? -1;
    if (dimension.kind === 'choice') {
      const other = random.integer(dimension.values.length);
      return from < 0 || random.next() < changed ? other : from;
    }
    return from < 0 ? random.next() : drawPlace(from, reach * widths[at]!, random);
  });
}

function drawPlace(centre: number, width: number, random: Random): number {
  for (let tried = 0; tried < 100; tried += 1) {
    const place = centre + width * random.normal();
    if (place >= 0 && place <= 1) return place;
  }
  return centre;
}
