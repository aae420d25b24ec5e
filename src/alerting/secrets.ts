import { SinkFailure } from './message.ts';

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

type Variables = Readonly<Record<string, string | undefined>>;

function valueOf(name: string, variables: Variables): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value !== undefined && value !== '') return value;
  throw new SinkFailure(`the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}`, {
    passing: false,
  });
}

/**
 * Settings with the environment's values in the place of `${NAME}`.
 *
 * @throws SinkFailure where a variable is not set.
 */
export function filled<Settings extends object>(settings: Settings, variables: Variables): Settings {
  const members = Object.entries(settings).map(([name, value]: [string, unknown]): [string, unknown] => [
    name,
    typeof value === 'string'
      ? value.replaceAll(variable, (_written, named: string) => valueOf(named, variables))
      : value,
  ]);
  return { ...settings, ...Object.fromEntries(members) };
}

/** Names of the variables that settings ask for. */
export const variablesIn = (settings: object): readonly string[] =>
  [...JSON.stringify(settings).matchAll(variable)].map(([, name]) => name!);

/** What is said without a value that came from the environment, in case something of the world repeated it. */
export function scrubbed(text: string, settings: object, variables: Variables): string {
  return variablesIn(settings)
    .map((name) => variables[name] ?? '')
    .filter((value) => value.length >= 4)
    .reduce((clean, value) => clean.replaceAll(value, '***'), text);
}
