import { personalColumns, withheld } from '../../../data/personal.ts';
import { usageError } from '../../../errors.ts';
import { bucketQuantile, parsePrometheus } from '../../../monitoring/prometheus.ts';
import { loadBundle } from '../../../packaging/index.ts';
import { readBundleSchema } from '../../../packaging/documents.ts';
import { metricsWithin } from '../../../project/deployment/place.ts';
import { readDesired } from '../../../tracking/desired.ts';
import { lastMonitorReport } from '../../../tracking/monitorReports.ts';
import { deployedBundle } from '../../../tracking/served.ts';
import { readPrediction } from '../../../traffic/readLog.ts';
import type { PredictionRecord } from '../../../traffic/record.ts';
import { readWindow } from '../../../traffic/window.ts';
import type { Asked } from '../../../ui/page.ts';
import type { DeploymentsFacts, LoggedAnswer } from '../../../ui/pages/deployments/deployments.tsx';
import type { AnswerFacts } from '../../../ui/pages/deployments/tryIt.tsx';
import { checkPipeline, chosenPipeline } from './monitoring.ts';
import { openedModel } from './openedModels.ts';
import { saidOf } from './tryIt.ts';
import type { Reading } from './reading.ts';

const answersShown = 20;
const patienceMs = 300;
const dayMs = 86_400_000;

/** What a service had counted when a page was made last. */
const counted = new Map<string, { readonly at: number; readonly requests: number }>();

async function liveOf({ context }: Reading, name: string): Promise<DeploymentsFacts['live']> {
  const text = await metricsWithin(context, name, patienceMs);
  if (text === null) return null;
  const { requests, errors, waiting, lostRecords, memoryMb, buckets } = parsePrometheus(text);
  const at = context.environment.now();
  const before = counted.get(name);
  counted.set(name, { at, requests });
  const seconds = before === undefined ? 0 : (at - before.at) / 1000;
  const quantile = (share: number): number | null => {
    const found = bucketQuantile(buckets, share);
    return found === null ? null : found * 1000;
  };
  return {
    requests,
    errors,
    perSecond:
      before === undefined || seconds < 0.2 || requests < before.requests
        ? null
        : (requests - before.requests) / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    waiting,
    lost: lostRecords,
    memoryMb,
  };
}

const cell = (value: string | number | null): string => (value === null ? '(missing)' : String(value));

/** Inputs as anybody may see them. */
const shownInputs = (
  features: PredictionRecord['features'],
  personal: ReadonlySet<string>,
): LoggedAnswer['inputs'] =>
  Object.entries(features).map(([column, value]) => [column, personal.has(column) ? withheld : cell(value)]);

async function answersOf(
  { context }: Reading,
  name: string,
  bundle: string,
): Promise<readonly LoggedAnswer[]> {
  const folder = context.store.folderPlace(`logs/${name}`);
  const { predictions } = await readWindow(folder, {
    fromMs: context.environment.now() - 30 * dayMs,
    lastRows: answersShown,
    bundle: null,
  });
  const personal = personalColumns(readBundleSchema(await loadBundle(context.store, bundle)));
  return predictions.toReversed().map(({ id, at, version, prediction, features }) => ({
    id,
    at,
    version,
    prediction: String(prediction),
    inputs: shownInputs(features, personal),
  }));
}

async function secondOf({ context }: Reading, name: string): Promise<DeploymentsFacts['second']> {
  const second = (await lastMonitorReport(context, name))?.content.second ?? null;
  if (second === null) return null;
  const { role, version, state, done, because, rows, compared, p95Ms } = second;
  return {
    role,
    version,
    state: done === 'nothing' ? state : done,
    because,
    rows,
    metric: compared?.metric ?? null,
    first: compared?.first ?? null,
    other: compared?.second ?? null,
    firstMs: p95Ms?.first ?? null,
    otherMs: p95Ms?.second ?? null,
  };
}

async function deployedOf(
  { context, statuses }: Reading,
  name: string,
): Promise<DeploymentsFacts['deployed']> {
  const served = await deployedBundle(context, name);
  if (served === null) return null;
  const wish = await readDesired(context, name);
  const status = await statuses.of(name);
  return {
    state: status?.state ?? null,
    url: status?.url ?? null,
    target: status?.target ?? wish?.target ?? 'local',
    message: status?.message ?? '',
    since: status?.since ?? served.since,
    restarts: status?.restarts ?? 0,
    versions: wish?.versions ?? [
      { version: served.version, bundle: served.digest, role: 'serving', share: 1 },
    ],
  };
}

/** How a deployment does, and what it answered last. */
export async function loadDeployments(reading: Reading, asked: Asked): Promise<DeploymentsFacts> {
  const { context } = reading;
  const has = async (each: string): Promise<boolean> => (await deployedBundle(context, each)) !== null;
  const { pipelines, name } = await chosenPipeline(reading, asked, has);
  const none = { deployed: null, live: null, second: null, answers: [], warnings: [] };
  const served = name === null ? null : await deployedBundle(context, name);
  if (name === null || served === null) return { pipelines, name, ...none };
  const [deployed, live, second, answers] = await Promise.all([
    deployedOf(reading, name),
    liveOf(reading, name),
    secondOf(reading, name),
    answersOf(reading, name, served.digest),
  ]);
  return { pipelines, name, deployed, live, second, answers, warnings: [] };
}

/** One answer of the log, said again by the bundle that answered, with what each column did to it. */
export async function loadAnswer(reading: Reading, { params }: Asked): Promise<AnswerFacts> {
  const { name = '', id = '' } = params;
  const { context } = reading;
  await checkPipeline(reading, name);
  const record = await readPrediction(context.store.folderPlace(`logs/${name}`), id);
  if (record === undefined)
    throw usageError({
      code: 'prediction-unknown',
      message: 'There is no such answer in the log.',
      hint: 'The page of the deployment lists the newest.',
    });
  const { at, version, bundle, features } = record;
  const model = await openedModel(context, bundle, version);
  const { said } = saidOf(model, features, 'json');
  if (said === null)
    throw usageError({
      code: 'answer-not-replayed',
      message: 'That row cannot be answered again here.',
      hint: `\`aieng explain prediction ${id}\` says why.`,
    });
  return { name, id, at, version, inputs: shownInputs(features, personalColumns(model.schema)), said };
}
