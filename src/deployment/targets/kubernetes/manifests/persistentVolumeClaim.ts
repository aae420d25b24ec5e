import type { KubernetesObject } from '../object.ts';
import { lasting } from './subject.ts';
import type { Subject } from './subject.ts';

/** The project, its store and the prediction logs: written by pods on many nodes, hence ReadWriteMany. */
export const persistentVolumeClaim = (subject: Subject): KubernetesObject => {
  const { sizeGb, storageClass } = subject.settings.claim;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: lasting(subject, '-workspace'),
    spec: {
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: `${sizeGb}Gi` } },
      ...(storageClass === null ? {} : { storageClassName: storageClass }),
    },
  };
};
