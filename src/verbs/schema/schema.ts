import type { SchemaOptions } from './options.ts';
import type { SchemaResult } from './result.ts';
import { resolve } from 'node:path';
import type { RowSchema } from '../../data/schema.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { schemaChanges } from '../../pipeline/columns/changes.ts';
import { readRowSchema, rowSchemaExists } from '../../pipeline/loadRowSchema.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { presentSchema } from '../../project/presentSchema.ts';
import { underRoot } from '../../project/inputs.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';

/** A row schema, and how messages name it. */
interface Named {
  readonly name: string;
  readonly schema: RowSchema;
}

async function ofFile(context: Context, file: string): Promise<Named> {
  const path = resolve(context.environment.cwd, file);
  return { name: file, schema: await readRowSchema(path, file) };
}

async function ofPipeline(context: Context, pipeline: Pipeline): Promise<Named> {
  const path = underRoot(context, pipeline.schema);
  if (!(await rowSchemaExists(path)))
    throw usageError({
      code: 'schema-not-found',
      message: `${pipeline.schema} was not written yet.`,
      hint: `\`aieng ingest ${pipeline.name}\` infers it from the data.`,
    });
  return { name: pipeline.schema, schema: await readRowSchema(path, pipeline.schema) };
}

async function both(
  context: Context,
  { files, pipeline: named }: SchemaOptions,
): Promise<readonly [Named, Named, string | undefined]> {
  const [first, second] = files;
  if (first !== undefined && second !== undefined)
    return [await ofFile(context, first), await ofFile(context, second), undefined];
  const pipeline = await openPipeline(context, named);
  const own = await ofPipeline(context, pipeline);
  if (first !== undefined) return [await ofFile(context, first), own, pipeline.name];
  const present = await presentSchema(context, pipeline, own.schema);
  return [own, { name: pipeline.source.display, schema: present }, pipeline.name];
}

/** In what two row schemas differ, or a schema and the data as they are now. Changes nothing. */
export async function schema(context: Context, options: SchemaOptions): Promise<Outcome<SchemaResult>> {
  const [from, to, pipeline] = await both(context, options);
  const changes = schemaChanges(from.schema, to.schema);
  return {
    ...(pipeline === undefined ? {} : { pipeline }),
    exitCode: exitCodes.ok,
    warnings: [],
    result: {
      from: from.name,
      to: to.name,
      changes,
      compatible: changes.every(({ effect }) => effect === 'compatible'),
    },
  };
}
