import type { StatusResult } from './result.ts';
import { onDisk } from '../../disk/faults.ts';
import { entriesOf } from '../../disk/folder.ts';
import { AiengError, exitCodes } from '../../errors.ts';
import { parsePrometheus } from '../../monitoring/prometheus.ts';
import { alertStandings } from '../../project/alerting/standing.ts';
import type { Context } from '../../project/context.ts';
import { certificateWarnings } from '../../project/deployment/doorway.ts';
import { metricsWithin, statusOf } from '../../project/deployment/place.ts';
import { servedHistory } from '../../project/deployment/history.ts';
import { deploymentNames, unknownDeployment } from '../../project/deployment/underDeploymentLock.ts';
import { settleAll } from '../../project/deployment/settle.ts';
import { readDesired, readSecond } from '../../tracking/desired.ts';
import { deploymentRef, parseServed } from '../../tracking/served.ts';
import { challengersWaiting } from '../../project/deployment/approvals.ts';
import type { Outcome } from '../../project/outcome.ts';
import { readMonitorReports } from '../../tracking/monitorReports.ts';
import type { RunRecord } from '../../tracking/runs/runs.ts';
import { readRuns } from '../../tracking/runs/runs.ts';

type Deployment = StatusResult['deployments'][number];

/** What could not be read on the way is told, and takes nothing else down. */
type Damage = AiengError[];

async function lastReport(context: Context, name: string, damage: Damage): Promise<Deployment['lastReport']> {
  const { records, damaged } = await readMonitorReports(context, name, 1);
  damage.push(...damaged);
  const report = records[0]?.content;
  return report === undefined
    ? null
    : { at: report.at, decision: report.decision, alarms: report.alarms.length };
}

/** A service that answers does so in milliseconds; one that does not keeps nobody waiting. */
const metricsWaitMs = 3_000;

/** Predictions of a running service that its log lacks, or lacks yet; null where it does not say. */
async function recordsOf(
  context: Context,
  { name, state }: Deployment['status'],
): Promise<Pick<Deployment, 'lostRecords' | 'waitingRecords'>> {
  const text = state === 'running' ? await metricsWithin(context, name, metricsWaitMs) : null;
  if (text === null) return { lostRecords: null, waitingRecords: null };
  const { lostRecords, waitingRecords } = parsePrometheus(text);
  return { lostRecords, waitingRecords };
}

const predictions = (count: number): string => `${count} ${count === 1 ? 'prediction' : 'predictions'}`;

/** What the log of a service lacks, and lacks yet. */
function recordWarnings({ status: { name }, lostRecords, waitingRecords }: Deployment): readonly string[] {
  const disk = `Look at the disk that logs/${name} of the store is on.`;
  const warnings = [];
  if (lostRecords !== null && lostRecords > 0)
    warnings.push(
      `${name} could not record ${predictions(lostRecords)} since it started: its log lacks them. ${disk}`,
    );
  if (waitingRecords !== null && waitingRecords > 0)
    warnings.push(
      `${name} has ${predictions(waitingRecords)} in memory that its disk refuses: they are lost if it ends now. ${disk}`,
    );
  return warnings;
}

/** Where nothing can be recorded, that is told beside all the rest. */
async function lookAtLog(context: Context, name: string, damage: Damage): Promise<void> {
  const folder = context.store.folderPlace(`logs/${name}`);
  try {
    await onDisk(folder, () => entriesOf(folder));
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    damage.push(error);
  }
}

async function deploymentState(
  context: Context,
  name: string,
  withHistory: boolean,
  damage: Damage,
): Promise<Deployment> {
  const history = await context.store.refHistory(deploymentRef(name));
  const status = await statusOf(context, name);
  await lookAtLog(context, name, damage);
  const beside = await readSecond(context, name);
  return {
    status,
    wish: (await readDesired(context, name))?.state ?? 'running',
    ...(beside === null ? {} : { beside }),
    history: history.map((entry) => {
      const { version, digest } = parseServed(entry.value);
      return { version, bundle: digest, at: entry.at, why: entry.why };
    }),
    periods: withHistory ? [...(await servedHistory(context, name, damage))] : null,
    ...(await recordsOf(context, status)),
    lastReport: await lastReport(context, name, damage),
  };
}

