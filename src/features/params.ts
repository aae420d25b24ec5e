import { damagedError, usageError } from '../errors.ts';
import type { AiengError } from '../errors.ts';
import type { Params, Plain } from './spec.ts';

/** The part of JSON Schema that parameters are declared in. */
type ParamSchema =
  | {
      readonly type: 'number' | 'integer';
      readonly minimum?: number;
      readonly exclusiveMinimum?: number;
      readonly maximum?: number;
      readonly default?: number;
      readonly description: string;
    }
  | {
      readonly type: 'string';
      readonly enum?: readonly string[];
      readonly default?: string;
      readonly description: string;
    }
  | { readonly type: 'boolean'; readonly default?: boolean; readonly description: string }
  | {
      readonly type: 'array';
      readonly items: ParamSchema;
      readonly minItems: number;
      readonly maxItems: number;
      readonly default?: readonly Plain[];
      readonly description: string;
    }
  | { readonly anyOf: readonly ParamSchema[]; readonly description: string };

/** JSON Schema of a transform's parameters: an object, every key optional, unknown keys refused. */
export type ParamsSchema = {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ParamSchema>>;
  readonly additionalProperties: false;
};

/** A schema of these parameters. */
export const paramsSchema = (properties: Readonly<Record<string, ParamSchema>>): ParamsSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});

/** No parameters. */
export const noParams: ParamsSchema = paramsSchema({});

function expectedNumber(
  schema: Extract<ParamSchema, { type: 'number' | 'integer' }>,
  value: Plain,
): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return `a finite ${schema.type}`;
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return 'an integer';
  if (schema.minimum !== undefined && value < schema.minimum) return `at least ${schema.minimum}`;
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum)
    return `more than ${schema.exclusiveMinimum}`;
  if (schema.maximum !== undefined && value > schema.maximum) return `at most ${schema.maximum}`;
  return null;
}

/** What the schema expects where the value is not it; null where it is. */
function expected(schema: ParamSchema, value: Plain): string | null {
  if ('anyOf' in schema) {
    const problems = schema.anyOf.map((choice) => expected(choice, value));
    return problems.includes(null) ? null : problems.join(' or ');
  }
  switch (schema.type) {
    case 'number':
    case 'integer':
      return expectedNumber(schema, value);
    case 'string':
      if (typeof value !== 'string')
        return schema.enum === undefined ? 'text' : `one of ${schema.enum.join(', ')}`;
      return schema.enum?.includes(value) === false ? `one of ${schema.enum.join(', ')}` : null;
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'array': {
      if (!Array.isArray(value)) return 'a list';
      if (value.length < schema.minItems) return `at least ${schema.minItems} items`;
      if (value.length > schema.maxItems) return `at most ${schema.maxItems} items`;
      const problem = value.map((item: Plain) => expected(schema.items, item)).find((text) => text !== null);
      return problem === undefined ? null : `a list whose items are each ${problem}`;
    }
  }
}

/** The usage error for a parameter of a transform. */
export const paramError = (transform: string, message: string, hint: string): AiengError =>
  usageError({ code: 'transform-parameter', message: `Transform ${transform}: ${message}`, hint });

/** Throws a usage error for an unknown parameter or one of a wrong type or out of bounds. */
export function checkParams(transform: string, schema: ParamsSchema, params: Params): void {
  const known = Object.keys(schema.properties);
  for (const [key, value] of Object.entries(params)) {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property === undefined)
      throw paramError(
        transform,
        `unknown parameter ${JSON.stringify(key)}.`,
        known.length === 0
          ? 'It takes no parameters: remove it.'
          : `Its parameters are: ${known.join(', ')}.`,
      );
    const problem = expected(property, value);
    if (problem !== null)
      throw paramError(
        transform,
        `parameter ${key} is ${JSON.stringify(value)}, expected ${problem}.`,
        `${key}: ${property.description}`,
      );
  }
}

/** A checked number parameter, or the default. */
export function numberParam(params: Params, key: string, fallback: number): number {
  const value = params[key];
  return typeof value === 'number' ? value : fallback;
}

/** A checked true/false parameter, or the default. */
export function flagParam(params: Params, key: string, fallback: boolean): boolean {
  const value = params[key];
  return typeof value === 'boolean' ? value : fallback;
}

/** A checked word parameter, or the default. */
export function wordParam(params: Params, key: string, fallback: string): string {
  const value = params[key];
  return typeof value === 'string' ? value : fallback;
}

/** The numbers of a checked list parameter, or null where it was not given. */
export function numbersParam(params: Params, key: string): readonly number[] | null {
  const value = params[key];
  return Array.isArray(value) ? value.filter((item: Plain) => typeof item === 'number') : null;
}

/** The words of a checked list parameter, or null where it was not given. */
export function wordsParam(params: Params, key: string): readonly string[] | null {
  const value = params[key];
  return Array.isArray(value) ? value.filter((item: Plain) => typeof item === 'string') : null;
}

/** The error for fitted features that are not what `fit` makes. */
export const damagedState = (what: string): AiengError =>
  damagedError({
    code: 'features-damaged',
    message: `The fitted features cannot be read: ${what}.`,
    hint: 'Restore the bundle or train again; features.json is not meant to be edited.',
  });

/** A finite number of a fitted state. */
export function stateNumber(state: Params, key: string): number {
  const value = state[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw damagedState(`"${key}" should be a finite number`);
}

/** An integer between the bounds of a fitted state (bounds keep an edited file from asking for all memory). */
export function stateInteger(state: Params, key: string, minimum: number, maximum: number): number {
  const value = stateNumber(state, key);
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw damagedState(`"${key}" should be an integer from ${minimum} to ${maximum}`);
}

/** A true/false of a fitted state. */
export function stateFlag(state: Params, key: string): boolean {
  const value = state[key];
  if (typeof value === 'boolean') return value;
  throw damagedState(`"${key}" should be true or false`);
}

/** The finite numbers of a fitted state. */
export function stateNumbers(state: Params, key: string): Float64Array {
  const value = state[key];
  if (Array.isArray(value) && value.every((item: Plain) => typeof item === 'number' && Number.isFinite(item)))
    return Float64Array.from(value.filter((item: Plain) => typeof item === 'number'));
  throw damagedState(`"${key}" should be a list of finite numbers`);
}

/** Ascending numbers of a fitted state; equal neighbours are allowed. */
export function stateAscending(state: Params, key: string): Float64Array {
  const values = stateNumbers(state, key);
  if (values.every((value, i) => i === 0 || values[i - 1]! <= value)) return values;
  throw damagedState(`"${key}" should be in ascending order`);
}

/** One of these words of a fitted state. */
export function stateChoice<W extends string>(state: Params, key: string, choices: readonly W[]): W {
  const value = choices.find((choice) => choice === state[key]);
  if (value !== undefined) return value;
  throw damagedState(`"${key}" should be one of ${choices.join(', ')}`);
}

/** The words of a fitted state. */
export function stateWords(state: Params, key: string): readonly string[] {
  const value = state[key];
  if (Array.isArray(value) && value.every((item: Plain) => typeof item === 'string'))
    return value.filter((item: Plain) => typeof item === 'string');
  throw damagedState(`"${key}" should be a list of words`);
}
