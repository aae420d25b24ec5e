import type { FeaturizeResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next } from '../view/blocks.ts';
import { count, counted, shortDigest } from '../view/format.ts';

const namesShown = 12;

/** `featurize`: the parts of the split and what the transforms made of the inputs. */
export const featurizeView: View<Outcome<FeaturizeResult>> = {
  blocks: ({ pipeline, featureSet, result }) => {
    const { rows, inputs, outputs, task } = result;
    const left = outputs.length - namesShown;
    return [
      headline('good', `${counted(inputs, 'input')} → ${counted(outputs.length, 'feature')}`, pipeline),
      facts([
        ['task', task],
        [
          'rows',
          `train ${count(rows.train)} · validation ${count(rows.validation)} · test ${count(rows.test)}`,
        ],
        ['without a label', rows.unlabelled === 0 ? null : `${counted(rows.unlabelled, 'row')}, left out`],
        ['features', outputs.slice(0, namesShown).join(', ') + (left > 0 ? ` and ${count(left)} more` : '')],
        ['feature set', featureSet === undefined ? null : shortDigest(featureSet)],
      ]),
      next(command('train', pipeline)),
    ];
  },
  essential: ({ featureSet }) => (featureSet === undefined ? [] : [featureSet]),
};
