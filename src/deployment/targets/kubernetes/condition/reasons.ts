import type { KubernetesObject } from '../clusterObject.ts';
import { conditionOf, fieldsAt, listAt, numberAt, textAt } from '../look.ts';

/** What the cluster knows of a rollout that does not get healthy. */
export interface Evidence {
  readonly deployment: KubernetesObject;
  readonly pods: readonly KubernetesObject[];
  readonly events: readonly KubernetesObject[];
}

export interface Reason {
  /** A clause: `its image x cannot be pulled (…)`. */
  readonly text: string;
  /** A container whose last words say more. */
  readonly crashed?: { readonly pod: string; readonly container: string; readonly previous: boolean };
}

const pullProblems = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]);
const createProblems = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
]);

const isReady = (pod: KubernetesObject): boolean => textAt(conditionOf(pod, 'Ready'), 'status') === 'True';

const bracketed = (word: string, message: string): string =>
  message === '' ? `(${word})` : `(${word}: ${message})`;

/** The limit that a container was given, for a message. */
function memoryLimit(pod: KubernetesObject, container: string): string {
  const found = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')].find(
    (one) => textAt(one, 'name') === container,
  );
  return textAt(found, 'resources', 'limits', 'memory');
}

/** Why one container does not run, or null where its status tells nothing. */
function containerReason(pod: KubernetesObject, status: unknown): Reason | null {
  const container = textAt(status, 'name');
  const waiting = fieldsAt(status, 'state', 'waiting');
  const word = textAt(waiting, 'reason');
  if (pullProblems.has(word))
    return {
      text: `its image ${textAt(status, 'image')} cannot be pulled ${bracketed(word, textAt(waiting, 'message'))}`,
    };
  if (createProblems.has(word))
    return {
      text: `its container ${container} cannot be created ${bracketed(word, textAt(waiting, 'message'))}`,
    };
  const endedNow = fieldsAt(status, 'state', 'terminated');
  const isNow = Object.keys(endedNow).length > 0;
  const ended = isNow ? endedNow : fieldsAt(status, 'lastState', 'terminated');
  if (textAt(ended, 'reason') === 'OOMKilled') {
    const limit = memoryLimit(pod, container);
    return {
      text: `its container ${container} needs more memory than its limit${limit === '' ? '' : ` of ${limit}`} (OOMKilled)`,
    };
  }
  const hasFailed =
    word === 'CrashLoopBackOff' || (Object.keys(ended).length > 0 && numberAt(ended, 'exitCode') !== 0);
  if (!hasFailed) return null;
  const how = word === '' ? textAt(ended, 'reason') : word;
  return {
    text: `its container ${container} ended with exit code ${numberAt(ended, 'exitCode')} ${bracketed(how === '' ? 'Error' : how, textAt(ended, 'message'))}`,
    crashed: { pod: pod.metadata.name, container, previous: !isNow },
  };
}

const eventTime = (event: KubernetesObject): string =>
  textAt(event, 'lastTimestamp') ||
  textAt(event, 'eventTime') ||
  textAt(event, 'metadata', 'creationTimestamp');

/** The newest warning of a kind about an object. */
function warningOf(
  events: readonly KubernetesObject[],
  reason: string,
  isAbout: (kind: string, name: string) => boolean,
): string | null {
  const found = events
    .filter((event) => textAt(event, 'reason') === reason)
    .filter((event) =>
      isAbout(textAt(event, 'involvedObject', 'kind'), textAt(event, 'involvedObject', 'name')),
    )
    .toSorted((one, other) => eventTime(other).localeCompare(eventTime(one)))[0];
  return found === undefined ? null : textAt(found, 'message');
}

/** Why one pod is not ready, or null where nothing tells. */
function podReason(pod: KubernetesObject, events: readonly KubernetesObject[]): Reason | null {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (textAt(scheduled, 'status') === 'False')
    return {
      text: `no node takes its pod ${bracketed(textAt(scheduled, 'reason') || 'Unschedulable', textAt(scheduled, 'message'))}`,
    };
  const statuses = [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
  ];
  for (const status of statuses) {
    const reason = containerReason(pod, status);
    if (reason !== null) return reason;
  }
  const isAbout = (kind: string, name: string): boolean => kind === 'Pod' && name === pod.metadata.name;
  for (const [event, words] of [
    ['FailedMount', 'a volume of its pod cannot be mounted'],
    ['FailedAttachVolume', 'a volume of its pod cannot be attached'],
    ['Unhealthy', 'its pod runs and does not get ready'],
  ] as const) {
    const said = warningOf(events, event, isAbout);
    if (said !== null) return { text: `${words} (${said})` };
  }
  return null;
}

/** Why no pod is made: quota, pod security, a webhook. */
function creationReason({ deployment, events }: Evidence): Reason | null {
  const failure = conditionOf(deployment, 'ReplicaFailure');
  const { name } = deployment.metadata;
  const isAbout = (kind: string, about: string): boolean =>
    kind === 'ReplicaSet' && about.startsWith(`${name}-`);
  const said =
    textAt(failure, 'status') === 'True'
      ? textAt(failure, 'message')
      : warningOf(events, 'FailedCreate', isAbout);
  if (said === null) return null;
  return {
    text: `its pods cannot be made ${bracketed(/exceeded quota/.test(said) ? 'quota exceeded' : 'FailedCreate', said)}`,
  };
}

/** Why a rollout does not get healthy, from its newest pod that is not ready, else from why there is none. */
export function reasonOf(evidence: Evidence): Reason | null {
  const created = (pod: KubernetesObject): string => textAt(pod, 'metadata', 'creationTimestamp');
  const unready = evidence.pods
    .filter((pod) => !isReady(pod) && textAt(pod, 'metadata', 'deletionTimestamp') === '')
    .toSorted((one, other) => created(other).localeCompare(created(one)));
  for (const pod of unready) {
    const reason = podReason(pod, evidence.events);
    if (reason !== null) return reason;
  }
  return creationReason(evidence);
}
