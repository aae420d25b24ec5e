import { Type } from '@sinclair/typebox';
import { count, instant, number, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Environment } from '../environment/environment.ts';

/** The image that a target runs: built before `apply`, and in a registry where the target pulls it from there. */
export interface WishedImage {
  /** As people name it: `churn:3`, `registry.example.com/ml/churn:3`. */
  readonly reference: string;
  /** `sha256:…` of the manifest: what a registry knows it by. */
  readonly digest: string;
  /** `sha256:…` of the config: what an engine calls the image's id. */
  readonly configDigest: string;
  /** Absolute path of the image's tar (an OCI layout that engines load), or null where it is in a registry only. */
  readonly archive: string | null;
  /** `registry.example.com/ml/churn@sha256:…` where it was pushed, else null. */
  readonly pullReference: string | null;
}

/** How processes of this machine serve a deployment. */
export interface ProcessSettings {
  /** So many take connections side by side. */
  readonly workers: number;
  /** One process serves, behind a gateway that sends again what a dead one cannot have seen. */
  readonly gateway: boolean;
  /** A prediction is answered when its record is on the disk. */
  readonly durable: boolean;
}

/** Another bundle that takes part beside the one in charge. */
export interface SecondWish {
  readonly version: number | null;
  readonly bundleDigest: string;
  /** Absolute folder of the unpacked bundle. */
  readonly bundlePath: string;
  /** `canary`: it answers its share. `shadow`: it is asked its share after the answer was given. */
  readonly role: 'canary' | 'shadow';
  /** 0 … 1 */
  readonly share: number;
}

/** Files that callers are met with: read by the processes that meet them, and again when they are renewed. */
export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
}

/** What a deployment should be. */
export interface Wish {
  /** The deployment's name: the pipeline's. */
  readonly name: string;
  readonly version: number | null;
  readonly bundleDigest: string;
  /** Absolute folder of the unpacked bundle. */
  readonly bundlePath: string;
  /** An address of this machine, or `unix:` and an absolute path; then the port says nothing. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly drainMs: number;
  readonly bodyLimitBytes: number;
  /** Who may call it, as `serve --access` is told; an older aieng says nothing, and means whoever is on this machine. */
  readonly access?: string;
  /** The page for people at `/docs`; left out = it is there. */
  readonly docs?: boolean;
  /** It brings code of its own, which was allowed where it was deployed. */
  readonly allowCode?: boolean;
  /** Absolute paths of a certificate and its key (PEM); left out = plain HTTP. */
  readonly tls?: TlsPaths;
  readonly processes: ProcessSettings;
  /** Left out = none, as by an older aieng. */
  readonly second?: SecondWish;
  /** Null for a target that runs bundles. */
  readonly image: WishedImage | null;
}

/** What it is now. */
export const deploymentStatusShape = Type.Object(
  {
    name: text(),
    target: text('`local`, `container`, `kubernetes`.'),
    state: oneOf(['running', 'stopped', 'unhealthy']),
    url: orNull(text()),
    version: orNull(count()),
    bundleDigest: orNull(text()),
    since: orNull(instant()),
    pid: orNull(count()),
    restarts: count(),
    message: text('What is wrong, where something is; else empty.'),
    second: Type.Optional(
      Type.Object(
        {
          version: orNull(count()),
          bundleDigest: text(),
          role: oneOf(['canary', 'shadow']),
          share: number('Of the requests, 0 … 1.'),
        },
        { description: 'What takes part beside the version in charge.' },
      ),
    ),
  },
  { title: 'DeploymentStatus' },
);
export type DeploymentStatus = Shape<typeof deploymentStatusShape>;

/** Steps to get from what is to what is wished, in words; computed before anything is touched. */
export const planShape = Type.Object(
  {
    action: oneOf(['start', 'switch', 'none']),
    steps: Type.Array(text()),
    diff: Type.Optional(
      text(
        'What changes in each object, as `diff` shows it (Kubernetes: what a server-side apply would do).',
      ),
    ),
  },
  { title: 'Plan' },
);
export type Plan = Shape<typeof planShape>;

/** What was done, and what runs now. */
export const appliedShape = Type.Object(
  { status: deploymentStatusShape, durationMs: number() },
  { title: 'Applied' },
);
export type Applied = Shape<typeof appliedShape>;

