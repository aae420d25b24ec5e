import type { ErrorObject } from 'ajv';
import type { CheckedPipeline } from './build.ts';
import { completed } from '../accepts.ts';
import { cronsOf, crossCheck } from './crossChecks.ts';
import { expandShorthands, writtenPointer } from './expand.ts';
import { formerKeyNotices } from './formerKeys.ts';
import type { Problem } from './problems.ts';
import { pipelineSchema } from './schema/index.ts';
import type { KeySchema, Vocabulary } from './schema/index.ts';
import { schemaProblem } from './schemaProblems.ts';
import { fillVariables } from './variables.ts';

/** What checking needs to know of the world, as values. */
export interface CheckContext extends Vocabulary {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Name by the file name, and whether the file stands in `pipelines/`. */
  readonly fileName: string;
  readonly inPipelines: boolean;
}

/** A checked pipeline, or everything that is wrong with it. Pointers are into the document as written. */
export type CheckResult =
  | {
      readonly ok: true;
      readonly checked: CheckedPipeline;
      readonly variables: Readonly<Record<string, string>>;
      /** What the document should say otherwise, and was read all the same. */
      readonly notices: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What is wrong with a regular expression. The engine is loaded only where one is asked for. */
async function patternCheck(needed: boolean): Promise<(pattern: string) => string | undefined> {
  if (!needed) return () => undefined;
  const { RE2JS } = await import('re2js');
  return (pattern) => {
    try {
      RE2JS.compile(pattern);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : 'it cannot be compiled';
    }
  };
}

/** Is it a cron expression? Their reader is loaded only where one is asked for. */
async function cronCheck(needed: boolean): Promise<(expression: string) => boolean> {
  return needed ? (await import('../cron/expression.ts')).isExpression : () => true;
}

/** What became of a document that was checked by its schema. */
type Judged =
  { readonly value: CheckedPipeline } | { readonly value: null; readonly errors: readonly ErrorObject[] };

/** A validator of a schema; it fills defaults in. */
export async function validating(schema: KeySchema): Promise<(value: unknown) => Judged> {
  const { Ajv } = await import('ajv');
  // Parameters of transforms may use keywords that ajv's strict mode finds doubtful: their room answers for them.
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    ownProperties: true,
    strict: false,
    strictNumbers: true, // .nan and 1e400 are no numbers
    verbose: true,
    // The schema is ours, and tested; it is used once. Checking and polishing it took a third of a short command.
    validateSchema: false,
    code: { optimize: false },
  });
  const validate = ajv.compile<CheckedPipeline>(schema);
  return (value) => (validate(value) ? { value } : { value: null, errors: validate.errors ?? [] });
}

/**
 * From the parsed document to a pipeline in its long form with every default: expands shorthands, fills variables in,
 * checks each key by the JSON Schema, then how keys fit each other.
 */
export async function checkPipeline(written: unknown, context: CheckContext): Promise<CheckResult> {
  const schema = pipelineSchema(context);
  const expanded = expandShorthands(written);
  const filled = fillVariables(expanded.value, schema, context.variables);
  const inWritten = (pointer: string): string => writtenPointer(pointer, expanded.aliases);
  const variableProblems = filled.problems.map((one) => ({ ...one, pointer: inWritten(one.pointer) }));
  // A pipeline is checked at every command, and nearly always as it should be.
  const whole = completed(schema, filled.value);
  const judged: Judged =
    whole === undefined ? (await validating(schema))(filled.value) : { value: whole as CheckedPipeline };
  const { value } = judged;
  if (value === null || variableProblems.length > 0) {
    const schemaProblems = (value === null ? judged.errors : [])
      .filter((error) => !/\/anyOf\/\d+/.test(error.schemaPath)) // the anyOf itself says it in one sentence
      .map((error) => schemaProblem(error, inWritten(error.instancePath), written));
    return { ok: false, problems: [...schemaProblems, ...variableProblems] };
  }
  const isCron = await cronCheck(cronsOf(value).some(([, expression]) => expression !== null));
  const patternProblem = await patternCheck(value.checks.some(({ matches }) => matches !== undefined));
  const problems = crossCheck({
    ...context,
    variables: filled.variables,
    checked: value,
    isCron,
    patternProblem,
  });
  if (problems.length > 0)
    return { ok: false, problems: problems.map((one) => ({ ...one, pointer: inWritten(one.pointer) })) };
  const notices = formerKeyNotices(expanded.former);
  return { ok: true, checked: value, variables: filled.variables, notices };
}
