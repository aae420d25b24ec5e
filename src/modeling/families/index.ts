import type { Family } from '../model.ts';
import { gbdt } from './gbdt/gbdt.ts';
import { imported } from './imported/imported.ts';
import { linear } from './linear/linear.ts';
import { mlp } from './mlp/mlp.ts';
import { rule } from './rule/rule.ts';
import { script } from './script/script.ts';
import { tabm } from './tabm/tabm.ts';

/** Every family, simplest first. */
export const families: readonly Family[] = [rule, linear, gbdt, mlp, tabm, imported, script].sort(
  (left, right) => left.complexity - right.complexity,
);
