import type { Family } from '../model.ts';
import { linear } from './linear.ts';
import { mlp } from './mlp.ts';

/** Every family, simplest first. */
export const families: readonly Family[] = [linear, mlp].sort(
  (left, right) => left.complexity - right.complexity,
);
