import type { RunResult } from '../../../lifecycle/run.ts';
import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { View } from '../blocks.ts';
import { deployBlocks } from './deploy.ts';
import { packageView } from './package.ts';

/** `run`: the bundle at the end of the cascade, and where it serves. */
export const runView: View<Outcome<RunResult>> = {
  blocks: (outcome) =>
    outcome.result.deploy === null
      ? packageView.blocks({ ...outcome, result: outcome.result.package })
      : deployBlocks(outcome.result.deploy),
  essential: (outcome) => packageView.essential({ ...outcome, result: outcome.result.package }),
};
