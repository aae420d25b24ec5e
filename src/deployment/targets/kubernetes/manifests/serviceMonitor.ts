import type { KubernetesObject } from '../object.ts';
import { lasting, selector } from './subject.ts';
import type { Subject } from './subject.ts';

/** Tells the Prometheus operator to read /metrics of every pod. */
export const serviceMonitor = (subject: Subject): KubernetesObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: lasting(subject),
  spec: {
    selector: { matchLabels: selector(subject, 'serve') },
    endpoints: [{ port: 'http', path: '/metrics', interval: '30s', scrapeTimeout: '10s' }],
  },
});
