import { schemaActions } from './options.ts';
import type { SchemaOptions } from './options.ts';
import { Argument } from 'commander';
import { exitCodes } from '../../errors.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const schemaVerb: Verb = {
  name: 'schema',
  group: 'Stages',
  summary: 'what changed between two row schemas, or a schema and the data',
  description:
    'Tells in what two row schemas differ, column by column, and for each change whether models that were trained by the first can take rows of the second. Without files: the schema of the pipeline against the data as they are now; with one: that file against the schema of the pipeline. Changes nothing: `aieng validate --accept` does.',
  examples: [
    ['aieng schema diff', 'the schema of the only pipeline against its data'],
    ['aieng schema diff old.schema.json --pipeline churn', 'a file against the schema of a pipeline'],
    ['aieng schema diff a.schema.json b.schema.json', 'two files'],
  ],
  exits: [exitCodes.dataRejected],
  result: async () => (await import('./result.ts')).schemaResult,
  define: (command, session) =>
    command
      .addArgument(new Argument('<action>', 'what to do').choices(schemaActions))
      .argument('[a]', 'a row schema file')
      .argument('[b]', 'another one')
      .option('--pipeline <pipeline>', 'which pipeline, where there are several')
      .action(
        async (
          action: SchemaOptions['action'],
          a: string | undefined,
          b: string | undefined,
          { pipeline }: { readonly pipeline?: string },
        ) => {
          await session.perform(command, {
            pipeline,
            call: async (context) => {
              const { schema } = await import('./schema.ts');
              const files = [a, b].filter((file) => file !== undefined);
              return schema(context, { action, files, ...pipelineOption(pipeline) });
            },
            view: async () => (await import('./view.ts')).schemaView,
          });
        },
      ),
};
