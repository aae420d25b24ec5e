import { compareShares } from '../../statistics/shareChange.ts';
import type { CategoricalPair } from './measure.ts';

/**
 * The exact two-sided p of the category whose count chance explains least (hypergeometric), times the number of
 * categories. Exact for rare categories too, of any number of rows: the normal approximation alarms on 4 % of days with
 * twenty categories.
 */
export const hypergeometric = {
  name: 'hypergeometric',
  gives: 'p',
  of: 'categorical',
  compute: ({ reference, current }: CategoricalPair): number => compareShares(reference, current).p,
} as const;
