/**
 * aieng's TypeScript API: the same functions that the commands call, and the plain data that they give
 * back. Nothing here prints, reads the clock or exits.
 *
 * A run from code, in a file `retrain.mjs` (or `.mts`: a folder of `npm init` takes `import` only in these):
 *
 * ```ts
 * import { AiengError, openContext, run } from 'aieng';
 *
 * const context = await openContext({ cwd: '.' });
 * try {
 *   const { exitCode, stages } = await run(context, { pipeline: 'churn', to: 'package', waitMs: 0 });
 *   console.log(exitCode, stages?.map(({ name, state }) => `${name} ${state}`));
 * } catch (error) {
 *   if (!(error instanceof AiengError)) throw error;
 *   console.error(error.message, error.hint);
 * }
 * ```
 *
 * `openContext({ cwd: '.' })` gives the context that every function takes first, `run` or another
 * one is called with it, and what it gives is an `Outcome`: the command's exit code, its warnings and its result
 * (docs/json.md). What a user can act on is thrown as an `AiengError`, with a hint (docs/errors.md). A team's own transforms and
 * checks, and pipelines in TypeScript: docs/transforms.md.
 *
 * @packageDocumentation
 */
export { AiengError, exitCodes } from './errors.ts';
export type { AiengErrorOptions, ExitCode, Location } from './errors.ts';
export { defineTransform } from './features/own/definition.ts';
export { forRows } from './project/code/forRows.ts';
export type { RowDefinitions } from './project/code/forRows.ts';
export type { OwnTransform } from './features/own/definition.ts';
export type { CellOf, OwnInputs, OwnRow } from './ownCells.ts';
export type { ColumnKind } from './data/columns.ts';
export type { Plain } from './features/spec.ts';
export type { RefusedRow } from './features/own/columns.ts';
export { testTransform } from './features/own/testTransform.ts';
export type { TestedTransform } from './features/own/testTransform.ts';
export { defineCheck } from './validation/own/definition.ts';
export type {
  OwnCheck,
  OwnFinding,
  OwnRowCheck,
  OwnRows,
  OwnTableCheck,
} from './validation/own/definition.ts';
export { testCheck } from './validation/own/testCheck.ts';
export type { Finding } from './validation/finding.ts';
export { definePipeline } from './pipeline/code/definePipeline.ts';
export type { PipelineFile } from './pipeline/code/definePipeline.ts';
export { pipelineJsonSchema } from './project/openPipeline.ts';
export { openContext } from './project/workspace.ts';
export type { WorkspaceOptions } from './project/workspace.ts';
export type { Ask, Context, ProgressEvent } from './project/context.ts';
export type { Environment, GitState } from './environment/environment.ts';
export type { StageOutcome } from './tracking/runs/runs.ts';
export type { Outcome } from './project/outcome.ts';
export type { StageOptions } from './cascade/stage.ts';
export type { InitOptions } from './verbs/init/options.ts';
export type { InitResult } from './verbs/init/result.ts';
export type { IngestResult } from './verbs/ingest/result.ts';
export type { SchemaOptions } from './verbs/schema/options.ts';
export type { SchemaResult } from './verbs/schema/result.ts';
export type { TokenOptions } from './verbs/token/options.ts';
export type { TokenResult } from './verbs/token/result.ts';
export type { ValidateOptions } from './verbs/validate/options.ts';
export type { ValidateResult } from './verbs/validate/result.ts';
export type { FeaturizeResult } from './verbs/featurize/result.ts';
export type { TriedFamily } from './modeling/model.ts';
export type { SplitOptions } from './verbs/split/options.ts';
export type { SplitResult } from './verbs/split/result.ts';
export type { ImportOptions } from './verbs/import/options.ts';
export type { ImportResult } from './verbs/import/result.ts';
export type { TrainResult } from './verbs/train/result.ts';
export type { PackageOptions, ImageFlags } from './verbs/package/options.ts';
export type { PackageResult } from './verbs/package/result.ts';
export type { MonitorOptions } from './verbs/monitor/options.ts';
export type { MonitorResult } from './verbs/monitor/result.ts';
export type { AliasOptions } from './verbs/alias/options.ts';
export type { AliasResult } from './verbs/alias/result.ts';
export type { ApproveOptions } from './verbs/approve/options.ts';
export type { ApproveResult } from './verbs/approve/result.ts';
export type { RetrainOptions } from './verbs/retrain/options.ts';
export type { RetrainDecision, RetrainResult } from './verbs/retrain/result.ts';
export type { RunOptions } from './verbs/run/options.ts';
export type { TrainingImage } from './cascade/elsewhere/inImage.ts';
export type { PredictOptions, MergeOptions } from './verbs/predict/options.ts';
export type { PredictResult } from './verbs/predict/result.ts';
export type { RunsFilter, RunsOptions } from './verbs/runs/options.ts';
export type { RunsResult } from './verbs/runs/result.ts';
export type { ServeOptions } from './verbs/serve/options.ts';
export type { ServeResult } from './verbs/serve/result.ts';
export type { DoctorResult } from './verbs/doctor/result.ts';
export type { ExplainTopic, ExplainOptions } from './verbs/explain/options.ts';
export type { ExplainResult } from './verbs/explain/result.ts';
export type { AlertsOptions } from './verbs/alerts/options.ts';
export type { AlertsResult } from './verbs/alerts/result.ts';
export type { CompareOptions } from './verbs/compare/options.ts';
export type { CompareResult } from './verbs/compare/result.ts';
export type { ImageResult } from './image/image.ts';
export type { DeployOptions } from './verbs/deploy/options.ts';
export type { DeployResult } from './verbs/deploy/result.ts';
export type { DestroyResult } from './verbs/destroy/result.ts';
export type { StatusResult } from './verbs/status/result.ts';
export type { RollbackResult } from './verbs/rollback/result.ts';
export type { StopResult } from './verbs/stop/result.ts';
export type { UiOptions } from './verbs/ui/options.ts';
export type { UiResult } from './verbs/ui/result.ts';
export type { ScheduleOptions } from './verbs/schedule/options.ts';
export type { ScheduleState } from './scheduling/schedule.ts';
export type { ScheduleResult } from './verbs/schedule/result.ts';
export { alerts } from './verbs/alerts/alerts.ts';
export { compare } from './verbs/compare/compare.ts';
export { deploy } from './verbs/deploy/deploy.ts';
export { destroy } from './verbs/destroy/destroy.ts';
export { doctor } from './verbs/doctor/doctor.ts';
export { explain } from './verbs/explain/explain.ts';
export { featurize } from './verbs/featurize/featurize.ts';
export { ingest } from './verbs/ingest/ingest.ts';
export { init } from './verbs/init/init.ts';
export { monitor } from './verbs/monitor/monitor.ts';
export { importModel } from './verbs/import/import.ts';
export { packageModel } from './verbs/package/package.ts';
export { mergeShards } from './verbs/predict/mergeShards.ts';
export { predict } from './verbs/predict/predict.ts';
export { forget } from './verbs/forget/forget.ts';
export { gc } from './verbs/gc/gc.ts';
export { rejects } from './verbs/rejects/rejects.ts';
export { alias } from './verbs/alias/alias.ts';
export { approve } from './verbs/approve/approve.ts';
export { retrain } from './verbs/retrain/retrain.ts';
export { rollback } from './verbs/rollback/rollback.ts';
export { run } from './verbs/run/run.ts';
export { runs } from './verbs/runs/runs.ts';
export { schedule } from './verbs/schedule/schedule.ts';
export { schema } from './verbs/schema/schema.ts';
export { token } from './verbs/token/token.ts';
export { serve } from './verbs/serve/serve.ts';
export { split } from './verbs/split/split.ts';
export { sign } from './verbs/sign/sign.ts';
export { status } from './verbs/status/status.ts';
export { stop } from './verbs/stop/stop.ts';
export { train } from './verbs/train/train.ts';
export { ui } from './verbs/ui/ui.ts';
export { validate } from './verbs/validate/validate.ts';
export { reproduce } from './verbs/reproduce/reproduce.ts';
export { verify } from './verbs/verify/verify.ts';
export type { SignOptions } from './verbs/sign/options.ts';
export type { SignResult } from './verbs/sign/result.ts';
export type { ReproduceOptions } from './verbs/reproduce/options.ts';
export type { ReproduceResult } from './verbs/reproduce/result.ts';
export type { VerifyOptions } from './verbs/verify/options.ts';
export type { VerifyResult } from './verbs/verify/result.ts';
export type { MonitorReport } from './monitoring/report.ts';
export type { RunComparison } from './evaluation/runChanges.ts';
export type { Comment } from './verbs/compare/stickyComment.ts';
export type { Evaluation, Verdict } from './evaluation/evaluation.ts';
export type { Pipeline } from './pipeline/pipeline.ts';
export type { Explanation, Prediction } from './inference/prediction.ts';
export type { PredictionInterval } from './statistics/conformal.ts';
export type { ForgetOptions } from './verbs/forget/options.ts';
export type { ForgetResult } from './verbs/forget/result.ts';
export type { GcOptions } from './verbs/gc/options.ts';
export type { GcResult } from './verbs/gc/result.ts';
export type { RejectsOptions } from './verbs/rejects/options.ts';
export type { RejectsResult } from './verbs/rejects/result.ts';
export type { RunResult } from './verbs/run/result.ts';
