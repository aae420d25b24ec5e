import type { StageOptions } from '../../cascade/stage.ts';

/** How far the stages go: to the bundle, or on to the running service. */
export interface RunOptions extends StageOptions {
  readonly to: 'package' | 'deploy';
}
