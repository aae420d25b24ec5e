import { populationStability } from '../../statistics/distances.ts';
import type { CategoricalPair } from './measure.ts';

/**
 * Population stability index over categories or bins. Shown because people know it (.1 some, .25 much); it does not
 * decide, since with few rows it is large by chance.
 */
export const psi = {
  name: 'psi',
  gives: 'effect',
  of: 'categorical',
  compute: ({ reference, current }: CategoricalPair): number => {
    const effect = populationStability(reference, current);
    return Number.isNaN(effect) ? 0 : effect;
  },
} as const;
