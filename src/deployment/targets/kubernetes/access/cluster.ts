import { setTimeout as pause } from 'node:timers/promises';
import { usageError } from '../../../../errors.ts';
import type { KubernetesObject, ObjectName } from '../clusterObject.ts';
import { ask, callOf } from './door.ts';
import type { ClusterOptions, Door } from './door.ts';
import { follow } from './follow.ts';
import { kindNamed, pathOf, resourceOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { listAt, textAt, toObject } from '../look.ts';
import { manager } from '../changes/ownership.ts';
import { conflictsOf, isWithOurselves, refusalOf, unreachable } from './refusal.ts';
import type { Call } from './refusal.ts';
import { openTransport } from './transport.ts';
import type { ApiAnswer } from './transport.ts';

/** What aieng asks of a cluster, in one namespace. Every call is bounded in time and tries, and throws `AiengError`s. */
export interface Cluster {
  readonly namespace: string;
  /** Of the kubeconfig; '' inside a pod. */
  readonly context: string;
  /**
   * Server-side apply as field manager `aieng`, never forced over anybody else: what the object is then (`dryRun`:
   * would be).
   */
  apply(object: KubernetesObject, options: { readonly dryRun: boolean }): Promise<KubernetesObject>;
  /** Null where there is none. */
  read(name: ObjectName): Promise<KubernetesObject | null>;
  /** Null where the cluster does not know the kind (a custom one), or does not let us see it and it is custom. */
  list(
    kind: string,
    labelSelector: string,
    fieldSelector?: string,
  ): Promise<readonly KubernetesObject[] | null>;
  /** False where there was none. What it controls goes with it, in the background. */
  remove(name: ObjectName): Promise<boolean>;
  scale(deployment: string, replicas: number): Promise<void>;
  /** The object now and whenever it changes, null where it is not there, until the signal fires or the caller stops. */
  follow(name: ObjectName, signal: AbortSignal): AsyncGenerator<KubernetesObject | null>;
  /** The last lines of a container (`previous`: of its run before), or null where there are none to see. */
  logTail(pod: string, container: string, previous: boolean): Promise<string | null>;
  /** The text of a pod's /metrics through the API server, or null where it does not answer. */
  podMetrics(pod: string, port: number, isSecure: boolean): Promise<string | null>;
}

/** How a target gets at its cluster: `connectCluster`, but for tests of what is above it. */
export type Connect = (options: ClusterOptions) => Promise<Cluster>;

const logLines = 5;
const pageSize = 250;

function parse(door: Door, call: Call, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw unreachable(
      door.transport.server,
      new Error(`no JSON for ${call.title}`, { cause: error }),
      door.transport.clean,
    );
  }
}

function parseOne(door: Door, call: Call, kind: Kind, body: string): KubernetesObject {
  const object = toObject(parse(door, call, body), kind);
  if (object !== null) return object;
  throw unreachable(door.transport.server, new Error(`no ${call.title} in its answer`), door.transport.clean);
}

const isGood = ({ status }: ApiAnswer): boolean => status >= 200 && status < 300;

async function apply(door: Door, object: KubernetesObject, dryRun: boolean): Promise<KubernetesObject> {
  const kind = kindNamed(object.kind);
  const { name } = object.metadata;
  const call = callOf(door, kind, 'patch', name);
  const send = (force: boolean): Promise<ApiAnswer> => {
    const query = new URLSearchParams({
      fieldManager: manager,
      force: String(force),
      fieldValidation: 'Strict',
      ...(dryRun ? { dryRun: 'All' } : {}),
    });
    return ask(door, {
      method: 'PATCH',
      path: `${pathOf(kind, door.options.namespace, name)}?${query.toString()}`,
      body: JSON.stringify(object),
      contentType: 'application/apply-patch+yaml',
    });
  };
  let answer = await send(false);
  // A write may meet another writer's; the same apply again is decided on what is there then.
  if (answer.status === 409 && conflictsOf(answer.body).length === 0) answer = await send(false);
  if (answer.status === 409 && isWithOurselves(conflictsOf(answer.body))) answer = await send(true);
  if (!isGood(answer)) throw refusalOf(call, answer, door.transport.clean);
  return parseOne(door, call, kind, answer.body);
}

async function read(door: Door, { kind: kindName, name }: ObjectName): Promise<KubernetesObject | null> {
  const kind = kindNamed(kindName);
  const call = callOf(door, kind, 'get', name);
  const answer = await ask(door, { method: 'GET', path: pathOf(kind, door.options.namespace, name) });
  if (answer.status === 404) return null;
  if (!isGood(answer)) throw refusalOf(call, answer, door.transport.clean);
  return parseOne(door, call, kind, answer.body);
}

