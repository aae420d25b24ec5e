import type { RejectsOptions } from './options.ts';
import type { RejectsResult } from './result.ts';
import { resolve } from 'node:path';
import { requireFormat } from '../../data/dialect.ts';
import { decodeQuarantine, groupRejections } from '../../data/quarantine.ts';
import { writeRejections } from '../../data/sinks/rejections.ts';
import type { Rejection } from '../../data/source.ts';
import { exitCodes, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { requeue } from './requeue.ts';
import { lastRejects } from '../../tracking/rejects.ts';

async function exportAll(
  context: Context,
  to: string | undefined,
  rejections: readonly Rejection[],
): Promise<string | null> {
  if (to === undefined) return null;
  const place = to === '-' ? '-' : resolve(context.environment.cwd, to);
  await writeRejections(rejections, { path: place, ...requireFormat(to) });
  return to;
}

/** What the last ingest of a pipeline refused, by column and reason. */
export async function rejects(context: Context, options: RejectsOptions): Promise<Outcome<RejectsResult>> {
  // Before anything is read: a name that says no format is told at once.
  if (options.exportTo !== undefined) requireFormat(options.exportTo);
  const pipeline = await openPipeline(context, options.pipeline);
  const { name } = pipeline;
  const record = await lastRejects(context, name);
  if (record === undefined)
    throw usageError({
      code: 'never-ingested',
      message: `The source of "${name}" was not ingested yet (or by an aieng that did not write down what it refused).`,
      hint: `Run \`aieng ingest ${name}\` first.`,
    });
  const { rejects: object, file, at, outcome, records, rejected, tolerated } = record;
  const rejections = object === null ? [] : decodeQuarantine(await context.store.get(object));
  return {
    pipeline: name,
    exitCode: exitCodes.ok,
    warnings: [],
    result: {
      file,
      at,
      outcome,
      records,
      rejected,
      tolerated,
      reasons: groupRejections(rejections),
      exported: await exportAll(context, options.exportTo, rejections),
      requeued:
        options.requeue === undefined ? null : await requeue(context, pipeline, options.requeue, rejections),
    },
  };
}
