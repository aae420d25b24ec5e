import type { World } from '../doors.ts';
import type { Embedded } from '../embedded.ts';
import { anyLinearLoader, networkLoader, ruleLoader, sharedLoader, treeLoader } from '../loaders.ts';
import { start } from './start.ts';
import type { Started } from './start.ts';

const loaders = {
  rule: ruleLoader,
  linear: anyLinearLoader,
  gbdt: treeLoader,
  mlp: networkLoader,
  tabm: sharedLoader,
};

/** The runtime of every family that is trained here, and of blends of them. */
export const open = (embedded: Embedded, world: World, modules?: unknown): Started =>
  start(embedded, loaders, world, modules);
