import { Argument } from 'commander';
import type { Verb } from '../verb.ts';
import { tokenActions } from './options.ts';
import type { TokenOptions } from './options.ts';

export const tokenVerb: Verb = {
  name: 'token',
  group: 'Serve',
  summary: 'makes a token that callers of a service send',
  description:
    'Makes a token, shows it once, and shows the lines of the pipeline (deploy.auth) that know it by its hash. Keeps it nowhere and changes nothing. A service that other machines can reach needs one.',
  examples: [['aieng token new web-shop', 'a token for the callers called web-shop']],
  exits: [],
  result: async () => (await import('./result.ts')).tokenResult,
  define: (command, session) =>
    command
      .addArgument(new Argument('<action>', 'what to do').choices(tokenActions))
      .argument('<name>', 'whose token it is to be')
      .action(async (action: TokenOptions['action'], name: string) => {
        await session.perform(command, {
          rootOptional: true,
          call: async (context) => {
            const { token } = await import('./token.ts');
            return token(context, { action, name });
          },
          view: async () => (await import('./view.ts')).tokenView,
        });
      }),
};
