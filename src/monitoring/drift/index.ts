import { hypergeometric } from './hypergeometric.ts';
import { jensenShannon } from './jensenShannon.ts';
import { ks } from './ks.ts';
import { psi } from './psi.ts';
import { shareChange } from './shareChange.ts';
import { wasserstein } from './wasserstein.ts';
import type { DriftMeasure } from './measure.ts';

export { hypergeometric, jensenShannon, ks, psi, shareChange, wasserstein };
export type { CategoricalPair, DriftMeasure, NumericPair } from './measure.ts';

/** Every test and distance. */
export const driftMeasures: readonly DriftMeasure[] = [
  ks,
  wasserstein,
  hypergeometric,
  jensenShannon,
  shareChange,
  psi,
];
