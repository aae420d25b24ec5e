import { usageError } from '../errors.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What every schedule needs to find programs and folders; taken along where the caller has it. */
const alwaysTaken = ['PATH'];

/**
 * The variables that go along: those that were named, and PATH.
 *
 * @throws usage error for a name that is none, or is not set here. No message has a value in it.
 */
export function takenVariables(names: readonly string[], variables: Variables): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  for (const name of [...alwaysTaken, ...names]) {
    if (!variableName.test(name))
      throw usageError({
        code: 'variable-name-invalid',
        message: `"${name.slice(0, 40).replace(/=.*/s, '=…')}" is not the name of a variable.`,
        hint: 'Give the name alone, as in --variable DATABASE_URL: its value is taken from the environment of this command.',
      });
    const value = variables[name];
    if (value !== undefined) taken.set(name, value);
    else if (!alwaysTaken.includes(name))
      throw usageError({
        code: 'variable-not-set',
        message: `The variable ${name} is not set here, so its value cannot be kept for the schedule.`,
        hint: `Set it (export ${name}=…) and run this again.`,
      });
  }
  return taken;
}

/** One JSON object: read as data, never by a shell. */
export const environmentText = (taken: ReadonlyMap<string, string>): string =>
  `${JSON.stringify(Object.fromEntries(taken), null, 2)}\n`;

/** @throws usage error where the file was damaged; what stands in it is not repeated. */
export function parseEnvironment(text: string, path: string): Readonly<Record<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = null;
  }
  const entries =
    typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? Object.entries(parsed) : null;
  if (
    entries?.every(
      (entry): entry is [string, string] => variableName.test(entry[0]) && typeof entry[1] === 'string',
    ) === true
  )
    return Object.fromEntries(entries);
  throw usageError({
    code: 'schedule-damaged',
    message: `${path} is not the environment file that \`aieng schedule\` wrote.`,
    hint: 'Install the schedule again: `aieng schedule`, with the same flags.',
  });
}
