import type { TObject } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { count, figure, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Task } from '../data/task.ts';
import type { FeatureRows } from '../features/encode.ts';
import type { Work } from '../work.ts';
import type { MakeExplainer } from './explanation.ts';
import type { FamilyParameters } from './families/parameters.ts';
import type { ForeignFormat } from './foreignFormats.ts';
import type { ForeignInput } from './foreignInput.ts';
import type { SearchSpace } from './search/space.ts';

export type { Task };

/** Labels by row: class codes (index into `classes`) or numbers. */
export type Target = Float64Array;

/** A form of `FeatureRows`: prepared columns, dense blocks of numbers, or these without zeros and with sparse columns whole. */
export type RowForm = 'prepared' | 'blocks' | 'sparse';

/** Rows that a family learns from or is tuned on. */
export interface LabelledRows {
  readonly rows: FeatureRows;
  readonly target: Target;
}

/** What computes networks. */
export type BackendName = 'native' | 'wasm';

export const backendShape = Type.Object({
  name: oneOf(
    ['native', 'wasm', 'javascript'],
    'native and wasm compute networks; javascript everything else, the same bits everywhere.',
  ),
  version: text('`tfjs-backend-wasm 4.22.0`: recorded in every run and part of the cache key.'),
});
export type Backend = Shape<typeof backendShape>;

/** Hyper-parameters, with the pipeline's names: what all families share, and the section of each. */
export interface TrainOptions extends FamilyParameters {
  readonly class_weights: 'none' | 'balanced';
  readonly calibration: 'auto' | 'none';
  /** What labels are before numbers are learnt; `auto` = rows that a fit did not learn from say it. */
  readonly target: 'auto' | 'none' | 'log' | 'quantile';
  /** Metric of the validation part that early stopping and `auto` watch (a name of statistics/metrics). */
  readonly metric: string;
}

export interface EpochReport {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly validation: number;
  readonly best: number;
}

/** Where training is within its passes; told after a bounded number of rows. */
export interface RowReport {
  readonly family: string;
  /** `fitting` = within a pass; `judging` = scoring the validation part once the passes are over. */
  readonly doing: 'fitting' | 'judging';
  readonly epoch: number;
  readonly epochs: number;
  /** Rows that were worked on since the report before: shown to the model, or scored. */
  readonly rows: number;
  /** Rows of this pass or of what is judged, of `of`. */
  readonly done: number;
  readonly of: number;
}

/** What training needs of the world: told while it works and per epoch, asked whether to stop. */
export interface TrainHooks {
  readonly onRows?: (report: RowReport) => void;
  readonly onEpoch?: (report: EpochReport) => void;
  readonly signal?: AbortSignal;
  /** Cores to work on. What comes out is the same bytes for any number of them. */
  readonly threads?: number;
  /** Is the time over? Family `auto` asks after each fold, and says where it stopped. */
  readonly enough?: () => boolean;
}

/** A family's own files, by path relative to the bundle's `model/`. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/** How raw scores were turned into probabilities. Already folded into the weights, or kept beside the trees. */
export const calibrationShape = Type.Object({
  method: oneOf(
    ['none', 'platt', 'temperature', 'mean', 'quantile'],
    'mean: the answers are brought to the mean of the labels, after the labels were learnt transformed. quantile: they are brought to where the share of the labels that was asked for lies below.',
  ),
  slope: figure(),
  intercept: figure(),
  because: Type.Optional(text('Why it was kept or left out, in plain words.')),
});
export type Calibration = Shape<typeof calibrationShape>;

/** A trained model as plain data: enough to score, to save and to describe. */
export interface TrainedModel {
  readonly family: string;
  readonly task: Task;
  readonly backend: Backend;
  readonly files: ModelFiles;
  readonly parameters: number;
  /** The only column that it looks at, where the model is a rule on one. */
  readonly rule?: string;
  readonly calibration: Calibration;
  readonly history: readonly { readonly epoch: number; readonly loss: number; readonly validation: number }[];
  readonly bestEpoch: number;
  /** Value of the score that training watched, on the validation part; lower is better. */
  readonly validation: number;
}

