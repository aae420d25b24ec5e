import type { Table } from '../data/columns.ts';
import { cellValue, selectColumns, takeRows } from '../data/columns.ts';
import { personalColumns, withoutPersonalCells } from '../data/personal.ts';
import { rowsFromTable } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import { grammarVersion } from '../data/schema.ts';
import { digestOf } from '../digest.ts';
import type { Evaluation, Verdict } from '../evaluation/evaluation.ts';
import { outputNames } from '../features/apply.ts';
import type { FittedFeatures } from '../features/spec.ts';
import { answerColumns } from '../inference/answerColumns.ts';
import { replayGolden } from '../inference/golden.ts';
import type { Predictor } from '../inference/predictor.ts';
import { createPredictor } from '../inference/predictor.ts';
import { targetOf } from '../modeling/labels.ts';
import type { TrainedModel } from '../modeling/model.ts';
import { turnRows } from '../modeling/turns.ts';
import { profilingReference } from '../monitoring/profileReference.ts';
import { withHashedWords } from '../monitoring/change/hashedWords.ts';
import type { Reference, ScoredReference } from '../monitoring/reference.ts';
import { keepScored } from '../monitoring/scoredReference.ts';
import { scoredGroups } from '../monitoring/slices/groups.ts';
import { writeCard } from '../packaging/card.ts';
import { chooseGolden, recordGolden } from '../packaging/golden.ts';
import type { Bundle, Manifest } from '../packaging/manifest.ts';
import { planBundle } from '../packaging/plan.ts';
import type { Override } from '../pipeline/overrides/override.ts';
import { overrideWords } from '../pipeline/overrides/override.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import { inPieces } from '../project/interruption.ts';
import type { IntervalBounds } from '../statistics/conformal.ts';
import { createRandom } from '../random.ts';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';

/** What of a pipeline a bundle is made of. */
export type Packaged = Pick<Pipeline, 'name' | 'goal' | 'row_id' | 'package'> & {
  readonly label: Pick<Pipeline['label'], 'column'>;
  readonly model: Pick<Pipeline['model'], 'backend' | 'seed'>;
};

/** A team's own transforms, for a bundle. */
export interface OwnCode {
  readonly javascript: Uint8Array;
  readonly sources: string;
}

/** All that goes into a bundle. */
export interface Assembly {
  readonly pipeline: Packaged;
  readonly schema: RowSchema;
  readonly fitted: FittedFeatures;
  /** The team's own transforms as JavaScript, where the features need them, and the digest of their sources. */
  readonly ownCode: OwnCode | null;
  readonly inputs: readonly string[];
  readonly model: TrainedModel;
  readonly metric: string;
  readonly threshold: number | null;
  /** How far labels lie from answers; null for classes, where the pipeline asks for none, or rows are too few. */
  readonly interval: IntervalBounds | null;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  /** What validation warned of in the rows that it learnt from. */
  readonly warnings: readonly string[];
  /** Why this family, in a sentence. */
  readonly because: string;
  readonly folds: number | undefined;
  /** Digest of the training data. */
  readonly data: string;
  readonly code: string;
  /** Keys of the pipeline that were set for the run, and stand otherwise in the file. */
  readonly set: readonly Override[];
  /** The rows that the model is meant to serve (its drift reference). */
  readonly population: Table;
  /** Rows that the model did not fit: where its answers are profiled and golden rows are taken from. */
  readonly unseen: Table;
  /**
   * Answers on `unseen` (`rows × outputs`) by the same model before it learnt from these rows too; left out where it never
   * did. What a model says of rows that it knows tells nothing of what it will say.
   */
  readonly unseenScores?: Float64Array;
  /** Which of these nothing was tuned on either: their scores and labels are what performance is compared with. */
  readonly judging: Int32Array;
  readonly counts: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly unlabelled: number;
  };
}

function manifestFacts(assembly: Assembly): Omit<Manifest, 'manifest_version' | 'files'> {
  const { pipeline, model, schema } = assembly;
  const inputs = new Set(assembly.inputs);
  return {
    name: pipeline.name,
    goal: pipeline.goal,
    task: model.task,
    family: model.family,
    backend: model.backend,
    inputs: schema.columns.filter((column) => inputs.has(column.name)),
    outputs: model.task.kind === 'regression' ? [] : model.task.classes,
    label: pipeline.label.column,
    row_id: pipeline.row_id,
    metric: assembly.metric,
    ...(assembly.threshold === null ? {} : { threshold: assembly.threshold }),
    ...(assembly.interval === null ? {} : { interval: assembly.interval }),
    ...(assembly.set.length === 0 ? {} : { set: assembly.set }),
    ...(assembly.ownCode === null
      ? {}
      : {
          transforms: {
            names: assembly.fitted.own?.columns.map(({ name }) => name) ?? [],
            sources: assembly.ownCode.sources,
          },
        }),
    digests: { data: assembly.data, features: digestOf(assembly.fitted), code: assembly.code },
  };
}

