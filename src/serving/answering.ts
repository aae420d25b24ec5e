import type { RowReading } from '../data/rows.ts';
import { AiengError } from '../errors.ts';
import type { Prediction } from '../inference/prediction.ts';
import type { ServiceMetrics } from './metrics.ts';
import type { PredictionLog } from '../traffic/predictionLog.ts';
import type { ServingPredictor, ServingTextAnswer } from './predictor.ts';
import { badRequest, badRows, RequestProblem } from './problem.ts';

/** Which model gave an answer; stands in every one. */
export interface ServedModel {
  readonly name: string;
  readonly version: number | null;
  readonly bundle: string;
}

/** An answer with the service's own id, by which feedback refers to it. */
export type Answered = { readonly [Field in keyof Prediction]: Prediction[Field] | undefined } & {
  readonly id: string;
  readonly prediction: string | number;
  readonly scores: readonly number[];
};

/** Rows that a request asks about. */
export interface Question {
  /** JSON values, or texts as a CSV body has them. */
  readonly rows: readonly unknown[];
  /** JSON pointer of a row, the prefix of its issues' paths. */
  readonly pointer: (row: number) => string;
  /** The probe of a deployment: neither logged nor counted. */
  readonly silent: boolean;
  readonly way?: RowReading['way'];
  readonly explain?: boolean;
  /** What keeps the caller with one of two bundles, where he says so. */
  readonly key?: string;
  /** The version that is asked for by name. */
  readonly version?: string;
}

/** Answers in the order of the rows, all of one model. */
export interface Answers {
  readonly model: ServedModel;
  readonly rows: readonly Answered[];
  /** How long the model took for them. */
  readonly ms: number;
}

/** The one door from every protocol to the model. */
export interface Answering {
  /** The model in charge. */
  readonly model: ServedModel;
  /** All models that answer, the one in charge first. */
  readonly models: readonly ServedModel[];
  /**
   * Answers, logs and counts; at once, where neither the disk nor another bundle has to be waited for.
   *
   * @throws RequestProblem 400 for bad rows (paths start with `pointer(row)`), 413 for too many.
   */
  readonly answer: (question: Question) => Answers | Promise<Answers>;
  /**
   * The same for the one row of a text `{"<field>": {…}}`, without a list of rows. Null, and nothing was done, where only
   * `answer` can say what becomes of it. Absent where each request is shared out by its row.
   */
  readonly answerText?: (field: string) => (text: string) => Answers | Promise<Answers> | null;
}

export interface AnsweringParts {
  readonly predictor: ServingPredictor;
  readonly metrics: ServiceMetrics;
  readonly log: PredictionLog | null;
  readonly clock: () => number;
  /** ms on a clock that never goes back. */
  readonly elapsed: () => number;
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

/** How a predictor is called in answers. */
export const modelOf = ({
  manifest,
  version,
  digest,
}: Pick<ServingPredictor, 'manifest' | 'version' | 'digest'>): ServedModel => ({
  name: manifest.name,
  version,
  bundle: digest,
});

/** Wires predictor, log and counters into one call. */
export function createAnswering(parts: AnsweringParts): Answering {
  const { predictor, metrics, log } = parts;
  const model = modelOf(predictor);

  const record = (answer: ServingTextAnswer, silent: boolean): Answered => {
    const id = parts.newId();
    const { rowId, features, prediction, scores } = answer;
    if (!silent) {
      metrics.predicted(prediction, model.version);
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
    return { id, prediction, probabilities, prediction_interval, scores, explanation };
  };
  const kept = (given: Answers, silent: boolean): Answers | Promise<Answers> => {
    if (log?.settled === undefined || silent) return given;
    return log.settled().then((fault) => {
      checkKept(fault);
      return given;
    });
  };

  return {
    model,
    models: [model],
    answer: ({ rows, pointer, silent, way = 'json', explain = false }) => {
      if (rows.length === 0) throw badRequest('There is no row to predict.');
      if (rows.length > parts.maxBatchRows)
        throw new RequestProblem(
          413,
          `${rows.length} rows in one request; at most ${parts.maxBatchRows} are allowed. Send several requests or use batch prediction.`,
        );
      if (explain) checkExplainable(predictor, rows.length);
      const begun = parts.elapsed();
      const { answers, issues } = predictor.predictRows(rows, pointer, way, explain);
      const ms = parts.elapsed() - begun;
      if (issues.length > 0) throw badRows(issues);
      if (answers.length !== rows.length)
        throw new Error('the predictor gave another number of answers than rows');
      const answered = answers.map((answer) => record(answer, silent));
      return kept({ model, rows: answered, ms }, silent);
    },
    answerText: (field) => {
      const predict = predictor.predictText?.(field);
      if (predict === undefined) return () => null;
      return (text) => {
        const begun = parts.elapsed();
        const answer = predict(text);
        if (answer === null) return null;
        const ms = parts.elapsed() - begun;
        return kept({ model, rows: [record(answer, false)], ms }, false);
      };
    },
  };
}
