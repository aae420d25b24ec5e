import { createRequire } from 'node:module';
import type * as AjvModule from 'ajv';
import type { Ajv as Validator, ErrorObject, ValidateFunction } from 'ajv';
import { accepts } from '../accepts.ts';
import type { PlainSchema } from '../accepts.ts';

/** Is a value what its schema says? Gives it, or says what is wrong with it in one line. */
export type DocumentCheck<Document> = (
  value: unknown,
) => { readonly document: Document } | { readonly problem: string };

let validator: Validator | undefined;

/** Only what is wrong needs one: to load it and compile a schema takes longer than to start a service. */
function loadValidator(): Validator {
  if (validator === undefined) {
    // Documents are checked where nothing can wait.
    const { Ajv } = createRequire(import.meta.url)('ajv') as typeof AjvModule;
    validator = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false });
  }
  return validator;
}

/** The first complaint of a schema, in one line. */
function firstProblem(errors: readonly ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  if (error === undefined) return 'it has an unexpected shape';
  const place = error.instancePath === '' ? '' : `at ${error.instancePath} `;
  return `${place}${error.message ?? 'unexpected value'} ${JSON.stringify(error.params)}`;
}

/** A check by a JSON Schema: by `accepts`, and what that does not take by a validator, which has the word. */
export function documentCheck<Document>(schema: PlainSchema): DocumentCheck<Document> {
  let validate: ValidateFunction<Document> | undefined;
  return (value) => {
    if (accepts(schema, value)) return { document: value as Document };
    validate ??= loadValidator().compile<Document>(schema);
    return validate(value) ? { document: value } : { problem: firstProblem(validate.errors) };
  };
}
