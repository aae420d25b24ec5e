import type { FeaturesSpec } from '../../features/spec.ts';

/** What to say of keys of `features` that a model which takes the columns as they are does not look at; none: nothing. */
export function unusedFeatures({
  features,
  interactions = [],
  transforms = [],
}: Pick<FeaturesSpec, 'features' | 'interactions' | 'transforms'>): readonly string[] {
  const keys = [
    ...(features.length > 0 ? ['features.columns'] : []),
    ...(interactions.length > 0 ? ['features.interactions'] : []),
    ...(transforms.length > 0 ? ['features.transforms'] : []),
  ];
  if (keys.length === 0) return [];
  const which = keys.join(', ');
  return [
    `The model takes the columns as they are: ${which} of the pipeline ${keys.length === 1 ? 'is' : 'are'} not used.`,
  ];
}
