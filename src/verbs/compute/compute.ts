import { join } from 'node:path';
import { computeJob } from '../../cascade/elsewhere/compute.ts';
import { readJob } from '../../cascade/elsewhere/job.ts';
import { canonicalJson } from '../../digest.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { AiengError, exitCodes } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';

/** Where the job lies, and what is read and written. */
export interface ComputeOptions {
  readonly job: string;
  readonly store: string;
  /** Gets `store` and `result.json`. */
  readonly output: string;
}

/** Computes one stage and writes down what it gave, or which mistake of the user's kept it from that: whoever asked tells it. */
export async function compute(
  context: Context,
  { job, store, output }: ComputeOptions,
): Promise<Outcome<null>> {
  const write = (result: object): Promise<void> =>
    writeWholeFile(join(output, 'result.json'), `${canonicalJson(result)}\n`, context.environment);
  try {
    const folders = { store, output: join(output, 'store') };
    await write(await computeJob(context, folders, await readJob(job)));
  } catch (error) {
    if (!(error instanceof AiengError) || context.signal.aborted) throw error;
    const { code, message, hint, exitCode } = error;
    await write({ error: { code, message, hint, exitCode } });
  }
  return { exitCode: exitCodes.ok, warnings: [], result: null };
}
