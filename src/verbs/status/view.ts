import type { StatusResult } from './result.ts';
import type { DeploymentStatus } from '../../deployment/target.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, Sign, View } from '../view/blocks.ts';
import { command, facts, headline, next, right, table } from '../view/blocks.ts';
import { counted, percent, versioned } from '../view/format.ts';
import { utcMinute } from '../../utc.ts';

const signs: Readonly<Record<DeploymentStatus['state'], Sign>> = {
  running: 'good',
  unhealthy: 'bad',
  stopped: 'bad',
};

const historyShown = 5;

type Deployment = StatusResult['deployments'][number];

const besideWords = (name: string, { version, share, since }: NonNullable<Deployment['beside']>): string =>
  `${versioned(name, version)} for ${percent(share)} of the requests, since ${utcMinute(since)}`;

type Periods = NonNullable<Deployment['periods']>;

/** Where a model comes from, in a cell. */
function originWords({ origin, kept }: Periods[number]['versions'][number]): string {
  if (origin === null) return 'not on record';
  const { command: made, runId, because, approval } = origin;
  const said = approval === null ? '' : `; ${approval.verdict} by ${approval.who}: ${approval.why}`;
  return `${made} (run ${runId}): ${because}${said}${kept ? '' : '; its bundle is gone'}`;
}

/** All that was asked for, newest first: a line for each version. */
const historyTable = (name: string, periods: Periods): Block =>
  table(
    ['from', 'until', 'served', 'asked for by', 'where it comes from'],
    [...periods].reverse().flatMap(({ from, until, state, why, versions }) => {
      const when = [utcMinute(from), until === null ? 'now' : utcMinute(until)];
      if (state !== 'running') return [[...when, `nothing (${state})`, why, '–']];
      return versions.map((each) => [
        ...when,
        `${versioned(name, each.version)}${each.role === 'serving' ? '' : ` (${each.role})`}`,
        why,
        originWords(each),
      ]);
    }),
  );

/** Nothing to tell of none. */
const shownCount = (count: number | null): string | null =>
  count === null || count === 0 ? null : String(count);

function deploymentBlocks(deployment: Deployment): readonly Block[] {
  const { status, wish, history, periods, lastReport, lostRecords, waitingRecords, beside } = deployment;
  const { name, version, state, url, since, restarts, target, message } = status;
  return [
    wish !== 'running' && state !== 'running'
      ? headline('none', `${versioned(name, version)} is ${wish}, as it was asked to be`)
      : headline(signs[state], `${versioned(name, version)} ${state}`, url ?? undefined),
    facts([
      ['target', target],
      ['since', since === null ? null : utcMinute(since)],
      [beside?.role ?? 'beside', beside === undefined ? null : besideWords(name, beside)],
      ['restarts', restarts === 0 ? null : String(restarts)],
      ['note', message === '' ? null : message],
      ['predictions not recorded', shownCount(lostRecords)],
      ['predictions that wait for the disk', shownCount(waitingRecords)],
      [
        'last monitor',
        lastReport === null
          ? 'never'
          : `${lastReport.decision}, ${counted(lastReport.alarms, 'alarm')}, ${utcMinute(lastReport.at)}`,
      ],
    ]),
    periods === null
      ? table(
          ['served since', 'version', 'why'],
          [...history]
            .sort((left, right) => right.at - left.at)
            .slice(0, historyShown)
            .map((entry) => [utcMinute(entry.at), versioned(name, entry.version), entry.why]),
        )
      : historyTable(name, periods),
  ];
}

/** `status`: what runs where, since when, and how it does. */
export const statusView: View<Outcome<StatusResult>> = {
  blocks: ({ result: { deployments, pipelines, alerts } }) => [
    ...(deployments.length === 0
      ? [headline('none', 'nothing is deployed')]
      : deployments.flatMap(deploymentBlocks)),
    table(
      ['alerts of', right('going on'), 'not told yet'],
      alerts.map(({ pipeline, firing, waiting }) => [
        pipeline,
        String(firing),
        waiting.length === 0
          ? '–'
          : waiting
              .map(({ receiver, problem }) => `${receiver}${problem === null ? '' : ` (${problem})`}`)
              .join(', '),
      ]),
      'alerts',
    ),
    table(
      ['pipeline', right('newest version'), 'last run', 'waits for approval'],
      pipelines.map(({ name, newestVersion, lastRun, waits }) => [
        name,
        newestVersion === null ? '–' : versioned(name, newestVersion),
        lastRun === null ? 'never' : `${lastRun.command} ${lastRun.outcome}, ${utcMinute(lastRun.at)}`,
        waits === null ? '–' : `${waits.bundle.slice(0, 12)}, since ${utcMinute(waits.since)}`,
      ]),
      'pipelines',
    ),
    deployments.length === 0 ? next(command('run', '--to', 'deploy')) : next(),
  ],
  essential: ({ result: { deployments } }) =>
    deployments.map(({ status }) =>
      [versioned(status.name, status.version), status.state, status.url]
        .filter((word) => word !== null)
        .join(' '),
    ),
  annotations: ({ result: { deployments } }) =>
    deployments.flatMap(({ wish, status: { name, state, message } }) =>
      state === 'running' || wish !== 'running'
        ? []
        : [
            {
              level: 'error',
              rule: 'service-down',
              about: name,
              title: `aieng status: ${name}`,
              // As the outcome's own warning says it: then it is said once.
              message: `${name} is ${state}: ${message}`,
            },
          ],
    ),
};
