import type { Json } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import { followsFamily } from '../tracking/stages.ts';
import type { Parts } from './stage.ts';

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const short = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 12)}…` : text;
};

/** `model.epochs: 200 → 100`, one line for each leaf that differs. */
function leafChanges(path: string, before: Json | undefined, after: Json | undefined): string[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (!isObject(before) || !isObject(after)) return [`${path}: ${short(before)} → ${short(after)}`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => leafChanges(`${path}.${key}`, before[key], after[key]));
}

/**
 * Why a stage has to run, from what it depended on last time and what it depends on now. Pure; empty = fresh.
 *
 * @example changedParts({ code: 'a' }, { code: 'b' }) // → ['code changed']
 */
export function changedParts(before: Parts | undefined, after: Parts): readonly string[] {
  if (before === undefined) return ['never ran'];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  // Another aieng names its parts otherwise: what it did not write down is no change of the project.
  const sameCode = canonicalJson(before.code ?? null) === canonicalJson(after.code ?? null);
  return names.flatMap((name) => {
    if (before[name] === undefined) return sameCode && !followsFamily(name) ? [`${name} is new`] : [];
    if (after[name] === undefined) return sameCode && !followsFamily(name) ? [`${name} is gone`] : [];
    if (canonicalJson(before[name]) === canonicalJson(after[name])) return [];
    if (isObject(before[name]) && isObject(after[name])) return leafChanges(name, before[name], after[name]);
    return [`${name} changed`];
  });
}

/** Why a stage that cannot be taken from the cache runs: what changed, or that its result was lost. Never empty. */
export function whyStale(before: Parts | undefined, after: Parts): readonly string[] {
  const changes = changedParts(before, after);
  return changes.length > 0 ? changes : ['its result is gone from the store'];
}
