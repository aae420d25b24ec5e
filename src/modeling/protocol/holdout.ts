import type {
  Family,
  FitJob,
  FittedModel,
  FoldedCalibration,
  KnownAnswers,
  LabelledRows,
  Task,
  TrainedModel,
} from '../model.ts';
import { prepareTarget, priorShift } from '../objective.ts';
import { outputUnits } from '../outputs.ts';
import { inTurns, judgingRows, turnRows } from '../turns.ts';
import { answersMean, meanCalibration } from '../target/meanShift.ts';
import { quantileAsked, quantileCalibration } from '../target/quantile.ts';
import { isTransformed } from '../target/transform.ts';
import { calibrating, uncalibrated } from './calibration.ts';
import { honestShift } from './honestShift.ts';

/** Sums as a calibration leaves them. */
export function calibratedSums(sums: Float64Array, { calibration, shift }: FoldedCalibration): Float64Array {
  const units = shift.length;
  return sums.map((sum, at) => calibration.slope * sum + shift[at % units]!);
}

/**
 * A calibration of sums as honest ones would be: class weights of the training rows shift them. `shift` takes that back,
 * too. Of numbers that were learnt transformed: what brings the answers to the mean of the labels. Left as they are where
 * the pipeline asks for no calibration.
 *
 * @param answers sums in, answers out: of the model, or of one that was fitted in the same way
 * @param sums of rows that the model did not learn from, with their labels
 * @param training labels that it learnt from
 */
export async function calibrationFor(
  { task, options, hooks }: Pick<FitJob, 'task' | 'options' | 'hooks'>,
  sums: Float64Array,
  target: Float64Array,
  training: Float64Array,
  answers: FittedModel['answers'],
): Promise<FoldedCalibration> {
  const units = outputUnits(task);
  if (task.kind === 'regression' && isTransformed(options.target) && answersMean(options.metric))
    return meanCalibration(answers, sums, target);
  if (options.calibration === 'none') return uncalibrated(units, 'the pipeline asks for none');
  const codes = prepareTarget(task, target, 'none').values;
  const weighted = prepareTarget(task, training, options.class_weights);
  const prior = honestShift(sums, codes, priorShift(task, weighted));
  const honest = sums.map((sum, at) => sum + prior[at % units]!);
  const { calibration, shift } = await inTurns(calibrating(task, honest, codes), hooks.signal);
  return { calibration, shift: shift.map((each, unit) => each + calibration.slope * prior[unit]!) };
}

/** A model that is whole, of a fitted one and its calibration. */
export function sealedModel(
  family: string,
  task: Task,
  fitted: FittedModel,
  calibration: FoldedCalibration,
  validation: number,
): TrainedModel {
  return {
    family,
    task,
    backend: fitted.backend,
    ...fitted.seal(calibration),
    calibration: calibration.calibration,
    history: fitted.history,
    bestEpoch: fitted.rounds,
    validation,
  };
}

/** A model, and its calibrated answers on the rows that stopped it. */
export interface HoldoutFit {
  readonly model: TrainedModel;
  readonly scores: Float64Array;
  readonly known?: KnownAnswers;
}

/** One fit on the training part, stopped and calibrated on the validation part. */
export async function fitHoldout(
  family: Family,
  job: Omit<FitJob, 'stopping' | 'rounds'>,
  validation: LabelledRows,
): Promise<HoldoutFit> {
  const { task, training, score, hooks } = job;
  const fitted = await family.fit({ ...job, stopping: validation, rounds: null });
  try {
    const told = judgingRows(hooks, family.name, fitted.history.length, validation.rows.rows);
    const margins = await inTurns(fitted.margins(validation.rows), hooks.signal, told, turnRows);
    const quantile = quantileAsked(family.name, task, job.options);
    const calibration =
      quantile === null
        ? await calibrationFor(job, margins, validation.target, training.target, fitted.answers)
        : quantileCalibration(quantile, fitted.answers, margins, validation.target);
    const scores = fitted.answers(calibratedSums(margins, calibration));
    const value = score(scores, validation.target);
    const model = sealedModel(family.name, task, fitted, calibration, value);
    if (fitted.trainingSums === undefined) return { model, scores };
    const learnt = fitted.answers(calibratedSums(fitted.trainingSums, calibration));
    return { model, scores, known: { training: learnt, validation: scores } };
  } finally {
    fitted.dispose();
  }
}
