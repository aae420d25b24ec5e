import { credentialsOf } from '../data/address.ts';
import type { Problem } from './problems.ts';
import { dotted, pointerOf } from './problems.ts';
import type { KeySchema } from './schema/index.ts';

/** A document with its environment variables filled in. */
export interface Substituted {
  readonly value: unknown;
  /** Pointer → the text as it is written (`${HOST}`), for every value that came from the environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** Sections that may name environment variables. */
const sectionsWithVariables = ['source', 'deploy'] as const;

/** Its variables are read when something is sent: a machine that trains need not know who is told at night. */
const sectionSentLater = 'alerts';

const variablePattern = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** A filled-in text as the JSON type that its key wants: an environment holds texts only. */
function asType(text: string, schema: KeySchema | undefined): unknown {
  const types = [schema?.type ?? 'string'].flat();
  if (types.includes('string')) return text;
  if ((types.includes('number') || types.includes('integer')) && /^[+-]?\d+(\.\d+)?$/.test(text.trim()))
    return Number(text);
  if (types.includes('boolean') && /^(true|false)$/.test(text.trim())) return text.trim() === 'true';
  return text;
}

interface Filling {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly variables: Record<string, string>;
  readonly problems: Problem[];
}

function fillText(text: string, pointer: string, schema: KeySchema | undefined, filling: Filling): unknown {
  if (text.search(variablePattern) === -1) return text;
  filling.variables[pointer] = text;
  // User and password of an address: what stands for something there (`@`, `/`) is escaped.
  const credentials = (credentialsOf(text)?.length ?? -1) + text.indexOf('://') + 3;
  const filled = text.replace(variablePattern, (written, name: string, at: number) => {
    const value = Object.hasOwn(filling.environment, name) ? filling.environment[name] : undefined;
    if (value !== undefined && value !== '')
      return credentialsOf(text) !== undefined && at < credentials ? encodeURIComponent(value) : value;
    filling.problems.push({
      pointer,
      on: 'value',
      message: `${dotted(pointer)}: the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}`,
      hint: `Set it: export ${name}=…`,
    });
    return written;
  });
  return asType(filled, schema);
}

function fill(value: unknown, pointer: string, schema: KeySchema | undefined, filling: Filling): unknown {
  if (typeof value === 'string') return fillText(value, pointer, schema, filling);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      fill(member, pointerOf(pointer, name), schema?.properties?.[name], filling),
    ]),
  );
}

function strayVariables(value: unknown, pointer: string): Problem[] {
  if (typeof value === 'string' && value.search(variablePattern) !== -1)
    return [
      {
        pointer,
        on: 'value',
        message: `${dotted(pointer)}: environment variables are allowed in source, deploy and alerts only`,
        hint: 'Write the value itself: what a model is made of must not depend on who runs it.',
      },
    ];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    strayVariables(member, pointerOf(pointer, name)),
  );
}

/**
 * Replaces `${NAME}` in `source` and `deploy` by the environment's values. Elsewhere it is a problem, and so is a
 * variable that is not set; the problems name variables and never hold their values.
 */
export function fillVariables(
  value: unknown,
  schema: KeySchema,
  environment: Readonly<Record<string, string | undefined>>,
): Substituted {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { value, variables: {}, problems: [] };
  const filling: Filling = { environment, variables: {}, problems: [] };
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => {
    const pointer = pointerOf('', name);
    if (sectionsWithVariables.some((section) => section === name))
      return [name, fill(member, pointer, schema.properties?.[name], filling)] as const;
    if (name !== sectionSentLater) filling.problems.push(...strayVariables(member, pointer));
    return [name, member] as const;
  });
  return { value: Object.fromEntries(members), variables: filling.variables, problems: filling.problems };
}

/** The environment's values in the address of a source, as `source.path` has them. */
export function fillAddress(
  written: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly value: string; readonly problems: readonly Problem[] } {
  const filling: Filling = { environment, variables: {}, problems: [] };
  const value = fillText(written, '/from', { type: 'string' }, filling);
  return { value: String(value), problems: filling.problems };
}
