import type { Answer } from '../../project/deployment/answerChallenger.ts';

export interface ApproveOptions extends Answer {
  readonly pipeline?: string;
  /** Only tell what waits and what was said. */
  readonly list: boolean;
}
