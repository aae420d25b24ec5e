import { explainTopics } from './options.ts';
import type { ExplainTopic } from './options.ts';
import { Argument } from 'commander';
import { exitCodes } from '../../errors.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const explainVerb: Verb = {
  name: 'explain',
  group: 'More',
  summary: 'why a stage ran, a gate failed, drift fired; replay one prediction',
  description:
    'Tells why a stage is stale or fresh, why a gate passed or failed, why a column drifted; for a prediction, replays it exactly and shows its inputs.',
  examples: [
    ['aieng explain stage train', 'what changed since it last ran'],
    ['aieng explain gate', 'the figures behind the verdict'],
    ['aieng explain prediction 01JD3V', 'by the id that the service gave'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).explainResult,
  define: (command, session) =>
    command
      .addArgument(new Argument('<topic>', 'what to explain').choices(explainTopics))
      .argument('[subject]', 'a stage, a gate, a column or the id of a prediction')
      .option('--pipeline <pipeline>', 'which pipeline, where there are several')
      .action(
        async (
          topic: ExplainTopic,
          subject: string | undefined,
          { pipeline }: { readonly pipeline?: string },
        ) => {
          await session.perform(command, {
            pipeline,
            call: async (context) => {
              const { explain } = await import('./explain.ts');
              const about = subject === undefined ? {} : { subject };
              return explain(context, { topic, ...about, ...pipelineOption(pipeline) });
            },
            view: async () => (await import('./view.ts')).explainView,
          });
        },
      ),
};
