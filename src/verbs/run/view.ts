import type { RunResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View } from '../view/blocks.ts';
import { facts, headline } from '../view/blocks.ts';
import { deployBlocks } from '../deploy/view.ts';
import { packageView } from '../package/view.ts';
import { besideBaselines, modelFacts, setFact } from '../train/view.ts';

/** Whether the model is worth having, and how good it is. */
const modelBlocks = ({
  result: { train },
  pipeline,
  reports,
  set,
  image,
}: Outcome<RunResult>): readonly Block[] => [
  headline('good', train.verdict.sentence, pipeline),
  facts([
    ...modelFacts(train),
    setFact(set),
    ['computed in', image === undefined ? null : `image ${image}`],
    ['report', reports?.join(', ') ?? null],
  ]),
  besideBaselines(train),
];

/** `run`: the model with its figures, the bundle at the end of the cascade, and where it serves. */
export const runView: View<Outcome<RunResult>> = {
  blocks: (outcome) => [
    ...modelBlocks(outcome),
    ...(outcome.result.deploy === null
      ? packageView.blocks({ ...outcome, result: outcome.result.package })
      : deployBlocks(outcome.result.deploy)),
  ],
  essential: (outcome) => packageView.essential({ ...outcome, result: outcome.result.package }),
};
