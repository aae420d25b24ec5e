import type { Work } from '../../work.ts';
import type { Finding } from '../finding.ts';
import type { Association } from '../association.ts';
import { associate } from './associate.ts';
import { collinear } from './collinear.ts';
import { entities } from './entities.ts';
import type { FitnessCheck, FitnessInput } from './fitness.ts';
import { lookingAt } from './fitness.ts';
import { imbalance } from './imbalance.ts';
import { findingLeaks } from './leaks.ts';
import { findingNoise } from './labelNoise.ts';
import { nearConstant } from './nearConstant.ts';
import { sentinel } from './sentinel.ts';
import { timeSplit } from './timeSplit.ts';
import { twins } from './twins.ts';

/** Is this data fit to learn from? Every question beside those of leaks, in the order in which answers of equal severity are shown. */
export const fitnessChecks: readonly FitnessCheck[] = [
  entities,
  timeSplit,
  twins,
  sentinel,
  imbalance,
  nearConstant,
  collinear,
];

/** What was found, and what goes with what. */
export interface Fitness {
  readonly findings: readonly Finding[];
  readonly association: Association | undefined;
}

/** Asks every question, in pieces. */
export function* judgingFitness(input: FitnessInput): Work<Fitness> {
  const looked = yield* lookingAt(input);
  const { findings, told } = yield* findingLeaks(looked);
  findings.push(...(yield* findingNoise(looked, told)));
  for (const check of fitnessChecks) {
    findings.push(...check.run(looked));
    yield looked.rows.length;
  }
  return { findings, association: associate(looked) };
}
