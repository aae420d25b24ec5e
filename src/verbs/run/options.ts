import type { TrainingImage } from '../../cascade/elsewhere/inImage.ts';
import type { StageOptions } from '../../cascade/stage.ts';

/** How far the stages go: to the bundle, or on to the running service. */
export interface RunOptions extends StageOptions {
  /** Left out = to the bundle: a service is started only by who says so. */
  readonly to?: 'package' | 'deploy';
  /** Features, training and packaging are computed in this image of aieng; left out = on this machine. */
  readonly inImage?: TrainingImage;
}
