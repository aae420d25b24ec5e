import type { FitJob, FittedModel } from '../../model.ts';
import { scoresOf } from '../../outputs.ts';
import { linearBackend } from './backend.ts';
import { writeLinear } from './files.ts';
import { linearSums, rescaled } from './model.ts';
import { fitPath } from './path.ts';

/** Solves the problem along the path of ridges. */
export async function fitLinear(job: FitJob): Promise<FittedModel> {
  const { task } = job;
  const { model, history, best } = await fitPath(job);
  return {
    backend: linearBackend,
    history,
    rounds: best,
    margins: (rows) => linearSums(model, rows),
    answers: (sums) => scoresOf(task, sums),
    seal: ({ calibration, shift }) => ({
      files: writeLinear(task, rescaled(model, calibration.slope, shift)),
      parameters: model.weights.length + model.intercepts.length,
    }),
    dispose: () => undefined,
  };
}
