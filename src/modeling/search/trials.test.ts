import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { drawEvenly, placeOfValue, pointText, valueAtPlace } from './space.ts';
import type { Dimension, SearchSpace, Values } from './space.ts';
import type { Fit, FitAll, SearchPlan } from './trials.ts';
import { bestTrial, roundTrials, searching } from './trials.ts';

const space: SearchSpace = {
  rate: { kind: 'number', low: 0.001, high: 1, log: true },
  leaves: { kind: 'number', low: 4, high: 256, log: true, whole: true },
  share: { kind: 'number', low: 0.3, high: 1 },
  depth: { kind: 'number', low: 1, high: 9, whole: true },
  shape: { kind: 'choice', values: ['a', [64, 32], 'c', 'd'] },
};
const start: Values = { rate: 0.9, leaves: 200, share: 0.35, depth: 9, shape: 'a' };
const best: Values = { rate: 0.03, leaves: 24, share: 0.8, depth: 4, shape: [64, 32] };

/** How far a point is from the best one, each key alone; 0 at best. */
const distance = (values: Values): number =>
  Object.entries(space).reduce((sum, [key, dimension]) => {
    const [at, there] = [placeOfValue(dimension, values[key]), placeOfValue(dimension, best[key])];
    return sum + (dimension.kind === 'choice' ? Number(at !== there) * 0.03 : (at - there) ** 2);
  }, 0);
/** With the noise of a fold, the same for the same point. */
const lossOf = ({ values, fold }: Fit): number =>
  distance(values) + 0.01 * createRandom(`${pointText(values)}/${fold}`).normal();

const plan = (changes: Partial<SearchPlan> = {}): SearchPlan => ({
  space,
  start,
  trials: 40,
  folds: 5,
  seed: 1,
  ...changes,
});
const inOrder: FitAll = (fits) => Promise.resolve(fits.map(lossOf));

describe('a search', () => {
  it('finds a better point than as many points drawn evenly', async () => {
    const meanLoss = (values: Values): number =>
      [0, 1, 2, 3, 4].reduce((sum, fold) => sum + lossOf({ trial: 0, values, fold }), 0) / 5;
    let won = 0;
    let [found, drawn] = [0, 0];
    for (let seed = 0; seed < 10; seed += 1) {
      const ours = distance(bestTrial(await searching(plan({ seed }), inOrder)).values);
      const points = Array.from({ length: 40 }, (_, at) => drawEvenly(space, createRandom(`${seed}/${at}`)));
      const theirs = distance(
        points.reduce((kept, point) => (meanLoss(point) < meanLoss(kept) ? point : kept)),
      );
      won += Number(ours < theirs);
      found += ours / 10;
      drawn += theirs / 10;
    }
    expect(won).toBeGreaterThanOrEqual(7);
    expect(found).toBeLessThan(0.6 * drawn);
  });

  it('is the same whatever the order in which fits end', async () => {
    const expected = await searching(plan(), inOrder);
    for (const seed of [1, 2, 3]) {
      const shuffled: FitAll = async (fits) => {
        const losses = new Array<number>(fits.length);
        const order = createRandom(`order/${seed}`).shuffle(fits.map((_, at) => at));
        await Promise.all(
          order.map(async (at) => {
            await Promise.resolve();
            losses[at] = lossOf(fits[at]!);
          }),
        );
        return losses;
      };
      expect(await searching(plan(), shuffled)).toEqual(expected);
    }
  });

  it('goes on where it was ended: fewer trials are the first of more', async () => {
    const all = await searching(plan(), inOrder);
    expect(await searching(plan({ trials: 12 }), inOrder)).toEqual(all.slice(0, 12));
    expect(await searching(plan(), inOrder, (done) => done >= 16)).toEqual(all.slice(0, 16));
    expect((await searching(plan({ trials: 10 }), inOrder)).length).toBe(10);
  });

  it('fits no trial twice on a fold, and proposes no point twice', async () => {
    const fits: Fit[] = [];
    const trials = await searching(plan(), (asked) => {
      fits.push(...asked);
      return inOrder(asked);
    });
    expect(new Set(fits.map(({ trial, fold }) => `${trial}/${fold}`)).size).toBe(fits.length);
    expect(new Set(trials.map(({ values }) => pointText(values))).size).toBe(trials.length);
    expect(fits.length).toBe(trials.reduce((sum, { losses }) => sum + losses.length, 0));
  });

  it('gives up the worse half after one and after two folds, never the first trial', async () => {
    const trials = await searching(plan({ trials: 8 }), inOrder);
    expect(trials[0]).toMatchObject({ number: 0, values: start, stopped: false, against: 0 });
    expect(trials.map(({ losses }) => losses.length).every((folds) => [1, 2, 5].includes(folds))).toBe(true);
    for (const { stopped, losses } of trials) expect(stopped).toBe(losses.length < 5);
    expect(trials.filter(({ stopped }) => stopped).length).toBeGreaterThanOrEqual(2);
    // With one fold there is nothing to give up.
    const single = await searching(plan({ trials: roundTrials, folds: 1 }), inOrder);
    expect(single.map(({ stopped }) => stopped)).toEqual([false, false, false, false]);
  });

  it('keeps what the pipeline says where nothing is better, and takes no trial without a figure', async () => {
    const worse: FitAll = (fits) => Promise.resolve(fits.map(({ trial }) => trial));
    expect(bestTrial(await searching(plan({ trials: 8 }), worse)).number).toBe(0);
    const none: FitAll = (fits) => Promise.resolve(fits.map(({ trial }) => (trial === 3 ? 0.5 : NaN)));
    expect(bestTrial(await searching(plan({ trials: 8 }), none)).number).toBe(3);
  });
});

describe('a value of a space', () => {
  const dimension = fc.constantFrom<Dimension[]>(...Object.values(space));

  it('is within its bounds at every place, and its place leads back to it', () => {
    fc.assert(
      fc.property(dimension, fc.double({ min: 0, max: 1, noNaN: true }), (one, place) => {
        const value = valueAtPlace(one, place);
        if (one.kind === 'choice') expect(one.values[placeOfValue(one, value)]).toBe(value);
        else {
          expect(value).toBeGreaterThanOrEqual(one.low);
          expect(value).toBeLessThanOrEqual(one.high);
          expect(valueAtPlace(one, placeOfValue(one, value))).toBe(value);
        }
      }),
    );
  });

  it('has the place of the nearer bound where it is outside, and none among choices', () => {
    expect(placeOfValue(space['rate']!, 5)).toBe(1);
    expect(placeOfValue(space['rate']!, 0)).toBe(0);
    expect(placeOfValue(space['shape']!, 'x')).toBe(-1);
  });
});
