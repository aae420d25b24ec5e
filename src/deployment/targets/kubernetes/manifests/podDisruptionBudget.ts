import type { KubernetesObject } from '../object.ts';
import { lasting, selector } from './subject.ts';
import type { Subject } from './subject.ts';

/**
 * Nodes are drained one pod at a time. `maxUnavailable`, not `minAvailable`: it never blocks a drain, however few pods
 * there are; and a pod that is not healthy may always go.
 */
export const podDisruptionBudget = (subject: Subject): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: lasting(subject),
  spec: {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
    selector: { matchLabels: selector(subject, 'serve') },
  },
});
