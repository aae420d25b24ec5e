import type { KubernetesObject } from '../object.ts';
import { lasting, selector } from './subject.ts';
import type { Subject } from './subject.ts';
import { portName } from './tlsSecret.ts';

/**
 * Over TLS Prometheus comes by the pod's address, of which no certificate is: it is not asked for one. What it reads holds
 * no data, and it sends no token.
 */
const unverified = { scheme: 'https', tlsConfig: { insecureSkipVerify: true } } as const;

/** Tells the Prometheus operator to read /metrics of every pod. */
export const serviceMonitor = (subject: Subject): KubernetesObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: lasting(subject),
  spec: {
    selector: { matchLabels: selector(subject, 'serve') },
    endpoints: [
      {
        port: portName(subject),
        path: '/metrics',
        ...(portName(subject) === 'https' ? unverified : {}),
        interval: '30s',
        scrapeTimeout: '10s',
      },
    ],
  },
});
