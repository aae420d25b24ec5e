import type { Verb } from '../verb.ts';

/** What the completion scripts call to name pipelines: quick, and silent where there is no project. */
export const completeVerb: Verb = {
  name: '__complete',
  group: 'hidden',
  summary: 'names for shell completion',
  description: 'Prints the pipelines of the project, one a line.',
  examples: [],
  exits: [],
  define: (command, session) =>
    command.action(async () => {
      const { pipelineNames } = await import('../../pipeline/names.ts');
      const { C } = command.optsWithGlobals<{ readonly C?: string }>();
      const names = await pipelineNames(session.cwd, C);
      session.print(names.map((name) => `${name}\n`).join(''));
    }),
};
