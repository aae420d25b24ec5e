import { dataError, usageError } from '../../errors.ts';
import type { Family, FitJob, FittedModel, Score } from '../model.ts';
import { withTransform } from './file.ts';
import { answersMean, meanShift, rough } from './meanShift.ts';
import { quantileAsked } from './quantile.ts';
import { fitTransform, inverted, isTransformed, transformed } from './transform.ts';
import type { TargetTransform } from './transform.ts';

/**
 * The watched metric in the label's own unit. Where it is one of means, answers are brought to the mean of the labels, as
 * the model that comes of it will be: a mean of logarithms is no logarithm of a mean.
 */
function inUnits(family: Family, { task, score, options }: FitJob, transform: TargetTransform): Score {
  const isMean = answersMean(options.metric) && quantileAsked(family.name, task, options) === null;
  if (!isMean) return (answers, target) => score(inverted(transform, answers), target);
  return (answers, target) => {
    const shift = meanShift((sums) => inverted(transform, sums), answers, target, rough);
    return score(
      inverted(
        transform,
        answers.map((answer) => answer + shift),
      ),
      target,
    );
  };
}

function backInUnits({ trainingSums: _, ...fitted }: FittedModel, transform: TargetTransform): FittedModel {
  return {
    ...fitted,
    answers: (sums) => inverted(transform, fitted.answers(sums)),
    seal: (calibration) => {
      const sealed = fitted.seal(calibration);
      return { ...sealed, files: withTransform(sealed.files, transform) };
    },
  };
}

/** @throws a data error where a logarithm is asked for that some label does not have. */
function requireFrom0(target: string, labels: Float64Array): void {
  const row = labels.findIndex((label) => label < 0);
  if (target !== 'log' || row < 0) return;
  throw dataError({
    code: 'label-below-0',
    message: `model.target is log, which takes labels from 0 on; a training row has ${labels[row]}.`,
    hint: 'Set model.target to quantile, none or auto in the pipeline.',
  });
}

/** @throws a usage error where trees are to count what is no count once it is transformed. */
function requireNoCounts(family: Family, { target, gbdt }: FitJob['options']): void {
  if (family.name !== 'gbdt' || (gbdt.objective !== 'poisson' && gbdt.objective !== 'tweedie')) return;
  throw usageError({
    code: 'target-and-objective',
    message: `model.target is ${target}, but model.gbdt.objective is ${gbdt.objective}, which takes labels as they are.`,
    hint: 'Take one of the two out of the pipeline.',
  });
}

/** Fits on labels as `options.target` wants them. `auto` is for those who choose: here it is none. */
async function fitOn(family: Family, job: FitJob): Promise<FittedModel> {
  const { task, training, options } = job;
  if (task.kind !== 'regression' || !isTransformed(options.target)) return family.fit(job);
  requireNoCounts(family, options);
  const transform = fitTransform(options.target, training.target);
  if (transform === null) {
    requireFrom0(options.target, training.target);
    return family.fit(job);
  }
  const fitted = await family.fit({
    ...job,
    training: { rows: training.rows, target: transformed(transform, training.target) },
    score: inUnits(family, job, transform),
  });
  return backInUnits(fitted, transform);
}

/** A family that may learn labels transformed (`options.target`). `load` says how its models answer in the label's own unit. */
export const onTarget = (family: Family): Family => ({ ...family, fit: (job) => fitOn(family, job) });