/**
 * A loaded model. `predict` gives `rows × outputs` row-major: probabilities by class (binary: both classes) in the
 * order of `task.classes`, or the number itself. A row's scores do not depend on the other rows.
 */
export interface Scorer {
  /** Which form of the rows it takes; a blend may take several. */
  readonly input: RowForm | readonly RowForm[];
  readonly outputs: number;
  /** What computes here. */
  readonly backend: Backend;
  predict(rows: FeatureRows): Work<Float64Array>;
  /**
   * `predict` of one row, given by its cells as `blocks` has them: the same bits, without what many rows need. Null where it
   * cannot tell. Absent where a model has no such form, or rows have cells that blocks do not hold.
   */
  readonly one?: (cells: Float32Array) => Float64Array | null;
  /** @throws a usage error where the model's files lack what explaining takes */
  readonly explain: MakeExplainer;
  dispose(): void;
}

/** How wrong scores are on labelled rows: lower is better. `scores` is as `Scorer.predict` gives it. */
export type Score = (scores: Float64Array, target: Float64Array) => number;

/** What a family is handed beside the data. */
export interface FamilyOptions extends TrainOptions {
  /** `auto` is native where it loads and works, else WebAssembly. */
  readonly backend: 'auto' | BackendName;
  /** The files of a model that was made elsewhere, the model itself first: what family `imported` takes. */
  readonly given?: ModelFiles;
}

/** What is done to raw sums before they become answers: `slope · z_k + shift_k`. */
export interface FoldedCalibration {
  readonly calibration: Calibration;
  readonly shift: Float64Array;
}

/** What a family is fitted on. Exactly one of `stopping` and `rounds` decides when it stops. */
export interface FitJob {
  readonly task: Task;
  readonly training: LabelledRows;
  /** Rows that say which round was best. Their labels teach nothing else. */
  readonly stopping: LabelledRows | null;
  /** As many as another fit of the same family found best. */
  readonly rounds: number | null;
  /** Rounds that a fit on rows like these found best: looking for the best may begin near it. */
  readonly near?: number | undefined;
  /** Every round is judged, also after the fit would have ended: fits on other rows are compared with this one round by round. */
  readonly toEnd?: boolean | undefined;
  /** What others reached on the stopping rows: a fit that cannot get there any more may give up. */
  readonly rival?: number | undefined;
  readonly options: FamilyOptions;
  readonly seed: number;
  /** Watched on the stopping rows. */
  readonly score: Score;
  readonly hooks: TrainHooks;
}

/** Files of a model whose calibration is part of them. */
export interface SealedModel {
  readonly files: ModelFiles;
  readonly parameters: number;
  /** The only column that it looks at, where the model is a rule on one. */
  readonly rule?: string;
}

/** Fitted, not yet calibrated. */
export interface FittedModel {
  readonly backend: Backend;
  /** Of each round, where stopping rows judged them. */
  readonly history: TrainedModel['history'];
  /** Best round (pass, number of trees, place in a path): what a fit without stopping rows is given. */
  readonly rounds: number;
  /** Raw sums, `rows × outputUnits(task)`, in the label's own unit before the link. A row's do not depend on the others. */
  margins(rows: FeatureRows): Work<Float64Array>;
  /**
   * Those of the rows that it learnt from, where fitting left them. A family that gives them answers sums by a scorer of its
   * files, on any rows, with the same bits as by `answers`.
   */
  readonly trainingSums?: Float64Array;
  /** Sums, calibrated or not, as a scorer would answer them. */
  readonly answers: (sums: Float64Array) => Float64Array;
  /** With the calibration folded into the weights, or kept beside them. */
  seal(calibration: FoldedCalibration): SealedModel;
  dispose(): void;
}

/** What a training says of how it ended. */
export type Ended = Pick<TrainedModel, 'task' | 'history' | 'bestEpoch'>;

/** A file of a family whose models are given, read and checked. */
export interface ReadModel {
  readonly format: ForeignFormat;
  readonly inputs: readonly ForeignInput[];
  /** Lists of words that the file has in the order of its columns of words, and says no names of. */
  readonly loose: readonly (readonly string[])[];
  /** What a person should know of it. */
  readonly notes: readonly string[];
}

