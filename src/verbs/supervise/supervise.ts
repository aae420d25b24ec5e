import { resolve } from 'node:path';
import { runSupervisor } from '../../deployment/index.ts';
import { exitCodes } from '../../errors.ts';
import { createGateway, heldSockets } from '../../serving/index.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';

/** The process behind a local deployment, until it is stopped or the context's signal aborts. */
export async function supervise(
  context: Context,
  options: { readonly folder: string },
): Promise<Outcome<null>> {
  await runSupervisor({
    folder: resolve(context.environment.cwd, options.folder),
    environment: context.environment,
    createGateway,
    sockets: heldSockets,
    signal: context.signal,
  });
  return { exitCode: exitCodes.ok, warnings: [], result: null };
}
