export interface FeaturizeResult {
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly unlabelled: number;
  };
  readonly inputs: number;
  readonly outputs: readonly string[];
  readonly task: string;
}
