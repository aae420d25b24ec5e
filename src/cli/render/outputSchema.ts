import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { exitCodes } from '../../errors.ts';
import { madeShape } from '../../project/outcome.ts';
import { count, flag, oneOf, orNull, text } from '../../shape.ts';
import type { Verb } from '../../verbs/verb.ts';
import { published } from './publishedSchema.ts';
import type { JsonSchema } from './publishedSchema.ts';

/** What stands in every `--json` object. */
export const envelopeShape = Type.Object({
  schema: Type.Literal(1, { description: '1; it changes when a key changes its meaning.' }),
  command: text('The verb.'),
  pipeline: orNull(text(), "The pipeline's name, where one is meant."),
  ok: flag('`exitCode` is 0.'),
  exitCode: oneOf(Object.values(exitCodes)),
  durationMs: count(),
  runId: orNull(text(), 'The record of the run, where one was made.'),
  warnings: Type.Array(text()),
});

/** What went wrong, where a command failed. */
export const errorShape = Type.Object(
  {
    code: text(),
    message: text(),
    hint: text('The one thing to do next.'),
    at: orNull(
      Type.Object({
        file: text(),
        line: Type.Optional(count()),
        column: Type.Optional(count()),
      }),
    ),
  },
  { title: 'Error' },
);

/** What `aieng <command> --json` writes when the command did its work. */
export async function outcomeShape({ name, result }: Verb): Promise<TSchema> {
  const own = (await result?.()) ?? Type.Unknown();
  const given = Type.Object({
    command: Type.Literal(name),
    result: own,
    error: Type.Optional(errorShape),
  });
  return Type.Composite([Type.Omit(envelopeShape, ['command']), madeShape, given]);
}

/** What any command writes with `--json` when it failed: what it made until then, and the error. */
export const failureShape = Type.Composite([
  Type.Omit(envelopeShape, ['ok']),
  madeShape,
  Type.Object({ ok: Type.Literal(false), error: errorShape }),
]);

/** JSON Schema 2020-12 of every `--json` object of one command: its outcome or its failure. */
export const outputSchema = async (verb: Verb): Promise<JsonSchema> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `aieng ${verb.name} --json`,
  anyOf: [published(await outcomeShape(verb)), published(failureShape)],
});
