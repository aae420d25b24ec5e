import type { World } from '../doors.ts';
import type { Embedded } from '../embedded.ts';
import { linearLoader, ruleLoader, treeLoader } from '../loaders.ts';
import { start } from './start.ts';
import type { Started } from './start.ts';

const loaders = { rule: ruleLoader, linear: linearLoader, gbdt: treeLoader };

/** The runtime of trees, linear models and rules. */
export const open = (embedded: Embedded, world: World, modules?: unknown): Started =>
  start(embedded, loaders, world, modules);