/** How containers of this machine are run. */
export interface ContainerSettings {
  /** `auto`: docker or podman, whichever answers. */
  readonly engine: 'auto' | 'docker' | 'podman';
  readonly memoryMb: number;
  readonly cpus: number;
  /** Most processes and threads. */
  readonly pids: number;
}

/** How a cluster runs the service. */
export interface KubernetesSettings {
  /** Null: the current context of the kubeconfig. */
  readonly context: string | null;
  readonly namespace: string;
  /** Names the overlay: `production`. */
  readonly environment: string;
  /** The section of `env` of the pipeline that counts for what runs there; left out: none. */
  readonly pipelineEnv?: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly targetCpuPercent: number;
  readonly cpuMillis: number;
  /** Null: from the memory that the service was measured to need. */
  readonly memoryMb: number | null;
  readonly serviceMonitor: boolean;
  /** A Secret of the namespace with the certificate and key that pods speak TLS with; null: plain HTTP. */
  readonly tlsSecret: string | null;
  /** The volume claim that holds the project, the store and the prediction logs. */
  readonly claim: { readonly sizeGb: number; readonly storageClass: string | null };
  /** Cron expressions (UTC), or null for none. */
  readonly monitorSchedule: string | null;
  readonly retrainSchedule: string | null;
  /** Of the whole pipeline, and of its batch; only `aieng schedule` sets them. */
  readonly runSchedule: string | null;
  readonly predictSchedule: string | null;
  /** Rows of the claim to predict by an Indexed Job, and where the answers go; null = no such Job is written. */
  readonly batch: { readonly input: string; readonly output: string; readonly shards: number } | null;
  /** How requests from outside come in, in files alone; null = no route is written. */
  readonly route: {
    readonly gateway: { readonly name: string; readonly namespace: string | null };
    /** Names that callers use; none = any. */
    readonly hosts: readonly string[];
    /** A second version in a namespace of its own, and its per cent of the requests. */
    readonly canary: { readonly namespace: string; readonly percent: number } | null;
  } | null;
}

/** The part of a pipeline that says how each kind of place runs it; a target takes its own. */
export interface TargetSettings {
  readonly container: ContainerSettings;
  readonly kubernetes: KubernetesSettings;
}

/** What a target may use. `folder` is its own: state, sockets, process logs. */
export interface TargetContext {
  readonly environment: Environment;
  readonly folder: string;
  /** Where prediction logs of this deployment go. */
  readonly logFolder: string;
  readonly settings: TargetSettings;
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
  /** Program and first arguments that run `runSupervisor` for the folder that is appended. */
  readonly supervisorCommand?: readonly string[];
  /** Program and first arguments of `aieng serve`; the bundle's path and flags are appended. */
  readonly serveCommand?: readonly string[];
  /** Resident memory of the service, measured where the settings leave it open. */
  readonly measuredMemoryBytes?: number;
  /** Files of the project that go along: `pipelines/churn.yaml` and its row schema, by path relative to the root. */
  readonly projectFiles?: ReadonlyMap<string, string>;
}

/** Files that a target would use, for people who apply them by other means: path → text. */
export type RenderedFiles = ReadonlyMap<string, string>;

/** A place where a bundle runs. Add one: a file in `targets/` and a line in its index. */
export interface Target {
  readonly name: string;
  /** What it is given: the unpacked bundle, or an image that holds it; `pushed-image`: one that is in a registry. */
  readonly runs: 'bundle' | 'image' | 'pushed-image';
  /** Looks, touches nothing. */
  plan(wish: Wish, current: DeploymentStatus, context: TargetContext): Promise<Plan>;
  /** Starts the new beside the old, checks health and golden rows, switches, drains. On failure the old one serves on and `deployError` (exit 6) is thrown. */
  apply(plan: Plan, wish: Wish, context: TargetContext): Promise<Applied>;
  status(name: string, context: TargetContext): Promise<DeploymentStatus>;
  /** Stops the deployment; nothing serves after. */
  stop(name: string, context: TargetContext): Promise<void>;
  /** Takes away everything that it made but data (prediction logs, volume claims); says what, in words. Never touches what it does not own. */
  destroy(name: string, context: TargetContext): Promise<readonly string[]>;
  /** The text of the service's /metrics (all instances added up), or null when it does not answer. */
  metrics(name: string, context: TargetContext): Promise<string | null>;
  /** Files for those who apply them by other means (Compose, kustomize); absent where there are none. */
  render?(wish: Wish, context: TargetContext): Promise<RenderedFiles>;
}
