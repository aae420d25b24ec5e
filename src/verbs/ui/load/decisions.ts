import { usageError } from '../../../errors.ts';
import { challengersWaiting } from '../../../project/deployment/approvals.ts';
import { retrainSections, retrainTone } from '../../../reporting/index.ts';
import { listRecords, readRecord } from '../../../tracking/recordKind.ts';
import { retrainingKind } from '../../../tracking/retraining/retrainings.ts';
import type { Asked } from '../../../ui/page.ts';
import type { DecisionFacts, DecisionsFacts } from '../../../ui/pages/decisions/decisions.tsx';
import { checkPipeline, chosenPipeline } from './monitoring.ts';
import type { Reading } from './reading.ts';

/** Idle decisions are written when they change only: this goes back far. */
const mostDecisions = 1000;

/** What was decided about a pipeline, and what waits. */
export async function loadDecisions(reading: Reading, asked: Asked): Promise<DecisionsFacts> {
  const { context } = reading;
  const listed = (of: string, limit: number) => listRecords(context.store, retrainingKind, { of, limit });
  const has = async (of: string): Promise<boolean> => (await listed(of, 1)).records.length > 0;
  const { pipelines, name } = await chosenPipeline(reading, asked, has);
  if (name === null) return { pipelines, name, waiting: [], decisions: [], warnings: [] };
  const { records, damaged } = await listed(name, mostDecisions);
  const queue = await challengersWaiting(context, name);
  return {
    pipelines,
    name,
    waiting: queue.map(({ runId, state, because, waiting, approval }) => ({
      run: runId,
      state,
      stale: because,
      at: waiting.at,
      bundle: waiting.bundle,
      because: waiting.because,
      holds: waiting.holds.map((hold) => hold.because),
      metric: waiting.comparison.metric,
      champion: waiting.comparison.champion,
      challenger: waiting.comparison.challenger,
      rows: waiting.comparison.rows,
      answer: approval === null ? null : { who: approval.who, why: approval.why, at: approval.at },
    })),
    decisions: records.map(({ id, content: { at, decision, because, triggers } }) => ({
      run: id,
      at,
      decision,
      tone: retrainTone(decision),
      because,
      triggers,
    })),
    warnings: damaged.map(({ message, hint }) => `${message} ${hint}`),
  };
}

/** One decision with all that was compared. */
export async function loadDecision(reading: Reading, { params }: Asked): Promise<DecisionFacts> {
  const { name = '', run = '' } = params;
  await checkPipeline(reading, name);
  const record = /^[0-9A-Za-z]{1,40}$/.test(run)
    ? await readRecord(reading.context.store, retrainingKind, { of: name, id: run })
    : undefined;
  if (record === undefined)
    throw usageError({
      code: 'decision-unknown',
      message: 'There is no such decision.',
      hint: 'The list of decisions has those that the store holds.',
    });
  return { name, at: record.at, sections: retrainSections(record) };
}
