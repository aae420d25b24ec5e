export interface DeployOptions {
  readonly bundle?: string;
  readonly pipeline?: string;
  readonly to?: string;
  readonly host?: string;
  readonly port?: number;
  /** Kubernetes: instead of the pipeline's. */
  readonly kubeContext?: string;
  readonly namespace?: string;
  /** Write the target's files (Compose, kustomize) here and touch nothing else. */
  readonly render?: string;
  /** With `render`: push the image that the files name. */
  readonly push?: boolean;
  readonly dryRun: boolean;
  readonly waitMs: number;
}
