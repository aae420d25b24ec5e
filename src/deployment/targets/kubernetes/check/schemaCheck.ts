import type { Json } from '../../../../digest.ts';
import { optionalPeer } from '../../../../optionalPeer.ts';
import { customKinds } from './customKinds.ts';
import type { CustomKind } from './customKinds.ts';
import { isRecord, pointerTo, recordAt } from '../fields.ts';
import type { KubernetesObject } from '../object.ts';
import { objectTitle } from '../object.ts';
import { validateWatched } from './watchedSchema.ts';
import type { SchemaProblem } from './watchedSchema.ts';

/** What a schema says against an object. */
export interface Problem {
  /** `Deployment/churn` */
  readonly object: string;
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

type Loader = () => Promise<object>;

/** The kinds whose schemas kubernetes-models ships; each is loaded when it is asked for. */
const kinds: ReadonlyMap<string, Loader> = new Map<string, Loader>([
  ['v1 ServiceAccount', async () => (await import('kubernetes-models/v1/ServiceAccount')).ServiceAccount],
  ['v1 ConfigMap', async () => (await import('kubernetes-models/v1/ConfigMap')).ConfigMap],
  ['v1 Secret', async () => (await import('kubernetes-models/v1/Secret')).Secret],
  ['v1 Service', async () => (await import('kubernetes-models/v1/Service')).Service],
  ['v1 Pod', async () => (await import('kubernetes-models/v1/Pod')).Pod],
  [
    'v1 PersistentVolumeClaim',
    async () => (await import('kubernetes-models/v1/PersistentVolumeClaim')).PersistentVolumeClaim,
  ],
  ['apps/v1 Deployment', async () => (await import('kubernetes-models/apps/v1/Deployment')).Deployment],
  ['batch/v1 Job', async () => (await import('kubernetes-models/batch/v1/Job')).Job],
  ['batch/v1 CronJob', async () => (await import('kubernetes-models/batch/v1/CronJob')).CronJob],
  [
    'autoscaling/v2 HorizontalPodAutoscaler',
    async () =>
      (await import('kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler')).HorizontalPodAutoscaler,
  ],
  [
    'policy/v1 PodDisruptionBudget',
    async () => (await import('kubernetes-models/policy/v1/PodDisruptionBudget')).PodDisruptionBudget,
  ],
  [
    'networking.k8s.io/v1 NetworkPolicy',
    async () => (await import('kubernetes-models/networking.k8s.io/v1/NetworkPolicy')).NetworkPolicy,
  ],
]);

const modelOf = async (kind: string): Promise<object> => {
  const load = kinds.get(kind);
  if (load === undefined) throw new TypeError(`no schema of ${kind}`);
  return optionalPeer('a Kubernetes cluster', load);
};

/** No object that is applied has one: the API drops it without a word, or takes it as "remove this". */
function emptyValues(value: Json | undefined, path: string): readonly SchemaProblem[] {
  if (value === null || value === undefined) return [{ path, message: 'has no value' }];
  if (typeof value === 'number' && !Number.isFinite(value)) return [{ path, message: 'is not finite' }];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => emptyValues(member, pointerTo(path, key)));
}

/** The parts of a custom object that have a published schema: its metadata, and the pod inside of it. */
async function publishedParts(
  object: KubernetesObject,
  { pod }: CustomKind,
): Promise<readonly SchemaProblem[]> {
  const { metadata } = object;
  const bare = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
  const problems = validateWatched(await modelOf('v1 ConfigMap'), bare);
  if (pod === undefined) return problems;
  const members = Object.entries(recordAt(object.spec, pod.at)).filter(([key]) => !pod.isOwn(key));
  const wrapped = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod' },
    spec: Object.fromEntries(members),
  };
  const inside = validateWatched(await modelOf('v1 Pod'), wrapped);
  return [
    ...problems,
    ...inside.map((one) => ({ ...one, path: one.path.replace(/^\/spec/, `/spec/${pod.at}`) })),
  ];
}

async function customProblems(
  object: KubernetesObject,
  custom: CustomKind,
): Promise<readonly SchemaProblem[]> {
  const { Ajv } = await import('ajv');
  const validate = new Ajv({ allErrors: true, strict: false }).compile(custom.schema);
  const own = validate(object)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message, keyword, params }) => {
        const extra: unknown = params.additionalProperty;
        return keyword === 'additionalProperties' && typeof extra === 'string'
          ? { path: pointerTo(instancePath, extra), message: 'is unknown' }
          : { path: instancePath, message: message ?? keyword };
      });
  return [...own, ...(await publishedParts(object, custom))];
}

/**
 * Checks an object against the schema of its kind: types, what is required, allowed values and formats, and no member
 * that the schema does not know, at any depth. A kind without a schema is a problem.
 */
export async function checkSchema(object: KubernetesObject): Promise<readonly Problem[]> {
  const kind = `${object.apiVersion} ${object.kind}`;
  const named = (problems: readonly SchemaProblem[]): readonly Problem[] =>
    problems.map((one) => ({ object: objectTitle(object), ...one }));
  const empty = emptyValues(object, '');
  if (empty.length > 0) return named(empty);
  if (!isRecord(object.metadata)) return named([{ path: '/metadata', message: 'must be object' }]);
  const custom = customKinds.get(kind);
  if (custom !== undefined) return named(await customProblems(object, custom));
  if (!kinds.has(kind)) return named([{ path: '/kind', message: `${kind} has no schema here` }]);
  return named(validateWatched(await modelOf(kind), object));
}
