import { usageError } from '../../../errors.ts';
import type { FitJob, FittedModel, Task } from '../../model.ts';
import { outputUnits, scoresOf } from '../../outputs.ts';
import { marginsOf } from './answers.ts';
import { bindForeign } from './bind.ts';
import { writeForeign } from './files.ts';
import type { BoundForeign } from './files.ts';
import { backgroundCells, plainScores } from './scorer.ts';

/** Takes the model of a file as it is: nothing is learnt. */
export async function takeAsGiven({ task, training, options, seed }: FitJob): Promise<FittedModel> {
  const { given } = options;
  if (given === undefined || given.size === 0)
    throw usageError({
      code: 'no-model-imported',
      message: 'model.family is imported, and no model was imported for it.',
      hint: 'Run `aieng import <model> --pipeline <name>`, or choose another family.',
    });
  const bound = await bindForeign(task, given, training.rows.columns, options.imported);
  const background = bound.model.explained === null ? backgroundCells(bound, training.rows, seed) : null;
  return fittedAsGiven(task, { ...bound, background }, given, options.imported.calibrate);
}

function fittedAsGiven(
  task: Task,
  bound: BoundForeign,
  given: NonNullable<FitJob['options']['given']>,
  calibrate: boolean,
): FittedModel {
  const units = outputUnits(task);
  return {
    backend: bound.model.backend,
    history: [],
    rounds: 0,
    *margins(rows) {
      return marginsOf(task, yield* plainScores(task, bound, rows));
    },
    answers: (sums) => scoresOf(task, sums),
    seal: ({ calibration, shift }) => ({
      files: writeForeign(
        {
          ...bound.binding,
          calibration:
            calibrate && calibration.method !== 'none'
              ? { slope: calibration.slope, shift: [...shift].slice(0, units) }
              : null,
        },
        given,
        bound.background,
      ),
      parameters: bound.model.parameters,
    }),
    dispose: () => bound.model.dispose?.(),
  };
}
