import type { Json } from '../../../../digest.ts';
import { field, isRecord, listAt, pointerTo, recordAt, textAt } from '../fields.ts';
import type { KubernetesObject } from '../object.ts';

/** A container of a pod template and where it stands. */
export interface Container {
  readonly json: Json;
  readonly path: string;
  /** Runs before the others. */
  readonly isFirst: boolean;
}

/** An object that makes pods. */
export interface Workload {
  readonly object: KubernetesObject;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, Json>>;
  readonly annotations: Readonly<Record<string, Json>>;
  readonly metadataPath: string;
  readonly pod: Json;
  /** Where the pod's spec stands. */
  readonly path: string;
  readonly containers: readonly Container[];
}

/** The objects that are applied together, with what the rules ask of them. */
export interface ObjectSet {
  readonly objects: readonly KubernetesObject[];
  readonly ofKind: (kind: string) => readonly KubernetesObject[];
  readonly workloads: readonly Workload[];
}

const podPlaces: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

const containersOf = (pod: Json | undefined, path: string, key: string): readonly Container[] =>
  listAt(pod, key).map((json, index) => ({
    json,
    path: pointerTo(`${path}/${key}`, index),
    isFirst: key === 'initContainers',
  }));

function workloadOf(
  object: KubernetesObject,
  template: Json,
  places: { readonly pod: readonly string[]; readonly metadata: readonly string[] },
): Workload {
  const pod = field(template, ...places.pod) ?? {};
  const path = `/${places.pod.join('/')}`;
  const metadata = field(template, ...places.metadata);
  return {
    object,
    labels: recordAt(metadata, 'labels'),
    annotations: recordAt(metadata, 'annotations'),
    metadataPath: `/${places.metadata.join('/')}`,
    pod,
    path,
    containers: [...containersOf(pod, path, 'initContainers'), ...containersOf(pod, path, 'containers')],
  };
}

function workloads(object: KubernetesObject): readonly Workload[] {
  if (object.kind === 'InferenceService') {
    const places = ['spec', 'predictor'];
    return [workloadOf(object, object, { pod: places, metadata: places })];
  }
  const template = podPlaces[object.kind];
  if (template === undefined) return [];
  return [workloadOf(object, object, { pod: [...template, 'spec'], metadata: [...template, 'metadata'] })];
}

export const objectSet = (objects: readonly KubernetesObject[]): ObjectSet => ({
  objects,
  ofKind: (kind) => objects.filter((one) => one.kind === kind),
  workloads: objects.flatMap(workloads),
});

/** Whether a label selector picks what carries these labels. An empty one picks everything. */
export function selects(labelSelector: Json | undefined, labels: Readonly<Record<string, Json>>): boolean {
  if (!isRecord(labelSelector)) return false;
  const exact = Object.entries(recordAt(labelSelector, 'matchLabels'));
  const has = (key: string): boolean => Object.hasOwn(labels, key);
  return (
    exact.every(([key, value]) => has(key) && labels[key] === value) &&
    listAt(labelSelector, 'matchExpressions').every((expression) => {
      const key = textAt(expression, 'key') ?? '';
      const among = has(key) && listAt(expression, 'values').includes(labels[key] ?? null);
      switch (textAt(expression, 'operator')) {
        case 'In':
          return among;
        case 'NotIn':
          return !among;
        case 'Exists':
          return has(key);
        case 'DoesNotExist':
          return !has(key);
        default:
          return false;
      }
    })
  );
}
