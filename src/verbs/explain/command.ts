import { explainTopics } from './options.ts';
import type { ExplainTopic } from './options.ts';
import { Argument } from 'commander';
import { exitCodes } from '../../errors.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const explainVerb: Verb = {
  name: 'explain',
  group: 'More',
  summary: 'why a stage ran, a gate failed, drift fired; who served when; replay one prediction',
  description:
    'Tells why a stage is stale or fresh, why a gate passed or failed, why a column drifted; for a prediction, replays it exactly and shows its inputs; for an environment of the pipeline, what is otherwise there; without its name, which there are. With --served-at: which version served then, who deployed it and why, from the records alone.',
  examples: [
    ['aieng explain stage train', 'what changed since it last ran'],
    ['aieng explain gate', 'the figures behind the verdict'],
    ['aieng explain prediction 01JD3V', 'by the id that the service gave'],
    ['aieng explain env prod', 'what the section env sets otherwise there'],
    ['aieng explain --served-at 2026-03-01T03:00Z', 'which model answered that night, and why that one'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).explainResult,
  define: (command, session) =>
    command
      .addArgument(new Argument('[topic]', 'what to explain').choices(explainTopics))
      .argument('[subject]', 'a stage, a gate, a column, the id of a prediction or an environment')
      .option('--pipeline <pipeline>', 'which pipeline, where there are several')
      .option(
        '--served-at <time>',
        'who served what at that time, when it was deployed, by whom and why: 2026-03-01T03:00Z, +01:00 …',
      )
      .action(
        async (
          topic: ExplainTopic | undefined,
          subject: string | undefined,
          { pipeline, servedAt }: { readonly pipeline?: string; readonly servedAt?: string },
        ) => {
          await session.perform(command, {
            pipeline,
            call: async (context) => {
              const { explain } = await import('./explain.ts');
              return explain(context, {
                ...(topic === undefined ? {} : { topic }),
                ...(subject === undefined ? {} : { subject }),
                ...(servedAt === undefined ? {} : { servedAt }),
                ...pipelineOption(pipeline),
              });
            },
            view: async () => (await import('./view.ts')).explainView,
          });
        },
      ),
};
