import { describe, expect, it } from 'vitest';
import { matrixRows } from '../../features/encode.ts';
import { createRandom } from '../../random.ts';
import { denseLearner } from './denseLearner.ts';
import { fitNetwork } from './loop.ts';
import type { Fitted } from './loop.ts';
import type { TrainingPlan } from './trainingPlan.ts';
import type { Network } from './network.ts';

const learner = denseLearner([1, 1], 4);
const features = matrixRows({ rows: 4, names: ['x'], dense: Float32Array.of(1, 2, 3, 4) });
const start: Network = [
  { inputs: 1, outputs: 1, weights: Float32Array.of(8), bias: Float32Array.of(5), activation: 'linear' },
];
const steady: TrainingPlan = {
  epochs: 50,
  batchRows: 2,
  learningRate: 0.1,
  weightDecay: 0,
  dropout: 0,
  patience: 3,
  rateDrops: 0,
  averaging: 0,
};

interface Watched {
  readonly fitted: Fitted<Network>;
  /** The network that each epoch was judged by. */
  readonly judged: readonly Network[];
}

/** Trains with a constant pull on every sum, judged by the given values, the last of them for ever. */
async function fitWith(
  plan: Partial<TrainingPlan>,
  values: readonly number[],
  pull = 0,
  rival?: number,
): Promise<Watched> {
  const judged: Network[] = [];
  const fitted = await fitNetwork(learner, {
    start,
    features,
    objective: {
      gradient: (_logits, batch, gradient) => {
        gradient.fill(pull);
        return batch.length;
      },
    },
    plan: { ...steady, ...plan },
    rounds: null,
    validate: async (network) => {
      judged.push(
        network.map((layer) => ({ ...layer, weights: layer.weights.slice(), bias: layer.bias.slice() })),
      );
      return values[Math.min(judged.length, values.length) - 1]!;
    },
    validationRows: 0,
    rival,
    random: createRandom('loop'),
    hooks: { onRows: () => undefined },
  });
  return { fitted, judged };
}

const epochsOf = ({ fitted }: Watched): number => fitted.history.length;
const weight = (network: Network): number => network[0]!.weights[0]!;

describe('early stopping', () => {
  it.each([1, 2, 3, 7])(
    'stops after %d epochs without a better value, no sooner and no later',
    async (patience) => {
      expect(epochsOf(await fitWith({ patience }, [5]))).toBe(1 + patience);
      // Better once more in the last epoch that is waited for: the waiting starts anew.
      const values = [5, ...Array<number>(patience - 1).fill(6), 4, 9];
      const late = await fitWith({ patience }, values);
      expect(epochsOf(late)).toBe(1 + patience + patience);
      expect(late.fitted.bestEpoch).toBe(1 + patience);
    },
  );

  it('gives up where others are beyond its reach, with the best of its passes', async () => {
    const raced = await fitWith({ patience: 20 }, [5, 4, 4.5], 1, 3);
    expect(epochsOf(raced)).toBe(5);
    expect(raced.fitted.bestEpoch).toBe(2);
    expect(epochsOf(await fitWith({ patience: 20 }, [5, 4, 4.5], 1, 4))).toBe(22);
  });

  it('takes an equal value for no better one, and a value that cannot be computed for the worst', async () => {
    const watched = await fitWith({ patience: 2 }, [5, 5, 4, Number.NaN, 4, 1]);
    expect(watched.fitted.history.map(({ validation }) => validation)).toEqual([5, 5, 4, Infinity, 4]);
    expect(watched.fitted).toMatchObject({ bestEpoch: 3 });
    expect((await fitWith({ patience: 1 }, [Number.NaN])).fitted.bestEpoch).toBe(1);
  });

  it('ends with the epochs, and gives the weights of the best of them', async () => {
    const watched = await fitWith({ epochs: 4 }, [3, 1, 2, 2], 1);
    expect(epochsOf(watched)).toBe(4);
    expect(watched.fitted.network).toEqual(watched.judged[1]);
    expect(weight(watched.judged[3]!)).toBeLessThan(weight(watched.judged[1]!));
  });

  it('goes on from the best weights with a third of the rate, so often as there are drops', async () => {
    const watched = await fitWith({ patience: 2, rateDrops: 2 }, [1], 1);
    // Epoch 1 is the best; each of three stretches waits twice.
    expect(epochsOf(watched)).toBe(1 + 2 * 3);
    const after = watched.judged.map((network) => network[0]!.bias[0]!);
    const best = after[0]!;
    // Adam's steps against an even pull are one rate long each; an epoch has two.
    const fall = (rate: number): number => best - 2 * rate;
    expect(after[3]).toBeCloseTo(fall(0.1 / 3), 4);
    expect(after[5]).toBeCloseTo(fall(0.1 / 9), 4);
  });
});

