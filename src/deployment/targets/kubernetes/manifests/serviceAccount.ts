import type { KubernetesObject } from '../object.ts';
import { lasting } from './subject.ts';
import type { Subject } from './subject.ts';

/** An account without a token and without rights: nothing in the pods asks the API. */
export const serviceAccount = (subject: Subject): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: lasting(subject),
  automountServiceAccountToken: false,
});
