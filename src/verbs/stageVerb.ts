import type { Option } from 'commander';
import type { SearchWish } from '../cascade/search/search.ts';
import type { StageOptions } from '../cascade/stage.ts';
import type { Context } from '../project/context.ts';
import type { Outcome } from '../project/outcome.ts';
import type { StageFlags } from './flags.ts';
import { onlyOption, pipelineArgument, searchWish, settingsOf, waitOption } from './flags.ts';
import type { Verb } from './verb.ts';
import { pipelineOption } from './verb.ts';
import type { View } from './view/blocks.ts';

/** What one stage has of its own. */
interface StageVerb<Result> extends Omit<Verb, 'group' | 'define'> {
  readonly call: () => Promise<
    (context: Context, options: StageOptions, wish: SearchWish | null) => Promise<Outcome<Result>>
  >;
  readonly view: () => Promise<View<Outcome<Result>>>;
  /** Options that only this stage has. */
  readonly own?: readonly Option[];
}

/** A stage as a command: `aieng <stage> [pipeline] --only --wait <s>`. */
export const stageVerb = <Result>({ call, view, own = [], ...verb }: StageVerb<Result>): Verb => ({
  ...verb,
  group: 'Stages',
  define: (command, session) => {
    command.addArgument(pipelineArgument()).addOption(onlyOption()).addOption(waitOption());
    for (const option of own) command.addOption(option);
    return command.action(async (pipeline: string | undefined, flags: StageFlags) => {
      const { only, wait, full = false } = flags;
      const wish = searchWish(flags);
      const limit = wish === null && flags.seconds !== undefined ? { seconds: flags.seconds } : {};
      const options = {
        ...pipelineOption(pipeline),
        only,
        full,
        waitMs: wait,
        ...settingsOf(flags),
        ...limit,
      };
      await session.perform(command, {
        pipeline,
        call: async (context) => (await call())(context, options, wish),
        view,
      });
    });
  },
});
