import { usageError } from '../../../../errors.ts';
import type { KubernetesSettings, Wish } from '../../../target.ts';
import { labelValue, objectName } from '../naming.ts';
import type { ObjectMetadata } from '../object.ts';

/** What every object of a deployment is made from. */
export interface Subject {
  readonly wish: Wish;
  readonly settings: KubernetesSettings;
  /** What the service was measured to need. */
  readonly memoryBytes: number;
  /** Path relative to the project's root → text. */
  readonly projectFiles: ReadonlyMap<string, string>;
  /** The pipeline's name as a cluster accepts it. */
  readonly name: string;
  /** By digest. */
  readonly image: string;
}

/** What a pod is for. */
export type Component = 'serve' | 'run' | 'monitor' | 'retrain' | 'predict' | 'merge';

/** Measured or asked for by the caller, beside the wish. */
export interface ManifestExtra {
  /** Resident memory of the service under load. */
  readonly memoryBytes: number;
  readonly projectFiles: ReadonlyMap<string, string>;
}

const pinned = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/**
 * Checks what the objects are made from.
 *
 * @throws `usageError`: no image in a registry, a name that cannot be a folder, fewer pods at most than at least
 */
export function subjectOf(wish: Wish, settings: KubernetesSettings, extra: ManifestExtra): Subject {
  const image = wish.image?.pullReference ?? null;
  if (image === null || !pinned.test(image)) {
    throw usageError({
      code: 'image-not-pushed',
      message: `A cluster pulls the image of ${wish.name} from a registry by its digest, and it is in none${image === null ? '' : ` (got "${image}")`}.`,
      hint: 'Set deploy.image.repository in the pipeline file, e.g. registry.example.com/ml/churn, and deploy again.',
    });
  }
  // It names a folder of the claim: no way out of it, and nothing that `$(…)` in arguments would replace.
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(wish.name)) {
    throw usageError({
      code: 'name-invalid',
      message: `"${wish.name}" cannot be deployed to a cluster: a name has letters, digits, ".", "_" and "-", and begins with none of "." and "-".`,
      hint: 'Rename the pipeline.',
    });
  }
  if (settings.minReplicas > settings.maxReplicas) {
    throw usageError({
      code: 'replicas-invalid',
      message: `deploy.kubernetes.min_replicas is ${settings.minReplicas}, more than max_replicas (${settings.maxReplicas}).`,
      hint: 'Set max_replicas to at least min_replicas.',
    });
  }
  const { memoryBytes, projectFiles } = extra;
  return { wish, settings, memoryBytes, projectFiles, name: objectName(wish.name), image };
}

/** Labels that never change: what selectors look for. */
export const identity = ({ wish }: Subject): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': labelValue(wish.name),
  'app.kubernetes.io/instance': labelValue(wish.name),
});

/** Selects the pods of a component, whatever version they run. */
export const selector = (subject: Subject, component: Component): Readonly<Record<string, string>> => ({
  ...identity(subject),
  'app.kubernetes.io/component': component,
});

const common = (subject: Subject): Readonly<Record<string, string>> => ({
  ...identity(subject),
  'app.kubernetes.io/part-of': 'aieng',
  'app.kubernetes.io/managed-by': 'aieng',
});

/** The model's version, or the begin of its bundle's digest where it has none. */
export const versionOf = ({ wish }: Subject): string =>
  wish.version === null
    ? wish.bundleDigest.replace(/^sha256:/, '').slice(0, 12) || 'unversioned'
    : String(wish.version);

export const componentLabels = (
  subject: Subject,
  component: Component,
): Readonly<Record<string, string>> => ({
  ...common(subject),
  'app.kubernetes.io/component': component,
  'app.kubernetes.io/version': versionOf(subject),
});

/** What runs, for people and for `status`. */
export const facts = ({ wish, image }: Subject): Readonly<Record<string, string>> => ({
  'dev.aieng/bundle': wish.bundleDigest,
  ...(wish.version === null ? {} : { 'dev.aieng/version': String(wish.version) }),
  'dev.aieng/image': wish.image?.reference ?? image,
});

/** Metadata of what is the same for every version: a new model does not show up in its diff. */
export const lasting = (subject: Subject, suffix = ''): ObjectMetadata => ({
  name: `${subject.name}${suffix}`,
  namespace: subject.settings.namespace,
  labels: common(subject),
});

/** Metadata of what runs a version. */
export const versioned = (subject: Subject, component: Component, suffix = ''): ObjectMetadata => ({
  name: `${subject.name}${suffix}`,
  namespace: subject.settings.namespace,
  labels: componentLabels(subject, component),
  annotations: facts(subject),
});
