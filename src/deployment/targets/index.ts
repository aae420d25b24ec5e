import type { Target } from '../target.ts';
import { container } from './container.ts';
import { local } from './local.ts';

/** Every place where a bundle can run. */
export const targets: readonly Target[] = [local, container];
