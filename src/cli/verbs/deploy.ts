import { exitCodes } from '../../errors.ts';
import { bundleHelp, parsePort, waitOption } from '../flags.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly to?: string;
  readonly host?: string;
  readonly port?: number;
  readonly dryRun: boolean;
  readonly wait: number;
}

export const deployVerb: Verb = {
  name: 'deploy',
  group: 'Serve',
  summary: 'put a bundle to work: plan, start, check health and golden rows, switch or roll back',
  description:
    'Starts the bundle beside what serves now, checks its health and replays its golden rows, and only then switches traffic over without dropping a request. Where a check fails, the version before serves on. Never trains anything.',
  examples: [
    ['aieng deploy', 'the newest version that passed its gates'],
    ['aieng deploy churn@3 --port 9000', 'this version, on this port'],
    ['aieng deploy churn.tar --dry-run', 'what would be done'],
  ],
  exits: [exitCodes.deployFailed, exitCodes.busy, exitCodes.storeDamaged],
  define: (command, session) =>
    command
      .argument('[bundle]', bundleHelp)
      .option('--to <target>', "where to (default: the pipeline's deploy.target)")
      .option('--host <address>', "address to listen on (default: where it runs now, else the pipeline's)")
      .option('--port <n>', "port to listen on (default: where it runs now, else the pipeline's)", parsePort)
      .option('--dry-run', 'show the plan and touch nothing', false)
      .addOption(waitOption())
      .action(async (bundle: string | undefined, { to, host, port, dryRun, wait }: Flags) => {
        await session.perform(command, {
          rootOptional: bundle !== undefined,
          call: async (context) => {
            const { deploy } = await import('../../lifecycle/deploy.ts');
            return deploy(context, {
              ...(bundle === undefined ? {} : { bundle }),
              ...(to === undefined ? {} : { to }),
              ...(host === undefined ? {} : { host }),
              ...(port === undefined ? {} : { port }),
              dryRun,
              waitMs: wait,
            });
          },
          view: async () => (await import('../render/views/deploy.ts')).deployView,
        });
      }),
};
