import { exitCodes } from '../../errors.ts';
import { openOption, searchOptions, setOptions } from '../flags.ts';
import { stageVerb } from '../stageVerb.ts';

export const trainVerb = stageVerb({
  name: 'train',
  summary: 'fit the model and its baselines, evaluate, judge the gates',
  description:
    'Fits the model and the dumb baselines, calibrates probabilities, evaluates on the test part and judges the gates of the pipeline. A model that does not beat the baselines fails, in plain words. Runs the stages before it where they are stale.',
  examples: [
    ['aieng train', 'the only pipeline of the project'],
    ['aieng train churn --verbose', 'every step and epoch'],
    [
      'aieng train --family gbdt --set model.gbdt.leaves=63',
      'an experiment: the pipeline file stays as it is',
    ],
    ['aieng train --family gbdt --search 30', 'try 30 sets of parameters, and train the best'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.gateFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).trainResult,
  call: async () => {
    const { train } = await import('./train.ts');
    return async (context, options, wish) => {
      if (wish === null) return train(context, options);
      const { searchParameters } = await import('../../cascade/search/search.ts');
      return train(context, options, await searchParameters(context, options, wish));
    };
  },
  view: async () => (await import('./view.ts')).trainView,
  own: [...setOptions(), ...searchOptions(), openOption()],
});
