import type { KubernetesObject } from '../clusterObject.ts';
import { at, listAt, textAt } from '../look.ts';
import { labelValue } from '../naming.ts';

/** The field manager of everything that aieng writes. */
export const manager = 'aieng';

const managedBy = 'app.kubernetes.io/managed-by';
const instance = 'app.kubernetes.io/instance';

/** Selects what carries the labels of a deployment. */
export const selectorOf = (name: string): string => `${managedBy}=${manager},${instance}=${labelValue(name)}`;

/** It carries the labels of the deployment. */
export const isLabelled = ({ metadata }: KubernetesObject, name: string): boolean =>
  metadata.labels?.[managedBy] === manager && metadata.labels[instance] === labelValue(name);

/** aieng wrote fields of it: labels alone can be copied by anybody. */
export const isManaged = (object: KubernetesObject): boolean =>
  listAt(object, 'metadata', 'managedFields').some(
    (entry) => textAt(entry, 'manager') === manager && textAt(entry, 'operation') === 'Apply',
  );

/** The cluster's own controllers made it (the Jobs of a CronJob, say): it comes and goes with its owner. */
export const isDependent = (object: KubernetesObject): boolean =>
  listAt(object, 'metadata', 'ownerReferences').some((owner) => at(owner, 'controller') === true);

/** Ours to change and to remove: both the labels and the fields say so. */
export const isOurs = (object: KubernetesObject, name: string): boolean =>
  isLabelled(object, name) && isManaged(object) && !isDependent(object);

/** Who else writes fields of it, for messages. */
export const otherManagers = (object: KubernetesObject): readonly string[] => [
  ...new Set(
    listAt(object, 'metadata', 'managedFields')
      .map((entry) => textAt(entry, 'manager').replaceAll(/[^\x20-\x7e]/g, '?'))
      .filter((name) => name !== '' && name !== manager),
  ),
];
