import type { SchemaOptions } from './options.ts';
import type { SchemaResult } from './result.ts';
import { resolve } from 'node:path';
import type { RowSchema } from '../../data/schema.ts';
import { isFile, readWholeFile, writeWholeFile } from '../../disk/wholeFile.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { schemaChanges } from '../../pipeline/columns/changes.ts';
import { rowTypes, rowTypesMark } from '../../pipeline/columns/rowTypes.ts';
import { readRowSchema, rowSchemaExists } from '../../pipeline/loadRowSchema.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { presentSchema } from '../../project/presentSchema.ts';
import { openRowSchema, underRoot } from '../../project/inputs.ts';
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

/** Writes row types where they are asked for; a file that a person wrote stays. */
async function writeTypes(context: Context, output: string, types: string): Promise<void> {
  const path = resolve(context.environment.cwd, output);
  const present = (await isFile(path)) ? new TextDecoder().decode(await readWholeFile(path)) : rowTypesMark;
  if (!present.startsWith(rowTypesMark))
    throw usageError({
      code: 'output-not-ours',
      message: `${output} was not written by \`aieng schema types\`: it is left as it is.`,
      hint: 'Name a file of its own: `aieng schema types --output rows.ts`.',
    });
  await writeWholeFile(path, types, context.environment);
}

/** The rows that types are of: as own code sees them, their ids as texts and with what history makes. */
async function typesOf(
  context: Context,
  { files, pipeline: named, output }: SchemaOptions,
): Promise<Outcome<SchemaResult>> {
  const [file, ...more] = files;
  if (more.length > 0)
    throw usageError({
      code: 'too-many-files',
      message: `types are of one row schema, got ${files.length}.`,
      hint: 'Name one file, or none for that of the pipeline: `aieng schema types`.',
    });
  const pipeline = file === undefined ? await openPipeline(context, named) : undefined;
  const of = pipeline === undefined ? await ofFile(context, file ?? '') : await ofPipeline(context, pipeline);
  const seen = pipeline === undefined ? of.schema : ((await openRowSchema(context, pipeline)) ?? of.schema);
  const types = rowTypes(seen, of.name);
  if (output !== undefined) await writeTypes(context, output, types);
  return {
    ...(pipeline === undefined ? {} : { pipeline: pipeline.name }),
    exitCode: exitCodes.ok,
    warnings: [],
    result: { from: of.name, to: null, changes: [], compatible: true, types, written: output ?? null },
  };
}

/**
 * In what two row schemas differ, or a schema and the data as they are now; or the type of the rows in TypeScript. Changes no
 * schema.
 *
 * @example
 * ```ts
 * const { result } = await schema(context, { action: 'types', files: [] });
 * // result.from → 'pipelines/churn.schema.json'
 * ```
 */
export async function schema(context: Context, options: SchemaOptions): Promise<Outcome<SchemaResult>> {
  if (options.action === 'types') return typesOf(context, options);
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
      types: null,
      written: null,
    },
  };
}