/** How a file becomes a model of a family whose models are given. */
export interface GivenModels {
  readonly mostBytes: number;
  /** @throws a usage error that says what is wrong with the file */
  readonly read: (name: string, bytes: Uint8Array) => Promise<ReadModel>;
}

/**
 * One kind of model. Add one: a folder in `families/`, a line in `families/index.ts`, and one in `families/parameters.ts`
 * where it has parameters of its own.
 */
export interface Family {
  readonly name: string;
  /** Lower is simpler: `auto` keeps the simplest that is as good as the best. */
  readonly complexity: number;
  /** Takes so long that `auto` fits it only where a cheap first round says that it could win. */
  readonly costly?: boolean;
  /** `auto` does not try it: who wants it asks for it by its name. */
  readonly byName?: true;
  /** It learns nothing: its model is given, as a file that this reads. */
  readonly given?: GivenModels;
  /** More rows want more rounds: trees. Passes of a network grow with the rows by themselves. */
  readonly roundsGrow?: boolean;
  /** A round means the same in every fit, so that folds together tell the best: places of a path. */
  readonly roundsAlike?: boolean;
  /** Which form of the rows it takes, in training and in scoring. */
  readonly input: RowForm;
  /** Section `model.<name>` of a pipeline, where the family has parameters of its own. */
  readonly parameters?: TObject;
  /** What a search may change of them, where there is something to be found. */
  readonly space?: SearchSpace;
  /** The same in short, where a fit can be: it tells ways to learn the same labels apart. */
  readonly shortened?: (options: FamilyOptions) => FamilyOptions;
  /** The same, shown so many rows at most, all passes together: for a family that is costly. */
  readonly shownAtMost?: (options: FamilyOptions, visits: number) => FamilyOptions;
  /** A sentence about a fit on so many rows that got better up to the last round that it was allowed; null = it ended by itself. */
  readonly cutShort?: (options: TrainOptions, rows: number, fitted: Ended) => string | null;
  /** Can it learn anything from such rows? Left out: from any. `auto` passes over those that cannot. */
  readonly canFit?: (rows: FeatureRows) => boolean;
  /** What it computes with. A network's library is named without being loaded. */
  backend(choice: 'auto' | BackendName): Promise<Backend>;
  /** @throws the interrupted error where `hooks.signal` aborts */
  fit(job: FitJob): Promise<FittedModel>;
  load(files: ModelFiles, task: Task, backend: 'auto' | BackendName): Promise<Scorer>;
}

/** A family that was fitted on the way to the model. */
export const triedFamilyShape = Type.Object({
  family: text(),
  validation: figure(
    'The score that training watched, lower is better: on the validation part, or with family auto on rows of the folds that the fits did not know.',
  ),
  parameters: count('Of the first fold, where there were some.'),
  epochs: count(),
  bestEpoch: count('Mean over the folds, where there were some.'),
});
/** A family of models that `family: auto` tried, and how it did. */
export type TriedFamily = Shape<typeof triedFamilyShape>;

/** Calibrated answers on the rows that a model learnt from, and on those that stopped it. */
export interface KnownAnswers {
  readonly training: Float64Array;
  readonly validation: Float64Array;
}

/** What training hands back: the model, everything that was tried, and why this one was kept. */
export interface TrainingResult {
  readonly model: TrainedModel;
  /** Models that were fitted on the way and not kept. */
  readonly others: readonly TrainedModel[];
  /** Its answers on the rows of both parts, where fitting left them: the same bits as a scorer gives. */
  readonly known?: KnownAnswers;
  readonly tried: readonly TriedFamily[];
  /** One plain sentence. */
  readonly because: string;
  /** Family `auto`: so many of the planned folds were fitted when the time was over. As many planned give the same bytes. */
  readonly cutTo?: number;
  /** Family `auto`: answers for rows that the fits did not know. The validation part is among what the model learnt from. */
  readonly outOfFold: OutOfFoldAnswers | null;
}

/** Answers by fits of the folds. */
export interface OutOfFoldAnswers {
  /** Positions among the rows of the training part and then of the validation part. */
  readonly rows: Int32Array;
  /** Calibrated, as `Scorer.predict` gives them. */
  readonly scores: Float64Array;
  readonly folds: number;
}
