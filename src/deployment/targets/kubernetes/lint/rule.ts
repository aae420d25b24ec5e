import type { KubernetesObject } from '../object.ts';
import { objectTitle } from '../object.ts';
import type { ObjectSet } from './objectSet.ts';

/** What a rule found in a set of objects. */
export interface Finding {
  readonly rule: string;
  /** `Deployment/churn` */
  readonly object: string;
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
  /** The one edit that mends it. */
  readonly fix: string;
}

/** Something that every schema lets pass and that does not work in a cluster. */
export interface Rule {
  readonly name: string;
  readonly check: (set: ObjectSet) => readonly Fault[];
}

export interface Fault {
  readonly object: KubernetesObject;
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

export const findingsOf = (rule: Rule, set: ObjectSet): readonly Finding[] =>
  rule.check(set).map(({ object, ...rest }) => ({ rule: rule.name, object: objectTitle(object), ...rest }));
