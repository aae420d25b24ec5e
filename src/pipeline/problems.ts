/** One thing that is wrong with a document, by JSON pointer into it as it is written. */
export interface Problem {
  readonly pointer: string;
  /** Does the key or its value have to change? */
  readonly on: 'key' | 'value';
  /** What is wrong: got and expected. Never holds the value of an environment variable. */
  readonly message: string;
  readonly hint: string;
}

/** A JSON pointer with one more member. */
export function pointerOf(parent: string, member: string): string {
  return `${parent}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The members of a JSON pointer. */
export function membersOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((member) => member.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A pointer as people write it: `features.columns.age[0]`; empty for the whole document. */
export function dotted(pointer: string): string {
  return membersOf(pointer).reduce(
    (path, member) =>
      /^\d+$/.test(member) ? `${path}[${member}]` : path === '' ? member : `${path}.${member}`,
    '',
  );
}

/** A problem in the form that all have: the place, what is wrong, and what to do. */
export const problem = (
  pointer: string,
  message: string,
  hint: string,
  on: Problem['on'] = 'value',
): Problem => ({ pointer, on, message: `${dotted(pointer)}: ${message}`, hint });

/** What stands at a pointer, or undefined. Own members only. */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const member of membersOf(pointer)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, member)) return undefined;
    at = Object.entries(at).find(([name]) => name === member)?.[1];
  }
  return at;
}

/** A value for a message: `the text "x"`, `the number 5`, `a list`, `an object`, `nothing`. */
export function gotText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)}`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'an object';
  }
}
