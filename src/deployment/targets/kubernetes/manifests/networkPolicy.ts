import type { KubernetesObject } from '../object.ts';
import { servingPort } from './serving.ts';
import { identity, lasting, selector } from './subject.ts';
import type { Component, Subject } from './subject.ts';

/**
 * To the service: its port and nothing else; from it: nothing, not even names. `from` is left out on purpose: "all
 * pods" would lock out the API server's proxy, by which `status` reads metrics, and ingress controllers on the nodes'
 * own network.
 */
export const servingPolicy = (subject: Subject): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: lasting(subject, '-serve'),
  spec: {
    podSelector: { matchLabels: selector(subject, 'serve') },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [{ protocol: 'TCP', port: servingPort }] }],
    egress: [],
  },
});

const jobs: readonly Component[] = ['run', 'monitor', 'retrain', 'predict', 'merge'];

/** Jobs read and write the claim and talk to nobody. A source behind the network needs a policy of its own beside it. */
export const jobsPolicy = (subject: Subject): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: lasting(subject, '-jobs'),
  spec: {
    podSelector: {
      matchLabels: identity(subject),
      matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'In', values: jobs }],
    },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [],
    egress: [],
  },
});
