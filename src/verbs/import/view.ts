import type { ImportResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next, paragraph, table } from '../view/blocks.ts';
import { counted, figure } from '../view/format.ts';
import { gateList } from '../view/evidence.ts';
import { packageView } from '../package/view.ts';
import { besideBaselines, modelFacts, setFact } from '../train/view.ts';

const inputsShown = 20;

function expectedWords({ expected }: ImportResult['model']): string | null {
  if (expected === null) return null;
  return `${counted(expected.rows, 'answer')} of ${expected.file} agree (largest difference ${figure(expected.largest)}, allowed ${figure(expected.tolerance)})`;
}

/** `import`: what came in, how good it is, and the bundle that it became. */
export const importView: View<Outcome<ImportResult>> = {
  blocks: (outcome) => {
    const { model, told, train, verified, package: bundle } = outcome.result;
    const { verdict } = train;
    const shown = model.inputs.slice(0, inputsShown);
    return [
      headline(verdict.passed && bundle !== null ? 'good' : 'bad', verdict.sentence, outcome.pipeline),
      facts([
        ['file', `${model.name}: ${told}`],
        ['expected', expectedWords(model)],
        [
          'trained on',
          model.trainedOn === null
            ? null
            : `${counted(model.trainedOn.rows, 'row')} of ${model.trainedOn.file}`,
        ],
        [
          'judged on',
          model.judgedOn === null ? null : `${counted(model.judgedOn.rows, 'row')} of ${model.judgedOn.file}`,
        ],
        ...modelFacts(train),
        setFact(outcome.set),
        ['report', outcome.reports?.join(', ') ?? null],
      ]),
      table(
        ['input', 'column', 'codes'],
        shown.map(({ name, column, words, other }) => [
          name,
          column,
          // Words that go in as they are have no codes: the model looks at whether it knows them.
          words === undefined || other === true ? '' : words.slice(0, 6).join(', '),
        ]),
        model.inputs.length > shown.length
          ? `inputs: the first ${shown.length} of ${model.inputs.length}`
          : 'inputs',
      ),
      besideBaselines(train),
      gateList(verdict.gates),
      ...(bundle !== null
        ? packageView.blocks({ ...outcome, result: bundle })
        : [
            paragraph(
              verdict.passed && !verified
                ? 'Nothing was packaged: say what the model has learnt from (--trained-on), bring fresh rows (--judge-on), or accept it as it is (--approve), which stays on record.'
                : 'Nothing is packaged from a model that fails its gates.',
              'dim',
            ),
            ...(verdict.passed ? [] : [next(command('explain', 'gate'))]),
          ]),
    ];
  },
  essential: (outcome) => [
    outcome.result.train.verdict.sentence,
    ...(outcome.result.package === null
      ? []
      : packageView.essential({ ...outcome, result: outcome.result.package })),
  ],
};
