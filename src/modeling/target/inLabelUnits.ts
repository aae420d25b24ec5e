import type { ModelFiles, Scorer, Task } from '../model.ts';
import { readTransform } from './file.ts';
import { inverted } from './transform.ts';
import type { TargetTransform } from './transform.ts';

function scorerInUnits(scorer: Scorer, transform: TargetTransform): Scorer {
  const { one } = scorer;
  return {
    ...scorer,
    ...(one === undefined
      ? {}
      : {
          one: (cells: Float32Array) => {
            const answers = one(cells);
            return answers === null ? null : inverted(transform, answers);
          },
        }),
    *predict(rows) {
      return inverted(transform, yield* scorer.predict(rows));
    },
    explain: (sources) => ({
      ...scorer.explain(sources),
      scale: transform.kind === 'log' ? 'log of the label' : 'quantile of the label',
    }),
  };
}

/** A model's answers in the label's own unit, whatever its labels were learnt as. */
export function inLabelUnits(files: ModelFiles, task: Task, scorer: Scorer): Scorer {
  const transform = task.kind === 'regression' ? readTransform(files) : null;
  return transform === null ? scorer : scorerInUnits(scorer, transform);
}
