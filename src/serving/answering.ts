import type { RowReading } from '../data/rows.ts';
import { AiengError } from '../errors.ts';
import type { Prediction } from '../inference/prediction.ts';
import type { ServiceMetrics } from './metrics.ts';
import type { PredictionLog } from '../traffic/predictionLog.ts';
import type { ServingAnswer, ServingPredictor } from './predictor.ts';
import { badRequest, badRows, RequestProblem } from './problem.ts';

/** Which model gave an answer; stands in every one. */
export interface ServedModel {
  readonly name: string;
  readonly version: number | null;
  readonly bundle: string;
}

/** An answer with the service's own id, by which feedback refers to it. */
export interface Answered extends Prediction {
  readonly scores: readonly number[];
}

/** The one door from every protocol to the model. */
export interface Answering {
  readonly model: ServedModel;
  /**
   * Answers rows (JSON values, or texts as a CSV body has them), logs and counts them. `silent` rows (the probe of a deployment) are neither logged nor counted.
   *
   * @throws RequestProblem 400 for bad rows (paths start with `pointer(row)`), 413 for too many.
   */
  answer(
    rows: readonly unknown[],
    pointer: (row: number) => string,
    silent: boolean,
    way?: RowReading['way'],
    explain?: boolean,
  ): Promise<readonly Answered[]>;
}

export interface AnsweringParts {
  readonly predictor: ServingPredictor;
  readonly metrics: ServiceMetrics;
  readonly log: PredictionLog | null;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly maxBatchRows: number;
}

/** An explanation costs many answers: a request may ask for few, so that it holds up nobody. */
function checkExplainable(predictor: ServingPredictor, rows: number): void {
  let most: number;
  try {
    most = predictor.explainableRows();
  } catch (error) {
    if (error instanceof AiengError) throw new RequestProblem(501, `${error.message} ${error.hint}`);
    throw error;
  }
  if (rows <= most) return;
  throw new RequestProblem(
    413,
    `${rows} rows to explain in one request; at most ${most} of this model are. Send several requests or use \`aieng predict --explain\`.`,
  );
}

/** What is promised to be on the disk and is not there is not answered. */
function checkKept(fault: string | null): void {
  if (fault === null) return;
  throw new RequestProblem(
    503,
    `The prediction could not be written down (${fault}), so it is not given. Send the request again.`,
  );
}

/** Wires predictor, log and counters into one call. */
export function createAnswering(parts: AnsweringParts): Answering {
  const { predictor, metrics, log } = parts;
  const model: ServedModel = {
    name: predictor.manifest.name,
    version: predictor.version,
    bundle: predictor.digest,
  };

  const record = (answer: ServingAnswer, silent: boolean): Answered => {
    const id = parts.newId();
    const { rowId, features, prediction, scores } = answer;
    if (!silent) {
      metrics.predicted(prediction);
      log?.prediction({
        id,
        rowId,
        at: parts.clock(),
        version: model.version,
        bundle: model.bundle,
        features,
        prediction,
        scores,
      });
    }
    const { probabilities, prediction_interval, explanation } = answer;
    return {
      id,
      prediction,
      ...(probabilities === undefined ? {} : { probabilities }),
      ...(prediction_interval === undefined ? {} : { prediction_interval }),
      scores,
      ...(explanation === undefined ? {} : { explanation }),
    };
  };

  return {
    model,
    answer: async (rows, pointer, silent, way = 'json', explain = false) => {
      if (rows.length === 0) throw badRequest('There is no row to predict.');
      if (rows.length > parts.maxBatchRows)
        throw new RequestProblem(
          413,
          `${rows.length} rows in one request; at most ${parts.maxBatchRows} are allowed. Send several requests or use batch prediction.`,
        );
      if (explain) checkExplainable(predictor, rows.length);
      const { answers, issues } = predictor.predictRows(rows, pointer, way, explain);
      if (issues.length > 0) throw badRows(issues);
      if (answers.length !== rows.length)
        throw new Error('the predictor gave another number of answers than rows');
      const answered = answers.map((answer) => record(answer, silent));
      if (log?.settled !== undefined && !silent) checkKept(await log.settled());
      return answered;
    },
  };
}
