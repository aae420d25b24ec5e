import type { ColumnSchema } from '../data/schema.ts';
import { replayGolden } from '../inference/golden.ts';
import type { Answer, Prediction } from '../inference/prediction.ts';
import { predictorOver } from '../inference/predictor.ts';
import type { Predictor } from '../inference/predictor.ts';
import { checkGolden, sameBackend } from '../packaging/golden.ts';
import type { Golden } from '../packaging/manifest.ts';
import { badRows, RequestProblem } from '../serving/problem.ts';
import { rowJsonSchema } from '../serving/rowJsonSchema.ts';
import { filesOf } from './embedded.ts';
import type { Embedded } from './embedded.ts';
import { loadBy } from './loaders.ts';
import type { Loaders } from './loaders.ts';

/** Rows that are answered in one go: their columns stay small. */
const rowsAtOnce = 128;

/** An answer; it has no id, for nobody keeps it. */
export type PortableAnswer = Omit<Prediction, 'id'>;

export interface PredictOptions {
  /** Also say how far each column moved the answer. */
  readonly explain?: boolean;
}

/** What `selfTest` found. */
export interface SelfTest {
  readonly ok: boolean;
  readonly rows: number;
  /** Rows that came out otherwise, and how. */
  readonly mismatches: readonly string[];
}

/** What a file says of the model in it. */
interface ModelFacts {
  readonly name: string;
  readonly version: number | null;
  /** Digest of the bundle. */
  readonly bundle: string;
  readonly goal: string;
  readonly label: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly classes: readonly string[];
  readonly family: string;
  readonly inputs: readonly ColumnSchema[];
  /** JSON Schema of a row. */
  readonly schema: object;
}

/** A model that answers where it is: no server, no network, no file. */
export interface PortableModel {
  readonly facts: ModelFacts;
  readonly predictor: Predictor;
  /** @throws RequestProblem (400) with every field that is wrong, in the words of the service */
  readonly predict: (row: unknown, options?: PredictOptions) => PortableAnswer;
  /** @throws RequestProblem (400) as `predict`; nothing is answered then */
  readonly predictMany: (rows: readonly unknown[], options?: PredictOptions) => PortableAnswer[];
  /** Do the rows that it carries, or those of a bundle's golden.json, come out as they did when it was packaged? */
  readonly selfTest: (golden?: Golden) => SelfTest;
}

function factsOf(embedded: Embedded): ModelFacts {
  const { manifest, digest, version, schema } = embedded;
  const { name, goal, label, task, family, inputs, outputs } = manifest;
  return {
    ...{ name, version, bundle: digest, goal, label, task: task.kind, classes: outputs, family, inputs },
    schema: rowJsonSchema({ manifest, schema }),
  };
}

const shown = ({ prediction, probabilities, prediction_interval, explanation }: Answer): PortableAnswer => ({
  prediction,
  ...(probabilities === undefined ? {} : { probabilities }),
  ...(prediction_interval === undefined ? {} : { prediction_interval }),
  ...(explanation === undefined ? {} : { explanation }),
});

function predicting(predictor: Predictor): PortableModel['predictMany'] {
  return (rows, { explain = false } = {}) => {
    if (!Array.isArray(rows)) throw new RequestProblem(400, 'Expected a list of rows.');
    const answers: PortableAnswer[] = [];
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const part: readonly unknown[] = rows.slice(from, from + rowsAtOnce);
      const pointer = (row: number): string => `/${from + row}`;
      const { answers: own, issues } = predictor.predictRows(part, pointer, 'json', explain);
      if (issues.length > 0) throw badRows(issues);
      for (const answer of own) answers.push(shown(answer));
    }
    return answers;
  };
}

function testing({ golden: own, schema }: Embedded, predictor: Predictor): PortableModel['selfTest'] {
  return (golden = own) => {
    const exact = sameBackend(golden.backend, predictor.backend);
    const replay = replayGolden(
      predictor,
      schema,
      golden.rows.map(({ input }) => input),
    );
    const mismatches = checkGolden(golden, replay, exact).map(({ message }) => message);
    return { ok: mismatches.length === 0, rows: golden.rows.length, mismatches };
  };
}

/** Opens what a file carries. */
export function openModel(embedded: Embedded, loaders: Loaders): PortableModel {
  const { manifest } = embedded;
  const scorer = loadBy(loaders, manifest.family, filesOf(embedded), manifest.task);
  const predictor = predictorOver(embedded, scorer);
  const predictMany = predicting(predictor);
  return {
    facts: factsOf(embedded),
    predictor,
    predict: (row, { explain = false } = {}) => {
      const { answers, issues } = predictor.predictRows([row], () => '', 'json', explain);
      const [answer] = answers;
      if (answer === undefined) throw badRows(issues);
      return shown(answer);
    },
    predictMany,
    selfTest: testing(embedded, predictor),
  };
}
