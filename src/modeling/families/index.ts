import type { Family } from '../model.ts';
import { gbdt } from './gbdt/gbdt.ts';
import { linear } from './linear/linear.ts';
import { mlp } from './mlp/mlp.ts';

/** Every family, simplest first. */
export const families: readonly Family[] = [linear, gbdt, mlp].sort(
  (left, right) => left.complexity - right.complexity,
);
