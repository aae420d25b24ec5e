import { Argument } from 'commander';
import { exitCodes } from '../../errors.ts';
import { pipelineArgument } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';
import { alertActions } from './options.ts';
import type { AlertsOptions } from './options.ts';

export const alertsVerb: Verb = {
  name: 'alerts',
  group: 'Look after',
  summary: 'what those who are not there were told, and what waits; tests and rules',
  description:
    'Shows what goes on, who was told, and what a receiver has not taken yet. test sends a test to every receiver of the pipeline, send tries what waits at once, rules writes a rules file for Prometheus and a dashboard for Grafana. Who is told what stands in the section alerts of the pipeline file.',
  examples: [
    ['aieng alerts list churn', 'what goes on, and who knows'],
    ['aieng alerts test churn', 'does every receiver get it?'],
    ['aieng alerts rules churn --output monitoring', 'for Prometheus and Grafana'],
  ],
  exits: [exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).alertsResult,
  define: (command, session) =>
    command
      .addArgument(new Argument('<action>', 'what to do').choices(alertActions))
      .addArgument(pipelineArgument())
      .option('--output <dir>', 'rules: where the files go (default: monitoring)')
      .action(
        async (
          action: AlertsOptions['action'],
          pipeline: string | undefined,
          { output }: { readonly output?: string },
        ) => {
          await session.perform(command, {
            pipeline,
            call: async (context) => {
              const { alerts } = await import('./alerts.ts');
              return alerts(context, {
                action,
                ...pipelineOption(pipeline),
                ...(output === undefined ? {} : { output }),
              });
            },
            view: async () => (await import('./view.ts')).alertsView,
          });
        },
      ),
};
