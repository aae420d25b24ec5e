import { AiengError } from '../../../errors.ts';
import { listPipelines } from '../../../pipeline/index.ts';
import { alertStandings } from '../../../project/alerting/standing.ts';
import { championDigest } from '../../../project/champion.ts';
import type { Context } from '../../../project/context.ts';
import { challengersWaiting } from '../../../project/deployment/approvals.ts';
import { deploymentNames } from '../../../project/deployment/underDeploymentLock.ts';
import { readDesired } from '../../../tracking/desired.ts';
import { readMonitorReports } from '../../../tracking/monitorReports.ts';
import { deployedBundle } from '../../../tracking/served.ts';
import type { RunRecord } from '../../../tracking/runs/runs.ts';
import type { OverviewFacts, PipelineStanding } from '../../../ui/pages/overview/overview.tsx';
import { evaluationOf } from './quality.ts';
import type { Reading } from './reading.ts';

/** Something that cannot be read is told, and takes nothing else down. */
async function tolerant<Value>(
  damage: string[],
  read: () => Promise<Value>,
  otherwise: Value,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    damage.push(`${error.message} ${error.hint}`);
    return otherwise;
  }
}

/** Every pipeline of the project, and those that the store knows. */
export async function pipelineNames(context: Context): Promise<readonly string[]> {
  const [files, refs, deployed] = await Promise.all([
    listPipelines(context.root),
    context.store.refs('stages/'),
    deploymentNames(context),
  ]);
  const ran = refs.map((ref) => ref.split('/')[1] ?? '');
  return [...new Set([...files.map(({ name }) => name), ...ran, ...deployed])].sort();
}

async function servesOf({ context, statuses }: Reading, name: string): Promise<PipelineStanding['serves']> {
  const deployed = await deployedBundle(context, name);
  if (deployed === null) return null;
  const wish = await readDesired(context, name);
  const status = await statuses.of(name);
  const beside = wish?.versions.find(({ role }) => role !== 'serving');
  return {
    version: deployed.version,
    bundle: deployed.digest,
    since: deployed.since,
    target: status?.target ?? wish?.target ?? 'local',
    state: status?.state ?? null,
    wished: wish !== undefined && wish.state !== 'running',
    url: status?.url ?? null,
    message: status?.message ?? '',
    beside: beside === undefined ? null : { role: beside.role, version: beside.version, share: beside.share },
  };
}

async function qualityOf({ context }: Reading, name: string): Promise<PipelineStanding['quality']> {
  const digest = await championDigest(context, name);
  const evaluation = digest === null ? null : await evaluationOf(context, digest);
  const interval = evaluation?.intervals[evaluation.metric];
  if (evaluation === null || interval === undefined) return null;
  const { value, low, high } = interval;
  return { metric: evaluation.metric, value, low, high };
}

async function standingOf(
  reading: Reading,
  name: string,
  runs: readonly RunRecord[],
  firing: number,
  damage: string[],
): Promise<PipelineStanding> {
  const { context } = reading;
  const last = runs.find((run) => run.pipeline === name);
  const [newest, monitor, waiting, serves, quality] = await Promise.all([
    tolerant(damage, () => context.store.newestVersion(name), undefined),
    readMonitorReports(context, name, 1),
    tolerant(damage, () => challengersWaiting(context, name), []),
    tolerant(damage, () => servesOf(reading, name), null),
    tolerant(damage, () => qualityOf(reading, name), null),
  ]);
  const report = monitor.records[0]?.content;
  const [waits] = waiting.filter(({ state }) => state === 'waiting');
  return {
    name,
    newest: newest?.version ?? null,
    serves,
    quality,
    monitor:
      report === undefined
        ? null
        : { at: report.at, decision: report.decision, alarms: report.alarms.length },
    run:
      last === undefined
        ? null
        : { id: last.runId, command: last.command, outcome: last.outcome, at: last.endedAt },
    waits:
      waits === undefined
        ? null
        : { bundle: waits.waiting.bundle, since: waits.waiting.at, because: waits.waiting.because },
    firing,
  };
}

/** How every pipeline stands. */
export async function loadOverview(reading: Reading): Promise<OverviewFacts> {
  const { context } = reading;
  const damage: string[] = [];
  const [names, { records, damaged }, { standings }] = await Promise.all([
    pipelineNames(context),
    reading.runs.newest(),
    tolerant(damage, () => alertStandings(context), { standings: [], damaged: [] }),
  ]);
  const firing = (name: string): number => standings.find(({ pipeline }) => pipeline === name)?.firing ?? 0;
  const pipelines = await Promise.all(
    names.map((name) => standingOf(reading, name, records, firing(name), damage)),
  );
  return {
    pipelines,
    warnings: [...new Set([...damaged, ...damage])],
  };
}
