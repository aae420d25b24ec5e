import { compareShares } from '../../statistics/shareChange.ts';
import type { CategoricalPair } from './measure.ts';

/** The largest change of one category's share. From 50 to 60 % the Jensen–Shannon distance is only .07. */
export const shareChange = {
  name: 'share_change',
  gives: 'effect',
  of: 'categorical',
  compute: ({ reference, current }: CategoricalPair): number => compareShares(reference, current).change,
} as const;
