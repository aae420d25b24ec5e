/** Of which pipeline, and whether a trigger and a cooldown count. */
export interface RetrainOptions {
  readonly pipeline?: string;
  readonly waitMs: number;
  /** Retrain without a trigger, in spite of cooldown. */
  readonly force: boolean;
  /** Promote without deploying. */
  readonly noDeploy: boolean;
}
