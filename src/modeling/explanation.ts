import type { FeatureRows } from '../features/encode.ts';
import type { ColumnSources } from '../features/sources.ts';
import type { Work } from '../work.ts';

/** What each column adds to rows' raw sums. */
export interface Contributions {
  /** Raw sums a row: one, or one a class. */
  readonly units: number;
  /** What the model says of no row in particular, by unit. */
  readonly base: Float64Array;
  /** `rows × units × columns`: with the base they add up to the raw sum. */
  readonly values: Float64Array;
}

/** Says why a model answers as it does: how far each column moves its raw sum, before calibration and link. */
export interface Explainer {
  /** What raw sums are of; left out: log odds of classes, numbers in the label's own unit. */
  readonly scale?: 'log of the label' | 'quantile of the label';
  /** Share of the trees' gain by column, where there are trees. */
  readonly gain?: Float64Array;
  /** Walks from other rows to this one that contributions are the mean of; null: they are exact. */
  readonly samples: number | null;
  /** Work a row takes, in multiplications of about a nanosecond or two: what a service bounds. */
  readonly stepsPerRow: number;
  /** A row's contributions do not depend on the other rows. */
  contributions(rows: FeatureRows): Work<Contributions>;
}

/** Made for the columns of a table, the first time that it is asked for. */
export type MakeExplainer = (sources: ColumnSources) => Explainer;