async function list(
  door: Door,
  kindName: string,
  labelSelector: string,
  fieldSelector = '',
): Promise<KubernetesObject[] | null> {
  const kind = kindNamed(kindName);
  const call = callOf(door, kind, 'list');
  const found: KubernetesObject[] = [];
  let next = '';
  let restarts = 0;
  for (;;) {
    const query = new URLSearchParams({
      labelSelector,
      ...(fieldSelector === '' ? {} : { fieldSelector }),
      limit: String(pageSize),
      ...(next === '' ? {} : { continue: next }),
    });
    const path = `${pathOf(kind, door.options.namespace)}?${query.toString()}`;
    const answer = await ask(door, { method: 'GET', path });
    if (kind.custom === true && [403, 404].includes(answer.status)) return null;
    if (answer.status === 410 && next !== '' && restarts++ < 3) {
      // The list changed too much since its first page: from the start.
      found.length = 0;
      next = '';
      continue;
    }
    if (!isGood(answer)) throw refusalOf(call, answer, door.transport.clean);
    const page = parse(door, call, answer.body);
    found.push(...listAt(page, 'items').flatMap((item) => toObject(item, kind) ?? []));
    next = textAt(page, 'metadata', 'continue');
    if (next === '') return found;
  }
}

async function remove(door: Door, { kind: kindName, name }: ObjectName): Promise<boolean> {
  const kind = kindNamed(kindName);
  const answer = await ask(door, {
    method: 'DELETE',
    path: pathOf(kind, door.options.namespace, name),
    body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' }),
    contentType: 'application/json',
  });
  if (answer.status === 404) return false;
  if (!isGood(answer)) throw refusalOf(callOf(door, kind, 'delete', name), answer, door.transport.clean);
  return true;
}

async function scale(door: Door, name: string, replicas: number): Promise<void> {
  const kind = kindNamed('Deployment');
  const answer = await ask(door, {
    method: 'PATCH',
    path: `${pathOf(kind, door.options.namespace, name)}/scale?fieldManager=${manager}`,
    body: JSON.stringify({ spec: { replicas } }),
    contentType: 'application/merge-patch+json',
  });
  const call = { ...callOf(door, kind, 'patch', name), resource: `${resourceOf(kind)}/scale` };
  if (!isGood(answer)) throw refusalOf(call, answer, door.transport.clean);
}

/** A question whose answer helps but is not needed: whatever goes wrong, it is null. */
async function askText(door: Door, path: string): Promise<string | null> {
  try {
    const answer = await ask(door, { method: 'GET', path });
    return isGood(answer) && answer.body.trim() !== '' ? answer.body : null;
  } catch {
    door.options.signal.throwIfAborted();
    return null;
  }
}

function clusterBehind(door: Door): Cluster {
  const { namespace } = door.options;
  const podPath = (pod: string): string => pathOf(kindNamed('Pod'), namespace, pod);
  return {
    namespace,
    context: door.context,
    apply: (object, { dryRun }) => apply(door, object, dryRun),
    read: (name) => read(door, name),
    list: (kind, labelSelector, fieldSelector) => list(door, kind, labelSelector, fieldSelector),
    remove: (name) => remove(door, name),
    scale: (deployment, replicas) => scale(door, deployment, replicas),
    follow: (name, signal) => follow(door, name, signal),
    logTail: (pod, container, previous) => {
      const query = new URLSearchParams({
        container,
        tailLines: String(logLines),
        previous: String(previous),
      });
      return askText(door, `${podPath(pod)}/log?${query.toString()}`);
    },
    podMetrics: (pod, port, isSecure) =>
      askText(door, `${podPath(`${isSecure ? 'https:' : ''}${pod}:${port}`)}/proxy/metrics`),
  };
}

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal });

function checkNamespace(namespace: string): void {
  if (namespace.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) return;
  throw usageError({
    code: 'namespace-invalid',
    message: `${JSON.stringify(namespace)} is no namespace: expected at most 63 lower-case letters, digits and dashes.`,
    hint: 'Use `aieng deploy --namespace models`, or set it in the pipeline’s deploy section.',
  });
}

/**
 * Connects to the cluster of a kubeconfig's context (no call is made yet).
 *
 * @throws usageError when there is no usable kubeconfig, or the namespace is none.
 */
export const connectCluster: Connect = async (options) => {
  checkNamespace(options.namespace);
  const config = await loadKubeconfig(options.variables, options.context);
  const context = config.getCurrentContext();
  return clusterBehind({
    transport: openTransport(config),
    options,
    context: context === 'inClusterContext' ? '' : context,
    wait: async (ms, signal) => {
      try {
        await (options.wait ?? pauseFor)(ms, signal);
      } catch (error) {
        options.signal.throwIfAborted();
        throw error;
      }
    },
  });
};
