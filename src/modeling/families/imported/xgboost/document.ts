import { modelRefused } from '../foreign.ts';

/** What is wrong with a file of XGBoost's. */
export const refused = (problem: string, hint?: string): Error => modelRefused('XGBoost', problem, hint);

export type Json = Readonly<Record<string, unknown>>;

/** A member of an untrusted document. */
export function objectAt(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused(`${where} is absent`);
  return Object.fromEntries(Object.entries(value));
}

export function listAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(`${where} is no list`);
  return value;
}

/** A list of numbers, as long as it has to be. JSON's bare NaN was read as null. */
export function numbersAt(value: unknown, where: string, length?: number): readonly number[] {
  const list = listAt(value, where);
  if (length !== undefined && list.length !== length)
    throw refused(`${where} has ${list.length} entries, expected ${length}`);
  return list.map((each) => {
    if (each === null) return NaN;
    if (typeof each === 'boolean') return Number(each);
    if (typeof each !== 'number')
      throw refused(`${where} holds ${JSON.stringify(each).slice(0, 40)}, no number`);
    return each;
  });
}

export function integersAt(
  value: unknown,
  where: string,
  [least, most]: readonly [number, number],
  length?: number,
): readonly number[] {
  const list = numbersAt(value, where, length);
  const wrong = list.find((each) => !(Number.isInteger(each) && each >= least && each <= most));
  if (wrong !== undefined) throw refused(`${where} holds ${wrong}, expected ${least} to ${most}`);
  return list;
}

/** A parameter that is written as a text: `"5E-1"`, `"[1E0,2E0]"`. */
export function parameterNumbers(value: unknown, where: string): readonly number[] {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw refused(`${where} is absent`);
  const words = text.replace(/^\[|\]$/g, '').split(',');
  return words.map((word) => {
    const number = Number(word);
    if (word.trim() === '' || !Number.isFinite(number))
      throw refused(`${where} is ${JSON.stringify(text.slice(0, 40))}, no finite number`);
    return number;
  });
}

export function parameterCount(value: unknown, where: string, byDefault?: number): number {
  if (value === undefined && byDefault !== undefined) return byDefault;
  const [count, ...more] = parameterNumbers(value, where);
  if (count === undefined || more.length > 0 || !(Number.isInteger(count) && count >= 0 && count <= 2 ** 31))
    throw refused(`${where} is ${String(value).slice(0, 40)}, no count`);
  return count;
}

/** XGBoost writes bare NaN and infinities, which JSON does not know: they are null here, and checked where they stand. */
export function parseXgboostJson(text: string): unknown {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity|nan|inf)\b/g, (found) =>
    found.startsWith('"') ? found : 'null',
  );
  try {
    return JSON.parse(plain);
  } catch {
    throw refused('it is no JSON document: it was cut off, or is something else');
  }
}
