import { rules } from './index.ts';
import { objectSet } from './objectSet.ts';
import { findingsOf } from './rule.ts';
import type { Finding } from './rule.ts';
import type { KubernetesObject } from '../object.ts';

/** What every schema lets pass and what does not work, or not well, in a cluster: of objects that are applied together. */
export function lint(objects: readonly KubernetesObject[]): readonly Finding[] {
  const set = objectSet(objects);
  return rules.flatMap((rule) => findingsOf(rule, set));
}
