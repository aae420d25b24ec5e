import { dirname, relative, resolve } from 'node:path';
import type { Dialect } from '../../data/dialect.ts';
import { makeOutputFolder } from '../../data/index.ts';
import { batchOf } from '../../project/batchSection.ts';
import { discard } from '../../disk/durable.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { holding } from '../../store/holding.ts';
import { utcMinute } from '../../utc.ts';
import { mergeShards } from './mergeShards.ts';
import type { PredictOptions } from './options.ts';
import { predict } from './predict.ts';
import { predictShard } from './predictShard.ts';
import type { PredictResult } from './result.ts';

/**
 * The work in parts, put together: those that a run before left whole are kept, and all go when the whole is there. The
 * folder has their number in its name, since parts of another number are no parts of this whole.
 */
async function inShards(
  context: Context,
  options: PredictOptions,
  shards: number,
): Promise<Outcome<PredictResult>> {
  const folder = `${options.output}.parts-of-${shards}`;
  const warnings: string[] = [];
  for (let index = 0; index < shards; index += 1) {
    const part = await predictShard(context, { ...options, output: folder }, { index, of: shards });
    warnings.push(...part.warnings);
  }
  const whole = await mergeShards(context, { folder, output: options.output });
  await discard(resolve(context.environment.cwd, folder));
  // Of what was refused the whole tells all at once, and its file is the one that stays.
  const told = warnings.filter((words) => !words.includes(folder));
  return { ...whole, warnings: [...new Set(told), ...whole.warnings] };
}

/**
 * Answers what the `batch` section of a pipeline names, by its newest version. The file of the answers takes its name
 * when it is whole: a run that is ended leaves that of the run before as it was. One batch of a pipeline at a time.
 *
 * @param dialect what is said of how the rows are written; the rest is found out
 * @throws usage error (exit 2) where the pipeline names no batch; busy (exit 7) while another one runs
 */
export async function predictBatch(
  context: Context,
  pipeline: string | undefined,
  dialect: Partial<Dialect> = {},
): Promise<Outcome<PredictResult>> {
  const opened = await openPipeline(context, pipeline);
  const { name } = opened;
  const { input, output, shards, log } = batchOf(opened);
  const { environment, root } = context;
  const named = output.replaceAll('{date}', utcMinute(environment.now()).slice(0, 10));
  const path = resolve(root, named);
  const shown = (absolute: string): string => relative(environment.cwd, absolute) || absolute;
  const options = { bundle: name, input: shown(resolve(root, input)), output: shown(path), log, dialect };
  const held = { waitMs: 0, command: context.command, signal: context.signal };
  return holding(context.store, `batch-${name}`, held, async () => {
    await makeOutputFolder(dirname(path));
    const done = shards === 1 ? await predict(context, options) : await inShards(context, options, shards);
    return { ...done, pipeline: name };
  });
}