/** Pipelines of which a stage ran here. */
async function pipelineNames({ store }: Context): Promise<readonly string[]> {
  return [...new Set((await store.refs('stages/')).map((ref) => ref.split('/')[1]!))].sort();
}

/** The challenger that waits for a person, or null; what cannot be read is told. */
async function waitingFor(
  context: Context,
  name: string,
  damage: Damage,
): Promise<StatusResult['pipelines'][number]['waits']> {
  try {
    const [newest] = await challengersWaiting(context, name);
    if (newest?.state !== 'waiting') return null;
    const { bundle, at, because } = newest.waiting;
    return { bundle, since: at, because };
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    damage.push(error);
    return null;
  }
}

async function pipelineStates(
  context: Context,
  names: readonly string[],
  runs: readonly RunRecord[],
  damage: Damage,
): Promise<StatusResult['pipelines']> {
  return Promise.all(
    names.map(async (name) => {
      const last = runs.find((run) => run.pipeline === name);
      return {
        name,
        newestVersion: (await context.store.newestVersion(name))?.version ?? null,
        lastRun:
          last === undefined ? null : { command: last.command, outcome: last.outcome, at: last.endedAt },
        waits: await waitingFor(context, name, damage),
      };
    }),
  );
}

/** What serves and was not written down, since a command was killed, is; where that cannot be, it is told. */
async function settled(context: Context, damage: Damage): Promise<void> {
  try {
    await settleAll(context);
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    damage.push(error);
  }
}

/**
 * What runs where, since when, and how it does. Exit 5 when something that should serve does not answer.
 *
 * @example
 * ```ts
 * const { result } = await status(context, {});
 * // result.deployments → []
 * ```
 */
export async function status(
  context: Context,
  options: { readonly name?: string; readonly history?: boolean },
): Promise<Outcome<StatusResult>> {
  const damage: Damage = [];
  await settled(context, damage);
  const names = await deploymentNames(context);
  const pipelines = await pipelineNames(context);
  if (options.name !== undefined && ![...names, ...pipelines].includes(options.name))
    throw unknownDeployment(options.name, [...new Set([...names, ...pipelines])]);
  const asked = names.filter((name) => options.name === undefined || name === options.name);
  const deployments = await Promise.all(
    asked.map((name) => deploymentState(context, name, options.history ?? false, damage)),
  );
  const down = deployments.filter(({ status, wish }) => status.state !== 'running' && wish === 'running');
  const runs = await readRuns(context, 200);
  const records = runs.records.map(({ content }) => content);
  const states = await pipelineStates(context, pipelines, records, damage);
  const certificates = (await Promise.all(asked.map((name) => certificateWarnings(context, name)))).flat();
  const { standings, damaged } = await alertStandings(context);
  damage.push(...damaged);
  return {
    exitCode: down.length > 0 ? exitCodes.alarm : exitCodes.ok,
    warnings: [
      ...down.map(({ status: { name, state, message } }) => `${name} is ${state}: ${message}`),
      ...states.flatMap(({ name, waits }) =>
        waits === null
          ? []
          : [`A challenger of ${name} waits for approval: \`aieng approve ${name} --list\` says why.`],
      ),
      ...deployments.flatMap(recordWarnings),
      ...certificates,
      ...standings.flatMap(({ pipeline, waiting }) =>
        waiting.map(
          ({ receiver, alerts, problem }) =>
            `${receiver} was not told of ${alerts} ${alerts === 1 ? 'alert' : 'alerts'} of ${pipeline} yet${problem === null ? '' : ` (${problem})`}: \`aieng alerts send ${pipeline}\` tries at once.`,
        ),
      ),
      ...[...runs.damaged, ...damage].map(({ message, hint }) => `${message} ${hint}`),
    ],
    result: {
      deployments,
      alerts: standings,
      pipelines: states,
    },
  };
}
