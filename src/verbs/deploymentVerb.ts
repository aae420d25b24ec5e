import type { Context } from '../project/context.ts';
import type { Outcome } from '../project/outcome.ts';
import { waitOption } from './flags.ts';
import type { Verb } from './verb.ts';
import type { View } from './view/blocks.ts';

/** What one of these verbs has of its own. */
interface DeploymentVerb<Result> extends Omit<Verb, 'group' | 'define'> {
  readonly call: () => Promise<
    (
      context: Context,
      options: { readonly name?: string; readonly waitMs: number },
    ) => Promise<Outcome<Result>>
  >;
  readonly view: () => Promise<View<Outcome<Result>>>;
}

/** What is done to a deployment as a whole, as a command: `aieng <verb> [name] --wait <s>`. With a name it needs no project. */
export const deploymentVerb = <Result>({ call, view, ...verb }: DeploymentVerb<Result>): Verb => ({
  ...verb,
  group: 'Serve',
  define: (command, session) =>
    command
      .argument('[name]', 'the deployment (default: that of the only pipeline)')
      .addOption(waitOption())
      .action(async (name: string | undefined, { wait }: { readonly wait: number }) => {
        await session.perform(command, {
          pipeline: name,
          rootOptional: name !== undefined,
          call: async (context) =>
            (await call())(context, { ...(name === undefined ? {} : { name }), waitMs: wait }),
          view,
        });
      }),
});
