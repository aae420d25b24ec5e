import type { StageOptions } from '../../cascade/stage.ts';

export interface RunOptions extends StageOptions {
  readonly to: 'package' | 'deploy';
}