describe('weight decay', () => {
  it('shrinks weights by rate · decay a step, and no bias', async () => {
    const { judged } = await fitWith({ epochs: 3, weightDecay: 0.5 }, [3, 2, 1]);
    judged.forEach((network, epoch) => {
      expect(weight(network)).toBeCloseTo(8 * (1 - 0.1 * 0.5) ** (2 * (epoch + 1)), 4);
      expect([...network[0]!.bias]).toEqual([5]);
    });
  });
});

describe('averaging', () => {
  it('judges the running average of the weights, over fewer steps at first', async () => {
    const { judged } = await fitWith({ epochs: 1, averaging: 0.99, batchRows: 4 }, [1], 1);
    // One step of one rate; the average keeps 1/11 of the start.
    expect(weight(judged[0]!)).toBeCloseTo(8 / 11 + (10 / 11) * 7.9, 4);
  });
});

describe('a pass', () => {
  it('shows every row once, in an order of its own', async () => {
    const seen: number[][] = [];
    await fitNetwork(learner, {
      start,
      features,
      objective: {
        gradient: (_logits, batch) => {
          seen.push([...batch]);
          return 0;
        },
      },
      plan: { ...steady, epochs: 6, batchRows: 3 },
      rounds: null,
      validate: async () => 0,
      validationRows: 0,
      random: createRandom('order'),
      hooks: { onRows: () => undefined },
    });
    expect(seen.map((batch) => batch.length)).toEqual(Array.from({ length: 4 }, () => [3, 1]).flat());
    const passes = Array.from({ length: 4 }, (_, pass) => [...seen[2 * pass]!, ...seen[2 * pass + 1]!]);
    for (const pass of passes) expect([...pass].sort()).toEqual([0, 1, 2, 3]);
    expect(new Set(passes.map(String)).size).toBeGreaterThan(1);
  });

  it('is done so many times where nothing judges it, at rates that fall after equal shares', async () => {
    const steps: number[] = [];
    const asked = (rounds: number): Promise<Fitted<Network>> =>
      fitNetwork(learner, {
        start,
        features,
        objective: {
          gradient: (_logits, batch, gradient) => {
            gradient.fill(1);
            steps.push(batch.length);
            return 0;
          },
        },
        plan: { ...steady, epochs: 4, rateDrops: 1 },
        rounds,
        validate: null,
        validationRows: 0,
        random: createRandom('rounds'),
        hooks: { onRows: () => undefined, onEpoch: () => expect.unreachable('nothing is judged') },
      });
    const moved = ({ network }: Fitted<Network>): number => start[0]!.bias[0]! - network[0]!.bias[0]!;
    const two = await asked(2);
    const passes = steps.length;
    const four = await asked(4);
    expect([two.bestEpoch, four.bestEpoch]).toEqual([2, 4]);
    expect(two.history).toEqual([]);
    expect(steps.length).toBe(3 * passes);
    // Adam's steps under a constant pull are as long as the rate: one of each of two passes, or two and two.
    expect(moved(four) / moved(two)).toBeCloseTo(2, 3);
  });
});
