import type { Problem } from './problems.ts';
import { dotted, pointerOf } from './problems.ts';
import { nearest } from '../suggest.ts';

/** A JSON object that nothing is known of yet. */
export type Keys = Readonly<Record<string, unknown>>;

/** Collects what is wrong with a row schema, by pointer. */
export type Report = (pointer: string, message: string, hint: string, on?: Problem['on']) => void;

/** Is it a JSON object? */
export function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Is it a list of texts? */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

/** Reports keys that are not among the known ones, with did-you-mean. `otherwise` is the hint for some of them. */
export function refuseUnknown(
  keys: Keys,
  known: readonly string[],
  at: string,
  report: Report,
  otherwise: Readonly<Record<string, string>> = {},
): void {
  for (const name of Object.keys(keys)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    report(
      pointerOf(at, name),
      `unknown key "${name.slice(0, 80)}"${at === '' ? '' : ` in ${dotted(at)}`}`,
      otherwise[name] ??
        (meant === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean "${meant}"?`),
      'key',
    );
  }
}
