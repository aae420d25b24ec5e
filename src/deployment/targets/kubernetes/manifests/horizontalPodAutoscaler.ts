import type { KubernetesObject } from '../object.ts';
import { lasting } from './subject.ts';
import type { Subject } from './subject.ts';

/** Pods by CPU use of their request: up at once, down slowly, since traffic comes back. */
export const horizontalPodAutoscaler = (subject: Subject): KubernetesObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: lasting(subject),
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: subject.name },
    minReplicas: subject.settings.minReplicas,
    maxReplicas: subject.settings.maxReplicas,
    metrics: [
      {
        type: 'Resource',
        resource: {
          name: 'cpu',
          target: { type: 'Utilization', averageUtilization: subject.settings.targetCpuPercent },
        },
      },
    ],
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        policies: [
          { type: 'Percent', value: 100, periodSeconds: 30 },
          { type: 'Pods', value: 2, periodSeconds: 30 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }],
      },
    },
  },
});
