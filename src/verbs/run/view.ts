import type { RunResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { deployBlocks } from '../deploy/view.ts';
import { packageView } from '../package/view.ts';

/** `run`: the bundle at the end of the cascade, and where it serves. */
export const runView: View<Outcome<RunResult>> = {
  blocks: (outcome) =>
    outcome.result.deploy === null
      ? packageView.blocks({ ...outcome, result: outcome.result.package })
      : deployBlocks(outcome.result.deploy),
  essential: (outcome) => packageView.essential({ ...outcome, result: outcome.result.package }),
};
