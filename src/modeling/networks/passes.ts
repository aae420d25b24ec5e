import type { TrainOptions } from '../model.ts';

/** Passes over so many rows that `max_row_visits` allows: one at least. */
export const passesWithin = (
  { max_row_visits }: Pick<TrainOptions, 'max_row_visits'>,
  rows: number,
): number => Math.max(1, Math.floor(max_row_visits / Math.max(rows, 1)));

/** Epochs that are trained at most: those asked for, and no more row visits than allowed. */
export const epochsWithin = (
  options: Pick<TrainOptions, 'epochs' | 'max_row_visits'>,
  rows: number,
): number => Math.min(options.epochs, passesWithin(options, rows));
