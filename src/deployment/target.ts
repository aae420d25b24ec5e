import type { Environment } from '../environment/environment.ts';

/** What a deployment should be. */
export interface Wish {
  /** The deployment's name: the pipeline's. */
  readonly name: string;
  readonly version: number | null;
  readonly bundleDigest: string;
  /** Absolute folder of the unpacked bundle. */
  readonly bundlePath: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly drainMs: number;
  readonly bodyLimitBytes: number;
}

/** What it is now. */
export interface DeploymentStatus {
  readonly name: string;
  readonly target: string;
  readonly state: 'running' | 'stopped' | 'unhealthy';
  readonly url: string | null;
  readonly version: number | null;
  readonly bundleDigest: string | null;
  readonly since: number | null;
  readonly pid: number | null;
  readonly restarts: number;
  readonly message: string;
}

/** Steps to get from what is to what is wished, in words; computed before anything is touched. */
export interface Plan {
  readonly action: 'start' | 'switch' | 'none';
  readonly steps: readonly string[];
}

export interface Applied {
  readonly status: DeploymentStatus;
  readonly durationMs: number;
}

/** What a target may use. `folder` is its own: state, sockets, process logs. */
export interface TargetContext {
  readonly environment: Environment;
  readonly folder: string;
  /** Where prediction logs of this deployment go. */
  readonly logFolder: string;
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
  /** Program and first arguments that run `runSupervisor` for the folder that is appended. */
  readonly supervisorCommand?: readonly string[];
  /** Program and first arguments of `aieng serve`; the bundle's path and flags are appended. */
  readonly serveCommand?: readonly string[];
}

/** A place where a bundle runs. Add one: a file in `targets/` and a line in its index. */
export interface Target {
  readonly name: string;
  plan(wish: Wish, current: DeploymentStatus): Plan;
  /** Starts the new beside the old, checks health and golden rows, switches, drains. On failure the old one serves on and `deployError` (exit 6) is thrown. */
  apply(plan: Plan, wish: Wish, context: TargetContext): Promise<Applied>;
  status(name: string, context: TargetContext): Promise<DeploymentStatus>;
  /** Stops the deployment; nothing serves after. */
  stop(name: string, context: TargetContext): Promise<void>;
  /** The text of the service's /metrics (all instances added up), or null when it does not answer. */
  metrics(name: string, context: TargetContext): Promise<string | null>;
}
