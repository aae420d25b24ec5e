import type { Answer } from '../../project/deployment/answerChallenger.ts';

/** The answer for the newest challenger that waits for a person. */
export interface ApproveOptions extends Answer {
  readonly pipeline?: string;
  /** Only tell what waits and what was said. */
  readonly list: boolean;
}
