import type { ExplainResult } from './result.ts';
import type { ExplainOptions } from './options.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { changedParts } from '../../cascade/staleness.ts';
import type { Context } from '../../project/context.ts';
import { explainDrift } from './explainDrift.ts';
import { explainEnvironment } from './explainEnvironment.ts';
import { explainServed } from './explainServed.ts';
import { explainTopics } from './options.ts';
import { explainPrediction } from './explainPrediction.ts';
import type { Outcome } from '../../project/outcome.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { StageRecord } from '../../cascade/stage.ts';
import { stageNames } from '../../cascade/stage.ts';
import { lastStage } from '../../cascade/memory.ts';
import { readStage } from '../../tracking/stages.ts';
import { outputOf } from '../../tracking/stages.ts';
import { planStages } from '../../cascade/plan.ts';

/** Why each stage would run now, and why it ran last time. */
async function explainStage(context: Context, options: ExplainOptions): Promise<ExplainResult> {
  const { subject } = options;
  if (subject !== undefined && !(stageNames as readonly string[]).includes(subject))
    throw usageError({
      code: 'stage-unknown',
      message: `There is no stage "${subject}".`,
      hint: `Use one of: ${stageNames.join(', ')}.`,
    });
  const pipeline = await openPipeline(context, options.pipeline);
  const { stages: planned } = await planStages(context, pipeline);
  const shown = planned.filter((stage) => subject === undefined || stage.name === subject);
  const lines: string[] = [];
  for (const stage of shown) {
    lines.push(`${stage.name}: ${stage.stale ? 'stale' : 'fresh'}`);
    lines.push(...stage.reasons.map((reason) => `  ${reason}`));
    const before = await lastReason(context, pipeline.name, stage.name);
    if (before !== null) lines.push(`  last ran because: ${before}`);
  }
  return { topic: 'stage', title: `Stages of ${pipeline.name}`, lines, data: shown };
}

/** What had changed when the stage's newest record was made: against the record before it. */
async function lastReason(
  context: Context,
  pipeline: string,
  stage: StageRecord['stage'],
): Promise<string | null> {
  const history = await context.store.refHistory(`stages/${pipeline}/${stage}`);
  const [before, last] = [history.at(-2), history.at(-1)];
  if (last === undefined) return null;
  const record = await readStage(context, stage, last.value);
  const previous = before === undefined ? undefined : await readStage(context, stage, before.value);
  return record === undefined ? null : changedParts(previous?.parts, record.parts).join('; ');
}

async function explainGate(context: Context, options: ExplainOptions): Promise<ExplainResult> {
  const pipeline = await openPipeline(context, options.pipeline);
  const record = await lastStage(context, pipeline.name, 'train');
  if (record === undefined)
    throw usageError({
      code: 'not-trained',
      message: `${pipeline.name} was not trained yet: there is no gate to explain.`,
      hint: `Run \`aieng train ${pipeline.name}\`.`,
    });
  const { verdict, because } = outputOf.train(record);
  const gates = verdict.gates.filter(
    (gate) => options.subject === undefined || gate.name === options.subject,
  );
  if (gates.length === 0)
    throw usageError({
      code: 'gate-unknown',
      message: `The last training of ${pipeline.name} judged no gate "${options.subject ?? ''}".`,
      hint: `Its gates are: ${verdict.gates.map((gate) => gate.name).join(', ')}.`,
    });
  return {
    topic: 'gate',
    title: verdict.sentence,
    lines: [...gates.map((gate) => `${gate.name}: ${gate.state}. ${gate.because}`), because],
    data: gates,
  };
}

const explanations = {
  stage: explainStage,
  gate: explainGate,
  drift: explainDrift,
  prediction: explainPrediction,
  env: explainEnvironment,
};

/**
 * Why a stage ran, a gate failed, drift fired; one prediction, replayed exactly; or who served what at some time.
 *
 * @example
 * ```ts
 * const { result } = await explain(context, { topic: 'stage', subject: 'train' });
 * // result.title → 'Stages of churn'
 * ```
 */
export async function explain(context: Context, options: ExplainOptions): Promise<Outcome<ExplainResult>> {
  const { topic, servedAt } = options;
  if (topic === undefined && servedAt !== undefined) return explainServed(context, { ...options, servedAt });
  if (topic === undefined || servedAt !== undefined)
    throw usageError({
      code: 'topic-not-given',
      message:
        topic === undefined
          ? 'What is to be explained?'
          : `--served-at asks who served; "${topic}" asks something else.`,
      hint: `Give one of ${explainTopics.join(', ')}, or --served-at 2026-03-01T03:00Z.`,
    });
  return { exitCode: exitCodes.ok, warnings: [], result: await explanations[topic](context, options) };
}
