import fc from 'fast-check';

/** Steps of a grid: fine enough that a border between two of them is found, coarse enough to be drawn. */
const steps = 1000;

/**
 * Numbers spread evenly from `min` to `max`, both ends included. (`fc.double` draws evenly over the bits of a double: of
 * its draws from 0 to 1 one in two hundred lies between .01 and .99.)
 */
export function evenly(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: steps }).map((step) => min + ((max - min) * step) / steps);
}

/** A share from 0 to 1, evenly. */
export const share = evenly(0, 1);
