/**
 * aieng's TypeScript API: the same lifecycle functions that the commands call, and the plain data that they give
 * back. Nothing here prints, reads the clock or exits.
 */
export { AiengError, exitCodes } from './errors.ts';
export type { ExitCode, Location } from './errors.ts';
export { pipelineJsonSchema } from './lifecycle/openPipeline.ts';
export { openContext } from './lifecycle/workspace.ts';
export type { WorkspaceOptions } from './lifecycle/workspace.ts';
export type { Context, ProgressEvent, StageOutcome } from './lifecycle/context.ts';
export type { Outcome } from './lifecycle/outcome.ts';
export type * from './lifecycle/verbs.ts';
export { compare } from './lifecycle/compare.ts';
export { deploy } from './lifecycle/deploy.ts';
export { destroy } from './lifecycle/destroy.ts';
export { doctor } from './lifecycle/doctor.ts';
export { explain } from './lifecycle/explain.ts';
export { featurize } from './lifecycle/featurize.ts';
export { ingest } from './lifecycle/ingest.ts';
export { init } from './lifecycle/init.ts';
export { monitor } from './lifecycle/monitor.ts';
export { packageModel } from './lifecycle/package.ts';
export { mergeShards } from './lifecycle/mergeShards.ts';
export { predict } from './lifecycle/predict.ts';
export { retrain } from './lifecycle/retrain.ts';
export { rollback } from './lifecycle/rollback.ts';
export { run } from './lifecycle/run.ts';
export { schedule } from './lifecycle/schedule.ts';
export { serve } from './lifecycle/serve.ts';
export { status } from './lifecycle/status.ts';
export { stop } from './lifecycle/stop.ts';
export { train } from './lifecycle/train.ts';
export { validate } from './lifecycle/validate.ts';
export type { MonitorReport } from './monitoring/report.ts';
export type { RunComparison } from './evaluation/runChanges.ts';
export type { Comment } from './lifecycle/stickyComment.ts';
export type { Evaluation, Verdict } from './evaluation/evaluation.ts';
export type { Pipeline } from './pipeline/pipeline.ts';
export type { Prediction } from './inference/prediction.ts';
