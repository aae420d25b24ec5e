import { accessAnnotation } from './accessSecret.ts';
import type { JsonRecord } from '../fields.ts';
import type { KubernetesObject } from '../object.ts';
import { podBase } from './pod.ts';
import { drainSeconds, graceSeconds, servingContainer, servingVolumes, startupSeconds } from './serving.ts';
import { componentLabels, facts, selector, versioned } from './subject.ts';
import type { Subject } from './subject.ts';

/** A pod counts when it has been ready this long: what falls over at its first requests never counts. */
const minReadySeconds = 5;
/** Beyond the start itself: finding a node, pulling the image. */
const schedulingSeconds = 60;

const spread = (subject: Subject, topologyKey: string): JsonRecord => ({
  maxSkew: 1,
  topologyKey,
  // A wish, not a condition: a small cluster has one zone, and a pod that waits serves nobody.
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: selector(subject, 'serve') },
});

/** The service's pods. It has no `replicas`: their number is the autoscaler's, and applying must not reset it. */
export const deployment = (subject: Subject): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: versioned(subject, 'serve'),
  spec: {
    revisionHistoryLimit: 5,
    minReadySeconds,
    progressDeadlineSeconds: startupSeconds(subject) + minReadySeconds + schedulingSeconds,
    // Never fewer pods than before while a version is replaced.
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
    selector: { matchLabels: selector(subject, 'serve') },
    template: {
      metadata: {
        labels: componentLabels(subject, 'serve'),
        annotations: {
          ...facts(subject),
          ...accessAnnotation(subject),
          'dev.aieng/drain-seconds': String(drainSeconds(subject)),
        },
      },
      spec: {
        ...podBase(subject),
        terminationGracePeriodSeconds: graceSeconds(subject),
        topologySpreadConstraints: [
          spread(subject, 'kubernetes.io/hostname'),
          spread(subject, 'topology.kubernetes.io/zone'),
        ],
        containers: [servingContainer(subject, 'serve')],
        volumes: servingVolumes(subject),
      },
    },
  },
});
