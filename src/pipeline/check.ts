import type { CheckedPipeline } from './build.ts';
import { crossCheck } from './crossChecks.ts';
import { expandShorthands, writtenPointer } from './expand.ts';
import type { Problem } from './problems.ts';
import { pipelineSchema } from './schema/index.ts';
import type { Vocabulary } from './schema/index.ts';
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

/**
 * From the parsed document to a pipeline in its long form with every default: expands shorthands, fills variables in,
 * checks each key by the JSON Schema, then how keys fit each other.
 */
export async function checkPipeline(written: unknown, context: CheckContext): Promise<CheckResult> {
  const { Ajv } = await import('ajv');
  const schema = pipelineSchema(context);
  const expanded = expandShorthands(written);
  const filled = fillVariables(expanded.value, schema, context.variables);
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
  const value = filled.value;
  const inWritten = (pointer: string): string => writtenPointer(pointer, expanded.aliases);
  const variableProblems = filled.problems.map((one) => ({ ...one, pointer: inWritten(one.pointer) }));
  if (!validate(value) || variableProblems.length > 0) {
    const schemaProblems = (validate.errors ?? [])
      .filter((error) => !/\/anyOf\/\d+/.test(error.schemaPath)) // the anyOf itself says it in one sentence
      .map((error) => schemaProblem(error, inWritten(error.instancePath), written));
    return { ok: false, problems: [...schemaProblems, ...variableProblems] };
  }
  const { isExpression } = await import('../cron/expression.ts');
  const patternProblem = await patternCheck(value.checks.some(({ matches }) => matches !== undefined));
  const problems = crossCheck({
    ...context,
    variables: filled.variables,
    checked: value,
    isCron: isExpression,
    patternProblem,
  });
  if (problems.length > 0)
    return { ok: false, problems: problems.map((one) => ({ ...one, pointer: inWritten(one.pointer) })) };
  return { ok: true, checked: value, variables: filled.variables };
}