/** The model's answers on the rows that it did not fit, a piece at a time: what features make of all of them is never there. */
function* scoring(assembly: Assembly, predictor: Predictor): Work<Float64Array> {
  const table = selectColumns(assembly.unseen, predictor.inputs);
  const scores = new Float64Array(table.rows * predictor.outputs);
  for (let from = 0; from < table.rows; from += pieceRows) {
    const rows = Math.min(pieceRows, table.rows - from);
    const piece = takeRows(
      table,
      Int32Array.from({ length: rows }, (_, i) => from + i),
    );
    scores.set(yield* predictor.scoring(piece), from * predictor.outputs);
  }
  return scores;
}

/** The scored test rows with what came true, and in which parts of which columns they lie; nothing else of them is kept. */
function scoredOf(assembly: Assembly, scores: Float64Array, { columns }: Reference): ScoredReference {
  const { unseen, judging, pipeline, model, evaluation, schema } = assembly;
  const column = unseen.columns.get(pipeline.label.column);
  const outputs = scores.length / Math.max(1, unseen.rows);
  const taken = new Float64Array(judging.length * outputs);
  judging.forEach((row, at) => taken.set(scores.subarray(row * outputs, (row + 1) * outputs), at * outputs));
  const target = column === undefined ? undefined : targetOf(model.task, column);
  return keepScored(
    taken,
    Float64Array.from(judging, (row) => target?.[row] ?? Number.NaN),
    (kept) =>
      scoredGroups(
        columns,
        takeRows(
          unseen,
          kept.map((at) => judging[at]!),
        ),
        {
          personal: personalColumns(schema),
          important: (evaluation.importance?.columns ?? []).map((each) => each.column),
        },
      ),
  );
}

async function referenceOf(
  watched: Pick<Context, 'progress' | 'signal'>,
  assembly: Assembly,
  predictor: Predictor,
): Promise<{ readonly reference: Reference; readonly scored: ScoredReference }> {
  const judged = {
    label: 'package',
    detail: 'unseen rows scored',
    total: assembly.unseen.rows,
    every: turnRows,
  };
  const scores = assembly.unseenScores ?? (await inPieces(watched, judged, scoring(assembly, predictor)));
  const told = { label: 'package', detail: 'cells of the reference looked at', total: 0 };
  const reference = profilingReference({
    population: withHashedWords(
      selectColumns(assembly.population, predictor.inputs),
      personalColumns(assembly.schema),
    ),
    predictions: answerColumns(predictor, scores),
    performance: {
      metric: assembly.metric,
      rows: assembly.evaluation.rows,
      metrics: assembly.evaluation.intervals,
    },
  });
  const profile = await inPieces(watched, told, reference);
  return { reference: profile, scored: scoredOf(assembly, scores, profile) };
}

/**
 * Puts a bundle together and proves it: golden rows go through the same predictor that will answer requests, and
 * what they give is what every later replay is compared with.
 */
export async function assembleBundle(
  watched: Pick<Context, 'progress' | 'signal'>,
  assembly: Assembly,
): Promise<Bundle> {
  const { pipeline, model, fitted } = assembly;
  const facts = manifestFacts(assembly);
  const predictor = await createPredictor(
    {
      manifest: { ...facts, manifest_version: 1, files: {} },
      digest: '',
      version: null,
      schema: assembly.schema,
      features: fitted,
      modelFiles: model.files,
    },
    pipeline.model.backend,
  );
  try {
    const seen = selectColumns(assembly.unseen, predictor.inputs);
    const random = createRandom(`golden/${pipeline.model.seed}`);
    const candidates = {
      rows: seen.rows,
      columns: predictor.inputs,
      cell: (row: number, column: string) => cellValue(seen.columns.get(column)!, row),
    };
    const inputs = rowsFromTable(
      takeRows(seen, chooseGolden(candidates, pipeline.package.golden_rows, random)),
      predictor.inputs,
    );
    const replay = replayGolden(predictor, assembly.schema, inputs);
    const { evaluation, verdict, warnings, because, folds } = assembly;
    const { reference, scored } = await referenceOf(watched, assembly, predictor);
    return planBundle({
      ...facts,
      documents: {
        'features.json': fitted,
        'schema.json': { ...assembly.schema, cells: grammarVersion },
        'reference.json': reference,
        'golden.json': recordGolden(predictor.backend, inputs, replay),
        'evaluation.json': evaluation,
        'scored.json': scored,
      },
      card: writeCard({
        manifest: facts,
        rows: assembly.counts,
        features: outputNames(fitted).length,
        parameters: model.parameters,
        because,
        set: assembly.set.map(overrideWords),
        ...(folds === undefined ? {} : { folds }),
        calibration: model.calibration,
        evaluation,
        verdict,
        warnings,
        example: withoutPersonalCells(inputs[0] ?? {}, personalColumns(assembly.schema)),
      }),
      model: model.files,
      ...(assembly.ownCode === null ? {} : { ownCode: assembly.ownCode.javascript }),
    });
  } finally {
    predictor.dispose();
  }
}
