import { AiengError } from '../../../errors.ts';
import { parseDocument } from '../../../packaging/documents.ts';
import type { Context } from '../../../project/context.ts';
import { lineOf } from '../../../project/tried/line.ts';
import type { Tried } from '../../../project/tried/tried.ts';
import { findRun } from '../../../project/tried/tried.ts';
import { metricByName } from '../../../statistics/metrics/index.ts';
import { outputOf, readStage } from '../../../tracking/stages.ts';
import { readSearch } from '../../../tracking/runs/searches.ts';
import type { Html } from '../../../reporting/html.ts';
import type { TrainOutput } from '../../../tracking/stageOutputs.ts';
import type { Asked } from '../../../ui/page.ts';
import type { RunFacts } from '../../../ui/pages/run/run.tsx';
import { slicesAsked } from '../../../ui/pages/run/slices.tsx';
import type { ThresholdFacts } from '../../../ui/pages/run/threshold.tsx';
import { countAt } from '../../../ui/pages/run/threshold.tsx';
import { manifestOf } from './quality.ts';
import type { Reading } from './reading.ts';
import { rowOf } from './runs.ts';

const mostDrawn = 100;

/** The answers to the test rows, where a bundle keeps them; null where it does not. */
async function scoredOf(
  context: Context,
  { packaged }: Tried,
): Promise<{
  readonly scores: readonly number[];
  readonly target: readonly number[];
  readonly outputs: number;
} | null> {
  const manifest = packaged === null ? null : await manifestOf(context, packaged.bundle);
  const file = manifest?.files['scored.json'];
  if (manifest === null || file === undefined) return null;
  try {
    return parseDocument('scored.json', await context.store.get(file.sha256), manifest.name);
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

async function thresholdOf(
  context: Context,
  tried: Tried,
  query: URLSearchParams,
): Promise<ThresholdFacts | null> {
  const { train, id } = tried;
  const task = train?.evaluation.task;
  if (train === null || task?.kind !== 'binary') return null;
  const scored = await scoredOf(context, tried);
  if (scored === null) return null;
  const positive = task.classes.indexOf(task.positive);
  const scores = scored.target.map(
    (_, row) => scored.scores[row * scored.outputs + (scored.outputs === 1 ? 0 : positive)] ?? 0,
  );
  const asked = query.get('threshold');
  const own = train.threshold;
  const wished = asked === null ? (own ?? 0.5) : Number(asked);
  const threshold = wished >= 0 && wished <= 1 ? wished : 0.5;
  return {
    run: id,
    positive: task.positive,
    negative: task.classes.find((name) => name !== task.positive) ?? '',
    threshold,
    own,
    ...countAt(scores, scored.target, threshold, positive),
  };
}

const factLines = (facts: unknown): readonly string[] =>
  typeof facts !== 'object' || facts === null
    ? []
    : Object.entries(facts).map(
        ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );

async function rowsOf(context: Context, { content }: Tried): Promise<RunFacts['rows']> {
  const key = content.outputs['featurize']?.key;
  const record = key === undefined ? undefined : await readStage(context, 'featurize', key);
  return record === undefined ? null : outputOf.featurize(record).rows;
}

/** The report of a training, drawn once: its charts take longer than all the rest. */
async function sectionsOf(
  { context, drawn }: Reading,
  { id, content }: Tried,
  train: TrainOutput,
): Promise<readonly Html[]> {
  const known = drawn.get(id);
  if (known !== undefined) return known;
  const { trainingSections } = await import('../../../reporting/training.ts');
  const sections = trainingSections({
    ...train,
    name: content.pipeline,
    goal: '',
    family: train.model.family,
    history: train.model.history,
    bestEpoch: train.model.bestEpoch,
    search: await readSearch(context, id),
  });
  if (drawn.size >= mostDrawn) drawn.clear();
  drawn.set(id, sections);
  return sections;
}

/** All that is known of a run. */
export async function loadRun(reading: Reading, { params, query }: Asked): Promise<RunFacts> {
  const { context } = reading;
  const tried = await findRun(context, params['id'] ?? '');
  const { content, train } = tried;
  return {
    run: rowOf({ ...lineOf(tried), figures: new Map() }),
    stages: content.stages,
    git: content.git,
    host: content.environment.host,
    environment: content.environment,
    snapshot: content.outputs['ingest']?.digest ?? null,
    rows: await rowsOf(context, tried),
    facts: factLines(content.facts),
    evaluation: train?.evaluation ?? null,
    sections: train === null ? [] : await sectionsOf(reading, tried, train),
    higherIsBetter:
      train !== null && metricByName(slicesAsked(query, train.evaluation).metric)?.higherIsBetter === true,
    slices: train === null ? null : slicesAsked(query, train.evaluation),
    threshold: await thresholdOf(context, tried, query),
  };
}
