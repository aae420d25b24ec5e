import type { StageOptions } from '../cascade/stage.ts';
import type { Context } from '../project/context.ts';
import type { Outcome } from '../project/outcome.ts';
import type { StageFlags } from './flags.ts';
import { onlyOption, pipelineArgument, waitOption } from './flags.ts';
import type { Verb } from './verb.ts';
import { pipelineOption } from './verb.ts';
import type { View } from './view/blocks.ts';

/** What one stage has of its own. */
interface StageVerb<Result> extends Omit<Verb, 'group' | 'define'> {
  readonly call: () => Promise<(context: Context, options: StageOptions) => Promise<Outcome<Result>>>;
  readonly view: () => Promise<View<Outcome<Result>>>;
}

/** A stage as a command: `aieng <stage> [pipeline] --only --wait <s>`. */
export const stageVerb = <Result>({ call, view, ...verb }: StageVerb<Result>): Verb => ({
  ...verb,
  group: 'Stages',
  define: (command, session) =>
    command
      .addArgument(pipelineArgument())
      .addOption(onlyOption())
      .addOption(waitOption())
      .action(async (pipeline: string | undefined, { only, wait }: StageFlags) => {
        const options = { ...pipelineOption(pipeline), only, waitMs: wait };
        await session.perform(command, {
          pipeline,
          call: async (context) => (await call())(context, options),
          view,
        });
      }),
});
