import { exitCodes } from '../../errors.ts';
import { pipelineArgument, waitOption } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly wait: number;
  readonly list: boolean;
  readonly reject: boolean;
  readonly why?: string;
  readonly challenger?: string;
  /** False with `--no-deploy`. */
  readonly deploy: boolean;
}

export const approveVerb: Verb = {
  name: 'approve',
  group: 'Look after',
  summary: 'let a challenger that waits take over, or reject it',
  description:
    'A better challenger waits for a person where the pipeline asks for it (`retrain.promotion: approve`) or something speaks against it: labels of one class, labels that depend on the answer, worse on the source. Approved, the very bundle that was judged gets its version and is deployed; who, when and why are written down. One that was compared with a model that is no longer in charge is refused.',
  examples: [
    ['aieng approve churn --list', 'what waits, and what speaks against it'],
    ['aieng approve churn --why "the new tariff is here to stay"', 'it takes over'],
    ['aieng approve churn --reject --why "only complaints were labelled"', 'the champion stays'],
  ],
  exits: [exitCodes.deployFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).approveResult,
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .option('--list', 'only tell what waits and what was said', false)
      .option('--reject', 'the champion stays', false)
      .option('--why <reason>', 'goes on record')
      .option('--challenger <digest>', 'the one that is meant: refused where another one waits')
      .option('--no-deploy', 'give it its version without deploying')
      .addOption(waitOption())
      .action(
        async (pipeline: string | undefined, { wait, list, reject, why, challenger, deploy }: Flags) => {
          await session.perform(command, {
            pipeline,
            call: async (context) => {
              const { approve } = await import('./approve.ts');
              return approve(context, {
                ...pipelineOption(pipeline),
                list,
                reject,
                ...(why === undefined ? {} : { why }),
                ...(challenger === undefined ? {} : { challenger }),
                noDeploy: !deploy,
                waitMs: wait,
              });
            },
            view: async () => (await import('./view.ts')).approveView,
          });
        },
      ),
};
