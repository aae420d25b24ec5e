import type { TSchema } from '@sinclair/typebox';
import { exitCodes } from '../../errors.ts';
import type { Verb } from '../../verbs/verb.ts';
import { published } from './publishedSchema.ts';
import type { JsonSchema } from './publishedSchema.ts';
import {
  alarmSchema,
  findingSchema,
  gateSchema,
  metricsSchema,
  rejectionSchema,
  resultSchemas,
} from './resultSchemas.ts';
import { count, flag, listOf, maybeText, number, objectOf, oneOf, orNull, text } from './schemaWords.ts';

const envelope = {
  schema: oneOf(1),
  command: text,
  pipeline: maybeText,
  ok: flag,
  exitCode: oneOf(...Object.values(exitCodes)),
  durationMs: count,
  runId: maybeText,
  warnings: listOf(text),
};

const made = {
  snapshot: text,
  featureSet: text,
  model: text,
  bundle: text,
  version: count,
  image: text,
  deployment: text,
  stages: listOf(objectOf({ name: text, state: oneOf('ran', 'cached'), reason: text, durationMs: number })),
  metrics: objectOf({}, { train: metricsSchema, validation: metricsSchema, test: metricsSchema }),
  baselines: listOf(objectOf({ name: text, metrics: metricsSchema }, { description: text })),
  gates: listOf(gateSchema),
  alarms: listOf(alarmSchema),
  findings: listOf(findingSchema),
  rejections: listOf(rejectionSchema),
  decision: text,
  reports: listOf(text),
};

const location = objectOf({ file: text }, { line: count, column: count });

/** The schema of what `aieng <command> --json` writes when the command did its work. */
export async function outcomeSchema({ name, result }: Verb): Promise<JsonSchema> {
  const shape: TSchema | undefined = await result?.();
  const schema = shape === undefined ? (resultSchemas[name] ?? {}) : published(shape);
  return objectOf({ ...envelope, command: oneOf(name), result: schema }, made);
}

/** The schema of what any command writes with `--json` when it failed. */
export const failureSchema: JsonSchema = objectOf(
  {
    ...envelope,
    ok: { const: false },
    error: objectOf({ code: text, message: text, hint: text, at: orNull(location) }),
  },
  made,
);

/** JSON Schema 2020-12 of every `--json` object of one command: its outcome or its failure. */
export const outputSchema = async (verb: Verb): Promise<JsonSchema> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `aieng ${verb.name} --json`,
  anyOf: [await outcomeSchema(verb), failureSchema],
});
