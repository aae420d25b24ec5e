import { exitCodes } from '../../errors.ts';
import type { DialectFlags } from '../dialectFlags.ts';
import { addDialectFlags, declaredByFlags } from '../dialectFlags.ts';
import { openOption, pipelineArgument } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags extends DialectFlags {
  readonly current?: string;
  readonly earlier?: string;
  readonly labels?: string;
  readonly bundle?: string;
  readonly accept?: string;
  readonly beside?: string;
}

export const monitorVerb: Verb = {
  name: 'monitor',
  group: 'Look after',
  summary: 'predictions and labels against the reference: drift, performance, health',
  description:
    'Compares what the service saw and answered with the reference of its bundle: data drift, prediction drift, performance on labels that have arrived, health of the service. Alarms only when a change is significant, large enough to matter and on enough data. How files are written is found out and told; the flags that say it are about --current, or, without it, about --labels.',
  examples: [
    ['aieng monitor churn', 'the prediction log of what is deployed'],
    ['aieng monitor churn --accept "prices rose on 1 May"', 'what is there now is the reference from now on'],
    ['aieng monitor churn --beside before', 'this look beside the one before'],
    ['aieng monitor churn --current march.csv --labels truth.csv', 'files instead of the log'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.alarm, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).monitorResult,
  define: (command, session) => {
    command
      .addArgument(pipelineArgument())
      .option('--current <file>', 'rows to judge instead of the prediction log')
      .option('--earlier <file>', 'rows before those of --current, which are looked back at and not judged')
      .option('--labels <file>', 'labels that arrived as a file')
      .option('--bundle <bundle>', 'the bundle whose reference counts (default: the deployed one)')
      .option('--accept <why>', 'an alarm was seen: take what is there now as the reference, on record')
      .option(
        '--beside <when>',
        'also a page of this look beside an earlier one: its day or time in UTC, or before',
      )
      .addOption(openOption());
    // Of --current, or, where there is none, of --labels.
    addDialectFlags(command).action(async (pipeline: string | undefined, flags: Flags) => {
      const { current, earlier, labels, bundle, accept, beside } = flags;
      const dialect = declaredByFlags(flags);
      await session.perform(command, {
        pipeline,
        call: async (context) => {
          const { monitor } = await import('./monitor.ts');
          return monitor(context, {
            ...pipelineOption(pipeline),
            ...(current === undefined ? {} : { current }),
            ...(earlier === undefined ? {} : { earlier }),
            ...(labels === undefined ? {} : { labels }),
            ...(bundle === undefined ? {} : { bundle }),
            ...(accept === undefined ? {} : { accept }),
            ...(beside === undefined ? {} : { beside }),
            dialect,
          });
        },
        view: async () => (await import('./view.ts')).monitorView,
      });
    });
  },
};
