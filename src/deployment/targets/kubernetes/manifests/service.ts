import type { KubernetesObject } from '../object.ts';
import { lasting, selector } from './subject.ts';
import type { Subject } from './subject.ts';
import { portName, usualPort } from './tlsSecret.ts';

/** One address inside the cluster for all pods of all versions. */
export const service = (subject: Subject): KubernetesObject => {
  const metadata = lasting(subject);
  const name = portName(subject);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    // The component is what a ServiceMonitor finds it by.
    metadata: { ...metadata, labels: { ...metadata.labels, 'app.kubernetes.io/component': 'serve' } },
    spec: {
      type: 'ClusterIP',
      selector: selector(subject, 'serve'),
      ports: [{ name, port: usualPort(subject), targetPort: name, protocol: 'TCP' }],
    },
  };
};
