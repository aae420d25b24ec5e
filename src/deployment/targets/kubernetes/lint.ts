import { rules } from './lint/index.ts';
import { objectSet } from './lint/objectSet.ts';
import { findingsOf } from './lint/rule.ts';
import type { Finding } from './lint/rule.ts';
import type { KubernetesObject } from './object.ts';

/** What every schema lets pass and what does not work, or not well, in a cluster: of objects that are applied together. */
export function lint(objects: readonly KubernetesObject[]): readonly Finding[] {
  const set = objectSet(objects);
  return rules.flatMap((rule) => findingsOf(rule, set));
}
