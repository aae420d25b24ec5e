import type { ErrorObject } from 'ajv';
import type { Problem } from './problems.ts';
import { dotted, gotText, membersOf, pointerOf, valueAt } from './problems.ts';
import { nearest } from '../suggest.ts';

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object (keys with values)',
  array: 'a list',
  null: 'null',
};

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

function listed(words: readonly string[]): string {
  return words.length > 25 ? `${words.slice(0, 25).join(', ')}, …` : words.join(', ');
}

function meant(word: string, known: readonly string[], what: string): string {
  const suggestion = nearest(word, known);
  return suggestion === undefined ? `${what}: ${listed(known)}.` : `Did you mean "${suggestion}"?`;
}

/** Keys that the schema allows at the place of an `additionalProperties` error. */
function knownKeys(error: ErrorObject): string[] {
  const parent: unknown = error.parentSchema?.['properties'];
  return typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
}

function unknownKey(error: ErrorObject, pointer: string, name: string): Problem {
  const isStep = /^\/features\/columns\/[^/]*\/\d+\/\d+$/.test(error.instancePath);
  const known = knownKeys(error);
  const where = pointer === '' ? '' : ` in ${dotted(pointer)}`;
  return {
    pointer: isStep ? pointer : pointerOf(pointer, name),
    on: isStep ? 'value' : 'key',
    message: `${isStep ? 'unknown transform' : 'unknown key'} "${name.slice(0, 80)}"${where}`,
    hint: meant(name, known, isStep ? 'Transforms' : 'Known keys'),
  };
}

interface Bound {
  readonly words: string;
  readonly hint: string;
}

/** `a number or a list`, from the branches of an anyOf. */
function alternatives(branches: unknown): string {
  const types = (Array.isArray(branches) ? branches : []).flatMap((branch: unknown): string[] => {
    if (typeof branch !== 'object' || branch === null || !('type' in branch)) return [];
    return texts(branch.type).map((type) => typeWords[type] ?? type);
  });
  return types.length === 0 ? 'another value' : [...new Set(types)].join(' or ');
}

function boundOf(error: ErrorObject): Bound {
  const params: Readonly<Record<string, unknown>> = error.params;
  const limit = String(params['limit']);
  const bound = (words: string): Bound => ({ words, hint: `Write a value that is ${words}.` });
  switch (error.keyword) {
    case 'minimum':
      return bound(`at least ${limit}`);
    case 'maximum':
      return bound(`at most ${limit}`);
    case 'exclusiveMinimum':
      return bound(`more than ${limit}`);
    case 'exclusiveMaximum':
      return bound(`less than ${limit}`);
    case 'minLength':
    case 'minItems':
      return { words: limit === '1' ? 'not empty' : `at least ${limit} long`, hint: 'Write at least one.' };
    case 'maxLength':
    case 'maxItems':
      return bound(`at most ${limit} long`);
    case 'uniqueItems':
      return { words: 'a list without repeats', hint: 'Take the repeat out.' };
    case 'minProperties':
    case 'maxProperties':
      return {
        words: 'one transform with its parameters',
        hint: 'Start a new list item ("- ") for each transform.',
      };
    case 'pattern':
      return {
        words: 'lower-case letters, digits, "-" and "_", at most 63',
        hint: 'Rename it, for example: churn-eu.',
      };
    case 'anyOf':
      return { words: alternatives(error.parentSchema?.['anyOf']), hint: 'See docs/pipeline.md.' };
    default:
      return { words: error.message ?? 'otherwise', hint: 'See docs/pipeline.md.' };
  }
}

/**
 * An ajv error in plain words, about the document as it was written.
 *
 * @param pointer Where the error's place stands in the written document (shorthands undone).
 * @param written The document as it was written, with `${NAME}` in it: values of variables are never shown.
 */
export function schemaProblem(error: ErrorObject, pointer: string, written: unknown): Problem {
  const params: Readonly<Record<string, unknown>> = error.params;
  const path = dotted(pointer) || 'the file';
  const got = valueAt(written, pointer);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, pointer, String(params['additionalProperty']));
    case 'required': {
      const name = String(params['missingProperty']);
      const where = pointer === '' ? '' : ` in ${dotted(pointer)}`;
      return {
        pointer,
        on: 'key',
        message: `the key "${name}" is missing${where}`,
        hint: `Add a line "${name}: …".`,
      };
    }
    case 'type': {
      const expected = texts(params['type'])
        .flatMap((types) => types.split(','))
        .map((type) => typeWords[type] ?? type)
        .join(' or ');
      return {
        pointer,
        on: 'value',
        message: `${path}: expected ${expected}, got ${gotText(got)}`,
        hint:
          pointer === ''
            ? 'Write keys with values, one a line: "source: data.csv", "label: <column>". `aieng init --from data.csv --label <column>` makes such a file.'
            : `Write ${expected} after "${membersOf(pointer).at(-1) ?? ''}:".`,
      };
    }
    case 'enum': {
      const words = texts(params['allowedValues']);
      const message = `${path}: expected one of ${listed(words)}, got ${gotText(got)}`;
      return { pointer, on: 'value', message, hint: meant(String(got), words, 'Allowed') };
    }
    default: {
      const { words, hint } = boundOf(error);
      return { pointer, on: 'value', message: `${path}: expected ${words}, got ${gotText(got)}`, hint };
    }
  }
}
