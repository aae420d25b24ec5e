/** How the API knows a kind. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The resource in paths and RBAC rules. */
  readonly plural: string;
  /** Looked through for objects of ours that are no longer wished. */
  readonly swept: boolean;
  /** Served only where its definition (CRD) was installed. */
  readonly custom?: true;
}

const swept = (apiVersion: string, kind: string, plural: string): Kind => ({
  apiVersion,
  kind,
  plural,
  swept: true,
});
const looked = (apiVersion: string, kind: string, plural: string): Kind => ({
  apiVersion,
  kind,
  plural,
  swept: false,
});

const kinds: readonly Kind[] = [
  swept('v1', 'ServiceAccount', 'serviceaccounts'),
  swept('v1', 'ConfigMap', 'configmaps'),
  swept('v1', 'Secret', 'secrets'),
  swept('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  swept('v1', 'Service', 'services'),
  swept('apps/v1', 'Deployment', 'deployments'),
  swept('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  swept('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  swept('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  swept('batch/v1', 'CronJob', 'cronjobs'),
  swept('batch/v1', 'Job', 'jobs'),
  { ...swept('monitoring.coreos.com/v1', 'ServiceMonitor', 'servicemonitors'), custom: true },
  looked('v1', 'Pod', 'pods'),
  looked('v1', 'Event', 'events'),
];

/** The kinds that aieng makes, in an order in which they can be made: what others name comes first. */
export const sweptKinds: readonly Kind[] = kinds.filter((one) => one.swept);

/**
 * How the API knows a kind.
 *
 * @throws TypeError for a kind that aieng never makes: a bug of ours.
 */
export function kindNamed(kind: string): Kind {
  const found = kinds.find((one) => one.kind === kind);
  if (found === undefined) throw new TypeError(`aieng makes no ${kind}`);
  return found;
}

/** `deployments.apps`: what `kubectl auth can-i` and RBAC call it. */
export function resourceOf({ apiVersion, plural }: Kind): string {
  const [group, version] = apiVersion.split('/');
  return version === undefined ? plural : `${plural}.${group ?? ''}`;
}

/** The path of a namespace's objects of a kind, or of one of them. */
export function pathOf({ apiVersion, plural }: Kind, namespace: string, name?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const all = `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}
