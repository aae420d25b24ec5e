import { exitCodes } from '../../errors.ts';
import { openOption, pipelineArgument, waitOption } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly wait: number;
  readonly force: boolean;
  /** False with `--no-deploy`. */
  readonly deploy: boolean;
}

export const retrainVerb: Verb = {
  name: 'retrain',
  group: 'Look after',
  summary: 'where a trigger fires: train a challenger, compare, promote and deploy it',
  description:
    'Computes its own monitoring report. Where a trigger fires, it trains a challenger on the source and the labelled recent rows, and promotes and deploys it only if it is better on recent rows beyond noise. Safe to call every minute from cron: `decision` says what was done.',
  examples: [
    ['aieng retrain churn', 'when drift, performance, schedule or new rows ask for it'],
    ['aieng retrain churn --wait 0 --json', 'for cron: another run is not an error'],
    ['aieng retrain churn --force --no-deploy', 'now, and without deploying'],
  ],
  exits: [
    exitCodes.dataRejected,
    exitCodes.gateFailed,
    exitCodes.deployFailed,
    exitCodes.busy,
    exitCodes.storeDamaged,
  ],
  result: async () => (await import('./result.ts')).retrainResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .option('--force', 'without a trigger and in spite of the cooldown', false)
      .option('--no-deploy', 'promote without deploying')
      .addOption(waitOption())
      .addOption(openOption())
      .action(async (pipeline: string | undefined, { wait, force, deploy }: Flags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { retrain } = await import('./retrain.ts');
            return retrain(context, {
              ...pipelineOption(pipeline),
              waitMs: wait,
              force,
              noDeploy: !deploy,
            });
          },
          view: async () => (await import('./view.ts')).retrainView,
        });
      }),
};
