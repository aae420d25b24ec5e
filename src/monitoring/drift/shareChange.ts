import { largestShareChange } from '../../statistics/shareChange.ts';
import type { CategoricalPair } from './measure.ts';

/**
 * The largest change of one category's share, where it is ten points or more and beyond noise, else 0: what warns when
 * a snapshot is checked. From 50 to 60 % the Jensen–Shannon distance is only .07.
 */
export const shareChange = {
  name: 'share_change',
  gives: 'effect',
  of: 'categorical',
  compute: ({ reference, current }: CategoricalPair): number => largestShareChange(reference, current),
} as const;
