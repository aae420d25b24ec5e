/** Which model comes in, and what is known of its rows and answers. */
export interface ImportOptions {
  /** Path of the model, from where the command was called. */
  readonly model: string;
  readonly pipeline?: string;
  readonly set?: readonly string[];
  /** Inputs and the answers that the researcher saw. */
  readonly expect?: string;
  /** Largest difference from these answers, relative from 1 on. */
  readonly tolerance: number;
  /** Rows that the model has learnt from. */
  readonly trainedOn?: string;
  /** Fresh rows that judge it. */
  readonly judgeOn?: string;
  /** Package it though nobody knows what it has seen. */
  readonly approve: boolean;
  readonly calibrate: boolean;
  readonly waitMs: number;
}
