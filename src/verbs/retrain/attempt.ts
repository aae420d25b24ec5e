import type { RetrainOptions } from './options.ts';
import type { RetrainDecision, RetrainResult } from './result.ts';
import { exitCodes } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { setOtherwise } from '../../project/bundles.ts';
import { newsOfRetraining } from '../../project/alerting/findings.ts';
import type { Champion } from '../../project/champion.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Observation } from '../../project/observation/observe.ts';
import { datedAhead } from '../../project/observation/ahead.ts';
import { brokenPromise } from '../../project/observation/promise.ts';
import { drawHistory } from '../../project/history/looks.ts';
import { keepPage, writeNewest } from '../../project/history/pages.ts';
import type { Past } from '../../retraining/index.ts';
import { lastRetraining, writeRetraining } from '../../tracking/retraining/retrainings.ts';
import { writeRun } from '../../tracking/runs/runs.ts';
import type { LabelledQuery, LabelledRow, LabelledWindow } from '../../traffic/labelled.ts';

/** What a retraining run starts from. */
export interface Attempt {
  readonly context: Context;
  readonly pipeline: Pipeline;
  readonly options: RetrainOptions;
  readonly runId: string;
  readonly startedAt: number;
  readonly champion: Champion;
  /** Where the labels are. */
  readonly query: LabelledQuery;
  /** How the champion does. */
  readonly observation: Observation;
  readonly past: Past;
}

/** The labelled rows of an attempt, oldest first, and the window that monitoring looks at. */
export interface Learnt {
  /** The newest: among them are those that judge. */
  readonly recent: readonly LabelledRow[];
  readonly older: readonly LabelledRow[];
  readonly window: LabelledWindow;
}

/** What is known of an attempt, while it goes on. */
export type Facts = Omit<RetrainResult, 'decision' | 'because'>;

export const nothingDone: Facts = {
  triggers: [],
  trainingRows: null,
  comparisonRows: null,
  candidates: [],
  chosen: null,
  refittedRows: null,
  comparison: null,
  onSource: null,
  holds: [],
  level: null,
  promise: null,
  schemaChanges: [],
  verdict: null,
  champion: null,
  challenger: null,
  deployed: null,
  labels: null,
};

function exitCodeOf(decision: RetrainDecision): 0 | 4 {
  return decision === 'gate-failed' ? exitCodes.gateFailed : exitCodes.ok;
}

/** The page of an attempt that trained; an idle one leaves that of the attempt before. */
async function pageOf(attempt: Attempt, result: RetrainResult): Promise<readonly string[]> {
  if (result.trainingRows === null) return [];
  const { retrainPage } = await import('../../reporting/index.ts');
  const { context, pipeline, runId, startedAt } = attempt;
  const page = retrainPage({ pipeline: pipeline.name, at: startedAt, retraining: result });
  await keepPage(context, 'retrain', pipeline.name, runId, page);
  await drawHistory(context, pipeline.name);
  return [await writeNewest(context, 'retrain', pipeline.name, page)];
}

/** What whoever reads the outcome should know beside the decision. */
function warningsOf(
  { champion, observation }: Attempt,
  { promise, schemaChanges }: RetrainResult,
): readonly string[] {
  return [
    ...datedAhead(observation.report),
    ...brokenPromise(promise),
    ...schemaChanges.map((change) => `The recent rows extend the row schema: ${change}.`),
    ...setOtherwise(champion),
  ];
}

/** Records a decision and turns it into an outcome. Cron's every minute writes an idle decision once, not again and again. */
export async function conclude(
  attempt: Attempt,
  decision: RetrainDecision,
  because: string,
  facts: Facts,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, runId, startedAt } = attempt;
  const result: RetrainResult = { decision, because, ...facts };
  const repeated = (await lastRetraining(context, pipeline.name))?.decision === decision;
  if (facts.trainingRows !== null || !repeated) await writeRetraining(context, pipeline.name, runId, result);
  if (facts.trainingRows !== null)
    await writeRun(context, {
      runId,
      command: 'retrain',
      pipeline: pipeline.name,
      startedAt,
      outcome: decision,
      stages: [],
      records: {},
      env: pipeline.env,
      facts: result,
    });
  const reports = await pageOf(attempt, result);
  return {
    pipeline: pipeline.name,
    runId,
    exitCode: exitCodeOf(decision),
    decision,
    ...(facts.challenger === null
      ? {}
      : {
          bundle: facts.challenger.bundle,
          ...(facts.challenger.version === null ? {} : { version: facts.challenger.version }),
        }),
    ...(facts.verdict === null ? {} : { gates: facts.verdict.gates }),
    ...(reports.length === 0 ? {} : { reports }),
    warnings: warningsOf(attempt, result),
    news: newsOfRetraining(pipeline.name, result),
    result,
  };
}
