import { inputOf } from './train.ts';
import { families } from './families/index.ts';

/**
 * The family that is fitted beside another to show what its complexity buys: a linear model beside a net, which takes
 * longer to fit. Beside trees, which do not, there is none.
 */
export const besideFamily = (family: string): string | null =>
  family !== 'linear' && inputOf(family) === 'blocks' ? 'linear' : null;

/** The families that a training may fit where the pipeline asks for `family`: what its result can depend on. */
export function familiesConcerned(family: string): readonly string[] {
  if (family === 'auto') return families.map(({ name }) => name).sort();
  const beside = besideFamily(family);
  return beside === null ? [family] : [family, beside].sort();
}
