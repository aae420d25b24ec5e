export interface RetrainOptions {
  readonly pipeline?: string;
  readonly waitMs: number;
  /** Retrain without a trigger, in spite of cooldown. */
  readonly force: boolean;
  /** Promote without deploying. */
  readonly noDeploy: boolean;
}
