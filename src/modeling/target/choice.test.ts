import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { gbdtDefaults } from '../families/gbdt/parameters.fixture.ts';
import { familyDefaults } from '../families/parameters.fixture.ts';
import type { FamilyOptions, LabelledRows, Score } from '../model.ts';
import { rowsOfDense } from '../rows.fixture.ts';
import { train } from '../train.ts';
import { chosenVariant } from './choice.ts';

const losses = (...list: number[]): Float64Array => Float64Array.from(list);

describe('the way that is kept', () => {
  const plain = { name: '', losses: losses(4, 4, 4, 4) };

  it('is the plain one, unless another is better by more than its standard error', () => {
    // Gains of 1 in the mean, with a standard error of 1 (kept) and of a little less.
    expect(chosenVariant([plain, { name: 'log', losses: losses(1, 5, 1, 5) }]).name).toBe('');
    expect(chosenVariant([plain, { name: 'log', losses: losses(1.5, 4.5, 1.5, 4.5) }]).name).toBe('log');
    expect(chosenVariant([plain, { name: 'log', losses: losses(4, 4, 4, 4) }]).name).toBe('');
    expect(chosenVariant([plain]).name).toBe('');
  });

  it('is not another that gains less than a hundredth, however sure', () => {
    expect(chosenVariant([plain, { name: 'log', losses: losses(3.97, 3.97, 3.97, 3.97) }]).name).toBe('');
    expect(chosenVariant([plain, { name: 'log', losses: losses(3.95, 3.95, 3.95, 3.95) }]).name).toBe('log');
  });

  it('is the best of those that are better', () => {
    const two = { name: 'poisson', losses: losses(2, 2, 2, 2) };
    const three = { name: 'log', losses: losses(3, 3, 3, 3) };
    expect(chosenVariant([plain, two, three]).name).toBe('poisson');
    expect(chosenVariant([plain, three, two]).name).toBe('poisson');
  });

  it('is the plain one where one row says so', () => {
    expect(
      chosenVariant([
        { name: '', losses: losses(9) },
        { name: 'log', losses: losses(1) },
      ]).name,
    ).toBe('');
  });
});

const options: FamilyOptions & { family: string } = {
  class_weights: 'none',
  calibration: 'auto',
  target: 'auto',
  metric: 'rmse',
  backend: 'wasm',
  ...familyDefaults,
  gbdt: { ...gbdtDefaults, trees: 60 },
  family: 'gbdt',
};
const rmse: Score = (scores, target) =>
  Math.sqrt(target.reduce((sum, label, row) => sum + (scores[row]! - label) ** 2, 0) / target.length);

type Label = (line: number, noise: number, random: ReturnType<typeof createRandom>) => number;
function drawn(name: string, rows: number, label: Label): LabelledRows {
  const random = createRandom(name);
  const dense = Float32Array.from({ length: 3 * rows }, () => random.normal());
  const target = Float64Array.from({ length: rows }, (_, row) =>
    label(dense[3 * row]! + 0.7 * dense[3 * row + 1]!, random.normal(), random),
  );
  return { rows: rowsOfDense(dense, rows, 3), target };
}
const because = async (label: Label, change: Partial<typeof options> = {}): Promise<string> => {
  const [training, validation] = [drawn('training', 1200, label), drawn('validation', 400, label)];
  return (await train({ kind: 'regression' }, training, validation, { ...options, ...change }, 1, rmse))
    .because;
};

const multiplied: Label = (line, noise) => Math.exp(4 + 1.2 * line + 0.4 * noise);
const added: Label = (line, noise) => 50 + 4 * line + noise;
/** Lopsided, and small labels over many powers of ten: what their logarithm tells is not what their mean is. */
const lopsided: Label = (line, _noise, random) =>
  line > 1 ? 20 * Math.sqrt(random.next()) : 5 * random.next() ** 8;
const counts: Label = (line, _noise, random) => {
  let [count, product] = [0, random.next()];
  for (const least = Math.exp(-Math.exp(line)); product > least; count += 1) product *= random.next();
  return count;
};

describe('how a family of its own learns labels', () => {
  it('is by their logarithm where they are multiplied', async () => {
    expect(await because(multiplied)).toMatch(
      /^The pipeline asks for gbdt\. Labels are learnt by their logarithm: short fits had a mean squared error on 400 validation rows of .* by their logarithm, .* as they are\.$/,
    );
  });

  it('is as they are where a logarithm is worse', async () => {
    expect(await because(lopsided)).toMatch(/Labels are learnt as they are: .* by their logarithm/);
  });

  it('is not tried where there is nothing to choose', async () => {
    for (const change of [{}, { target: 'none' as const }])
      expect(await because(added, change)).toBe('The pipeline asks for gbdt.');
    expect(await because(multiplied, { target: 'none' })).toBe('The pipeline asks for gbdt.');
    expect(await because(multiplied, { target: 'log' })).toBe('The pipeline asks for gbdt.');
  });

  it('is told by some of the rows where there are many', async () => {
    const [training, validation] = [drawn('many', 10_500, multiplied), drawn('more', 5100, multiplied)];
    const few = { ...options, gbdt: { ...options.gbdt, trees: 20 } };
    const { because: told } = await train({ kind: 'regression' }, training, validation, few, 1, rmse);
    expect(told).toContain('on 5,000 validation rows');
  });

  it('tries Poisson for counts, and says which way won', async () => {
    expect(await because(counts)).toMatch(/Labels are learnt as counts \(poisson\): .* as they are/);
  });
});
