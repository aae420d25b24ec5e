import { accessAnnotation } from './accessSecret.ts';
import type { KubernetesObject } from '../object.ts';
import { podBase } from './pod.ts';
import { drainSeconds, graceSeconds, servingContainer, servingVolumes } from './serving.ts';
import { componentLabels, versioned } from './subject.ts';
import type { Subject } from './subject.ts';

/**
 * The service as a KServe predictor. RawDeployment, since Knative accepts neither claims nor the pod's name in a variable
 * unless it is told to.
 */
export function inferenceService(subject: Subject): KubernetesObject {
  const { settings } = subject;
  const metadata = versioned(subject, 'serve');
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, 'serving.kserve.io/deploymentMode': 'RawDeployment' },
    },
    spec: {
      predictor: {
        minReplicas: settings.minReplicas,
        maxReplicas: settings.maxReplicas,
        scaleMetric: 'cpu',
        scaleTarget: settings.targetCpuPercent,
        labels: componentLabels(subject, 'serve'),
        annotations: {
          ...accessAnnotation(subject),
          'dev.aieng/drain-seconds': String(drainSeconds(subject)),
        },
        ...podBase(subject),
        terminationGracePeriodSeconds: graceSeconds(subject),
        // The name that KServe looks for.
        containers: [servingContainer(subject, 'kserve-container')],
        volumes: servingVolumes(subject),
      },
    },
  };
}
