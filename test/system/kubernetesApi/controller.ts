import type { Json } from './fieldSets.ts';
import type { Objects } from './objects.ts';

/** What becomes of a Deployment's new pods. */
export type Fate =
  'healthy' | 'image-pull' | 'crash' | 'oom' | 'unschedulable' | 'unready' | 'quota' | 'silent';

const condition = (type: string, status: string, reason = '', message = ''): Json => ({
  type,
  status,
  reason,
  message,
  lastUpdateTime: '2026-01-02T03:04:05Z',
});

const ready: Json = { conditions: [condition('PodScheduled', 'True'), condition('Ready', 'True')] };

/** The status of a pod that does not get ready, as kubelet and scheduler write it. */
function badPod(fate: Fate, image: string): Json {
  const waiting = (reason: string, message: string): Json => ({ waiting: { reason, message } });
  const crashed = (reason: string, exitCode: number): Json => ({
    state: waiting('CrashLoopBackOff', 'back-off 10s restarting failed container=serve'),
    lastState: { terminated: { exitCode, reason } },
    restartCount: 3,
  });
  const states: Partial<Record<Fate, Json>> = {
    'image-pull': { state: waiting('ImagePullBackOff', `Back-off pulling image "${image}"`) },
    crash: crashed('Error', 9),
    oom: crashed('OOMKilled', 137),
    unready: { state: { running: {} }, restartCount: 0 },
  };
  const status = { name: 'serve', image, ready: false, restartCount: 0, ...states[fate] };
  if (fate !== 'unschedulable')
    return {
      conditions: [condition('PodScheduled', 'True'), condition('Ready', 'False')],
      containerStatuses: [status],
    };
  return {
    conditions: [
      condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available: 3 Insufficient memory.'),
    ],
  };
}

/** Plays Deployment controller, scheduler and kubelet: each new generation gets its fate, and old pods stay until new ones are ready. */
export class Controller {
  /** By the image of the pod template. */
  fate: (image: string) => Fate = () => 'healthy';
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Looks at a Deployment after it was written. */
  reconcile(name: string): void {
    const live = this.#objects.get('Deployment', name);
    if (live === undefined) {
      this.#removePods(name, () => true);
      return;
    }
    const { spec, metadata } = live;
    if (live['status']?.observedGeneration === metadata.generation) return;
    const image: string = spec.template.spec.containers[0].image;
    const fate = this.fate(image);
    if (fate === 'silent') return;
    const isHealthy = fate === 'healthy' || spec.replicas === 0;
    const isNew = (pod: Json): boolean => pod['spec'].containers[0].image === image;
    if (isHealthy) this.#removePods(name, (pod) => !isNew(pod) || spec.replicas === 0);
    for (let i = 0; i < (isHealthy ? spec.replicas : fate === 'quota' ? 0 : 1); i++)
      this.#putPod(live, image, `${name}-${hash(image)}-${i}`, isHealthy ? ready : badPod(fate, image));
    this.#putEvents(name, `${name}-${hash(image)}`, fate);
    const serving = this.#pods(name).filter((pod) => pod['status'].conditions[1]?.status === 'True');
    const count = this.#pods(name).length;
    const available = serving.length;
    this.#objects.setStatus('Deployment', name, {
      observedGeneration: metadata.generation,
      replicas: count,
      updatedReplicas: isHealthy ? count : 1,
      readyReplicas: available,
      availableReplicas: available,
      conditions: [
        condition('Available', available > 0 || spec.replicas === 0 ? 'True' : 'False'),
        isHealthy
          ? condition('Progressing', 'True', 'NewReplicaSetAvailable')
          : condition('Progressing', 'False', 'ProgressDeadlineExceeded'),
        ...(fate === 'quota'
          ? [
              condition(
                'ReplicaFailure',
                'True',
                'FailedCreate',
                'pods "x" is forbidden: exceeded quota: team, requested: memory=1Gi',
              ),
            ]
          : []),
      ],
    });
  }

  #pods(name: string): Json[] {
    return this.#objects.all('Pod').filter((pod) => pod['metadata'].name.startsWith(`${name}-`));
  }

  #removePods(name: string, which: (pod: Json) => boolean): void {
    for (const pod of this.#pods(name)) if (which(pod)) this.#objects.remove('Pod', pod['metadata'].name);
  }

  #putPod({ spec }: Json, image: string, name: string, status: Json): void {
    const [container] = spec.template.spec.containers;
    if (this.#objects.get('Pod', name)) return;
    const labels = spec.template.metadata.labels;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels },
      spec: { containers: [{ ...container, image }] },
    };
    this.#objects.update(pod, { manager: 'kube-controller-manager' });
    const containerStatuses = status['containerStatuses'] ?? [
      { name: 'serve', image, ready: true, restartCount: 1 },
    ];
    this.#objects.setStatus('Pod', name, { ...status, containerStatuses });
  }

  #putEvents(name: string, owner: string, fate: Fate): void {
    if (fate !== 'unready') return;
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      type: 'Warning',
      metadata: { name: `${name}.unhealthy` },
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
      involvedObject: { kind: 'Pod', name: `${owner}-0` },
      lastTimestamp: '2026-01-02T03:04:05Z',
    };
    this.#objects.update(event, { manager: 'kubelet' });
  }
}

/** The pods of an image carry a word of it, as those of a template carry its hash. */
const hash = (image: string): string => image.replaceAll(/[^a-z0-9]/g, '');

/** The first pod of an image. */
export const podOf = (deployment: string, image: string): string => `${deployment}-${hash(image)}-0`;
