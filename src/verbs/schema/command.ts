import { schemaActions } from './options.ts';
import type { SchemaOptions } from './options.ts';
import { Argument } from 'commander';
import { exitCodes } from '../../errors.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const schemaVerb: Verb = {
  name: 'schema',
  group: 'Stages',
  summary: 'what changed between two row schemas; the type of the rows in TypeScript',
  description:
    'diff tells in what two row schemas differ, column by column, and for each change whether models that were trained by the first can take rows of the second. Without files: the schema of the pipeline against the data as they are now; with one: that file against the schema of the pipeline. Changes nothing: `aieng validate --accept` does. types gives the type of the rows in TypeScript, for transforms and checks of your own (forRows), and with --output writes it to a file.',
  examples: [
    ['aieng schema diff', 'the schema of the only pipeline against its data'],
    ['aieng schema diff old.schema.json --pipeline churn', 'a file against the schema of a pipeline'],
    ['aieng schema diff a.schema.json b.schema.json', 'two files'],
    ['aieng schema types --output churn.rows.ts', 'for the transforms and checks of a project'],
  ],
  exits: [exitCodes.dataRejected],
  result: async () => (await import('./result.ts')).schemaResult,
  define: (command, session) =>
    command
      .addArgument(new Argument('<action>', 'what to do').choices(schemaActions))
      .argument('[a]', 'a row schema file')
      .argument('[b]', 'another one')
      .option('--pipeline <pipeline>', 'which pipeline, where there are several')
      .option('--output <file>', 'types: write them to this file')
      .action(
        async (
          action: SchemaOptions['action'],
          a: string | undefined,
          b: string | undefined,
          { pipeline, output }: { readonly pipeline?: string; readonly output?: string },
        ) => {
          await session.perform(command, {
            pipeline,
            call: async (context) => {
              const { schema } = await import('./schema.ts');
              const files = [a, b].filter((file) => file !== undefined);
              const to = output === undefined ? {} : { output };
              return schema(context, { action, files, ...pipelineOption(pipeline), ...to });
            },
            view: async () => (await import('./view.ts')).schemaView,
          });
        },
      ),
};
