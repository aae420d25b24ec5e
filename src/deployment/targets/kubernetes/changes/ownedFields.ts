import { manager } from './ownership.ts';
import type { KubernetesObject } from '../clusterObject.ts';
import { at, fieldsAt, isFields, listAt, textAt } from '../look.ts';
import type { Fields } from '../look.ts';

/** Of a set of fields (`fieldsV1`): every step is a field (`f:`), a list's item by key (`k:`), by value (`v:`) or by place (`i:`). */
function take(value: unknown, fields: Fields): unknown {
  const steps = Object.keys(fields).filter((step) => step !== '.');
  // A leaf is owned whole: a plain value, an atomic list, an empty map.
  if (steps.length === 0) return value;
  if (Array.isArray(value)) return takeItems(value, fields, steps);
  if (!isFields(value)) return value;
  const taken: [string, unknown][] = [];
  for (const step of steps) {
    const name = step.slice(2);
    if (step.startsWith('f:') && Object.hasOwn(value, name))
      taken.push([name, take(value[name], fieldsAt(fields, step))]);
  }
  return Object.fromEntries(taken);
}

function parseKey(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function takeItems(list: readonly unknown[], fields: Fields, steps: readonly string[]): readonly unknown[] {
  const taken: { readonly place: number; readonly item: unknown }[] = [];
  for (const step of steps) {
    const key = step.startsWith('i:') ? Number(step.slice(2)) : parseKey(step.slice(2));
    const place = list.findIndex((item, index) => {
      if (step.startsWith('i:')) return index === key;
      if (step.startsWith('v:')) return item === key;
      return isFields(key) && Object.entries(key).every(([name, wanted]) => at(item, name) === wanted);
    });
    if (place === -1) continue;
    const item = take(list[place], fieldsAt(fields, step));
    // The key identifies the item for the next apply, whoever owns its fields.
    taken.push({ place, item: isFields(key) && isFields(item) ? { ...key, ...item } : item });
  }
  return taken.sort((one, other) => one.place - other.place).map(({ item }) => item);
}

/**
 * What aieng last applied to a live object: its values at the fields that `metadata.managedFields` says are ours
 * (the API's documented FieldsV1 format). Applying it again undoes whatever we applied since, and nothing of others.
 * Null where no field is ours.
 */
export function ownedFields(live: KubernetesObject): KubernetesObject | null {
  const entry = listAt(live, 'metadata', 'managedFields').find(
    (one) =>
      textAt(one, 'manager') === manager &&
      textAt(one, 'operation') === 'Apply' &&
      textAt(one, 'subresource') === '',
  );
  if (entry === undefined) return null;
  const taken = take(live, fieldsAt(entry, 'fieldsV1'));
  if (!isFields(taken)) return null;
  const { name, namespace } = live.metadata;
  const metadata = { ...fieldsAt(taken, 'metadata'), name, ...(namespace ? { namespace } : {}) };
  return { ...taken, apiVersion: live.apiVersion, kind: live.kind, metadata };
}
