import type { Json } from '../../../../digest.ts';
import { usageError } from '../../../../errors.ts';
import type { KubernetesSettings, RenderedFiles } from '../../../target.ts';
import type { JsonRecord } from '../fields.ts';
import { field, textAt } from '../fields.ts';
import { objectSet } from '../lint/objectSet.ts';
import type { Workload } from '../lint/objectSet.ts';
import { isDnsLabel } from '../naming.ts';
import type { KubernetesObject } from '../object.ts';
import { manifestText, yamlText } from '../object.ts';

const header = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const;

const fileOf = ({ kind, metadata }: KubernetesObject): string =>
  `${kind.toLowerCase()}-${metadata.name}.yaml`;

/** The overlay says the namespace. */
function withoutNamespace(object: KubernetesObject): KubernetesObject {
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const targetOf = ({ apiVersion, kind, metadata }: KubernetesObject): JsonRecord => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name },
});

/** Puts a value below a path of keys. */
const below = (path: string, value: JsonRecord): JsonRecord =>
  path
    .slice(1)
    .split('/')
    .reduceRight<JsonRecord>((inner, key) => ({ [key]: inner }), value);

/** Two patches of one object as one: members of both, deeply. */
function joined(one: JsonRecord, other: JsonRecord): JsonRecord {
  const isPlain = (value: Json | undefined): value is JsonRecord =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const both = Object.entries(other).map(([key, value]) => {
    const before = one[key];
    return [key, isPlain(before) && isPlain(value) ? joined(before, value) : value] as const;
  });
  return { ...one, ...Object.fromEntries(both) };
}

function containerPatches({ object, containers }: Workload, first: boolean): readonly Json[] {
  return containers
    .filter(({ isFirst }) => isFirst === first)
    .map(({ json }) => {
      // Lists of kinds that kustomize does not know are replaced, not merged by name.
      if (object.kind === 'InferenceService') return json;
      return { name: textAt(json, 'name') ?? '', args: field(json, 'args') ?? [] };
    });
}

/** What a version is in a workload: labels, annotations, arguments. Environments that run different versions share a base. */
function versionPatch(workload: Workload): JsonRecord {
  const { object, metadataPath, path, labels, annotations } = workload;
  const { name, labels: own, annotations: facts } = object.metadata;
  const firsts = containerPatches(workload, true);
  const pod = {
    ...(firsts.length === 0 ? {} : { initContainers: firsts }),
    containers: containerPatches(workload, false),
  };
  const head: JsonRecord = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, labels: own, ...(facts === undefined ? {} : { annotations: facts }) },
  };
  const meta = below(metadataPath, {
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  });
  return joined(joined(head, meta), below(path, pod));
}

function scalePatch(object: KubernetesObject): JsonRecord {
  const bounds = {
    minReplicas: field(object.spec, 'minReplicas') ?? 1,
    maxReplicas: field(object.spec, 'maxReplicas') ?? 1,
  };
  return { ...targetOf(object), spec: bounds };
}

/** `images:` entries: every image that the workloads run, by name and digest. */
function images(workloads: readonly Workload[]): readonly JsonRecord[] {
  const references = workloads.flatMap(({ containers }) =>
    containers.map(({ json }) => textAt(json, 'image') ?? ''),
  );
  return [...new Set(references)].flatMap((reference) => {
    const [name, digest] = reference.split('@');
    return name === undefined || digest === undefined ? [] : [{ name, digest }];
  });
}

interface File {
  readonly path: string;
  readonly text: string;
}

function base(objects: readonly KubernetesObject[], name: string): readonly File[] {
  const files = objects.map((object) => ({
    path: `base/${fileOf(object)}`,
    text: manifestText(withoutNamespace(object)),
  }));
  const resources = objects.map(fileOf);
  const comment = `# ${name}: what all environments have in common. Apply an overlay, not this. Made by aieng.\n`;
  return [{ path: 'base/kustomization.yaml', text: comment + yamlText({ ...header, resources }) }, ...files];
}

function overlay(
  objects: readonly KubernetesObject[],
  settings: KubernetesSettings,
  name: string,
): readonly File[] {
  const { environment, namespace } = settings;
  const { workloads } = objectSet(objects);
  const scales = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const patches = [
    ...scales.map((one) => ({ file: `scale-${fileOf(one)}`, patch: scalePatch(one) })),
    ...workloads.map((one) => ({ file: `version-${fileOf(one.object)}`, patch: versionPatch(one) })),
  ];
  const folder = `overlays/${environment}`;
  const comment = `# ${name} in ${environment}: namespace, image and scale of this environment.\n#   kubectl apply --server-side --field-manager aieng -k ${folder}\n`;
  const kustomization = {
    ...header,
    namespace,
    resources: ['../../base'],
    images: images(workloads),
    patches: patches.map(({ file }) => ({ path: file })),
  };
  return [
    { path: `${folder}/kustomization.yaml`, text: comment + yamlText(kustomization) },
    ...patches.map(({ file, patch }) => ({ path: `${folder}/${file}`, text: yamlText(patch) })),
  ];
}

/**
 * Objects as a kustomize tree for GitOps: `base/` with one file an object, and `overlays/<environment>/` that pins
 * namespace, image digest, version and scale. Rendering another environment, or another version for one of them, leaves
 * the other overlays as they are.
 *
 * @returns path relative to the tree's root → text
 * @throws `usageError` where the environment's name cannot be a folder
 */
export function kustomizeTree(
  objects: readonly KubernetesObject[],
  settings: KubernetesSettings,
  name: string,
): RenderedFiles {
  if (!isDnsLabel(settings.environment)) {
    throw usageError({
      code: 'environment-invalid',
      message: `"${settings.environment}" cannot be the name of an overlay.`,
      hint: 'Use lower-case letters, digits and "-", e.g. deploy.kubernetes.environment: production.',
    });
  }
  const files = [...base(objects, name), ...overlay(objects, settings, name)];
  return new Map(files.map(({ path, text }) => [path, text]));
}
