import { createRandom } from '../../src/random.ts';

/** A customer as the CSV holds it: column → cell. */
export type Row = Readonly<Record<string, string>>;

/** The story's rows, dealt out once by a seed. No row is in two parts. */
export interface Deal {
  /** What the company knows before the fiber-optic line: the training data. */
  readonly company: readonly Row[];
  /** Customers like them, after the first deployment. */
  readonly calm: readonly Row[];
  /** Traffic once the line was launched. */
  readonly launch: readonly Row[];
  /** Traffic after the promotion. */
  readonly after: readonly Row[];
}

/**
 * Deals 3,947 customers without fiber optic and 3,096 with it: 3,000 company data, 400 calm, then 270 without and
 * 1,500 with, then 277 without and 1,596 with. With `control` the fiber customers stay away.
 */
export function dealOut(rows: readonly Row[], seed: number, control: boolean): Deal {
  const random = createRandom(`demo/${seed}`);
  const without = random
    .fork('without')
    .shuffle(rows.filter((row) => row.internet_service !== 'Fiber optic'));
  const fiber = random.fork('with').shuffle(rows.filter((row) => row.internet_service === 'Fiber optic'));
  if (without.length !== 3947 || fiber.length !== 3096)
    throw new Error(
      `the fixture changed: ${without.length} rows without and ${fiber.length} with fiber optic`,
    );
  const mixed = (name: string, plain: readonly Row[], launched: readonly Row[]): Row[] =>
    random.fork(name).shuffle(control ? [...plain] : [...plain, ...launched]);
  return {
    company: without.slice(0, 3000),
    calm: without.slice(3000, 3400),
    launch: mixed('launch', without.slice(3400, 3670), fiber.slice(0, 1500)),
    after: mixed('after', without.slice(3670), fiber.slice(1500)),
  };
}
