import { Argument } from 'commander';
import { exitCodes } from '../../errors.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly remove: boolean;
  readonly why?: string;
}

export const aliasVerb: Verb = {
  name: 'alias',
  group: 'Look after',
  summary: 'names for versions: candidate, staging',
  description:
    'Gives a version a name that every command takes in its place: `aieng deploy churn@staging`. Who moved it, when and why are written down. `churn@champion` is always the version that serves, and needs no setting.',
  examples: [
    ['aieng alias churn', 'what each means, and every move'],
    ['aieng alias churn@4 staging --why "goes to the pilot shops"', 'sets it'],
    ['aieng alias churn staging --remove --why "the pilot is over"', 'takes it away'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).aliasResult,
  define: (command, session) =>
    command
      .addArgument(new Argument('[bundle]', 'name@version; a name alone lists'))
      .addArgument(new Argument('[alias]', 'small letters, digits and -'))
      .option('--remove', 'it means nothing any more', false)
      .option('--why <reason>', 'goes on record')
      .action(async (bundle: string | undefined, alias: string | undefined, { remove, why }: Flags) => {
        await session.perform(command, {
          call: async (context) => {
            const { alias: call } = await import('./alias.ts');
            return call(context, {
              ...(bundle === undefined ? {} : { bundle }),
              ...(alias === undefined ? {} : { alias }),
              remove,
              ...(why === undefined ? {} : { why }),
            });
          },
          view: async () => (await import('./view.ts')).aliasView,
        });
      }),
};
