/** What is deployed where, and how. What is left out is as the pipeline says. */
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
  /** Beside the version in charge, instead of in its place; a null share is the pipeline's, else a tenth, and of a shadow all. */
  readonly beside?: { readonly role: 'canary' | 'shadow'; readonly share: number | null };
  /** What takes part beside the version in charge takes its place. */
  readonly promote?: boolean;
  readonly dryRun: boolean;
  readonly waitMs: number;
}
