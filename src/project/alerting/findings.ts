import type { Finding, Judged } from '../../alerting/alert.ts';
import type { News } from '../../alerting/book.ts';
import type { AlertKind, Severity } from '../../alertWords.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import type { Retraining } from '../../tracking/retraining/retrainings.ts';
import type { Outcome } from '../outcome.ts';

/** How a command ended, as far as alerts are concerned: an outcome or an error. */
export interface Ending {
  readonly command: string;
  readonly exitCode: number;
  /** What happened, in a sentence; null where all went well. */
  readonly message: string | null;
  /** What to do. */
  readonly hint: string | null;
  readonly runId: string | null;
  /** A service was brought up. */
  readonly deployed: boolean;
  /** A model was trained and judged by its gates. */
  readonly judgedModel: boolean;
}

const stageCommands = ['ingest', 'validate', 'featurize', 'train', 'package'] as const;
const trainingCommands = ['train', 'package', 'run'];
/** Commands whose endings are worth an alert where nobody watches. */
const watched: readonly string[] = [
  ...stageCommands,
  ...['run', 'deploy', 'rollback', 'monitor', 'retrain', 'predict'],
];

const severityOf: Readonly<Partial<Record<AlertKind, Severity>>> = {
  performance: 'critical',
  health: 'critical',
  'deploy-failed': 'critical',
  'retrain-failed': 'critical',
  'monitor-failed': 'critical',
  'run-failed': 'critical',
  'approval-wanted': 'info',
  test: 'info',
};

/** A finding with the urgency of its kind. */
export const findingOf = (
  kind: AlertKind,
  found: Pick<Finding, 'summary'> & Partial<Omit<Finding, 'kind'>>,
): Finding => ({
  kind,
  key: '',
  severity: severityOf[kind] ?? 'warning',
  details: [],
  marks: [],
  ...found,
});

/** A command that ended by a bug, a usage error or damage: its own kind, by command. */
function failedKind(command: string): Pick<Finding, 'kind' | 'key'> {
  if (command === 'retrain') return { kind: 'retrain-failed', key: '' };
  if (command === 'monitor') return { kind: 'monitor-failed', key: '' };
  return { kind: 'run-failed', key: command };
}

const dataKey = (command: string): string =>
  command === 'monitor' ? 'traffic' : command === 'predict' ? 'batch' : 'source';
const gateKey = (command: string): string => (command === 'retrain' ? 'challenger' : 'model');

function troubleOf({ command, exitCode }: Ending): Pick<Finding, 'kind' | 'key'> | null {
  switch (exitCode) {
    case 1:
    case 2:
    case 8:
      return failedKind(command);
    case 3:
      return { kind: 'data-rejected', key: dataKey(command) };
    case 4:
      return { kind: 'gate-failed', key: gateKey(command) };
    case 6:
      return { kind: 'deploy-failed', key: '' };
    // Done; an alarm, told by its own findings; busy; interrupted.
    default:
      return null;
  }
}

/** What the end of a command says is over. Nothing is over because a command did not get so far. */
function overBy(ending: Ending): readonly Judged[] {
  const { command, exitCode, deployed, judgedModel } = ending;
  if (exitCode === 7 || exitCode === 130) return [];
  const crashed = exitCode === 1 || exitCode === 2 || exitCode === 8;
  if (crashed) return [];
  const trains = trainingCommands.includes(command);
  return [
    failedKind(command),
    ...(exitCode === 3 || command === 'deploy' || command === 'rollback' || command === 'retrain'
      ? []
      : [{ kind: 'data-rejected', key: dataKey(command) } as const]),
    ...((trains && exitCode === 0) || (command === 'retrain' && judgedModel)
      ? [{ kind: 'gate-failed', key: gateKey(command) } as const]
      : []),
    ...(deployed && exitCode !== 6 ? [{ kind: 'deploy-failed' } as const] : []),
  ];
}

/** What the end of a command means for those who are not there; null for one that they need not know of. */
export function newsOfEnding(ending: Ending, pipeline: string): News | null {
  if (!watched.includes(ending.command)) return null;
  const trouble = troubleOf(ending);
  const { message, hint, runId, command } = ending;
  const findings =
    trouble === null
      ? []
      : [
          findingOf(trouble.kind, {
            key: trouble.key,
            summary: message ?? `aieng ${command} of ${pipeline} ended with exit ${ending.exitCode}.`,
            details: [
              ...(hint === null ? [] : [hint]),
              `aieng ${command} ${pipeline}${runId === null ? '' : `, run ${runId}`}`,
            ],
          }),
        ];
  return { findings, judged: overBy(ending) };
}

/** How a command ended that gave an outcome. */
export function endingOf(command: string, outcome: Outcome): Ending {
  const { exitCode, refusal, gates = [], runId = null, deployment, bundle } = outcome;
  const failedGate = gates.find(({ state }) => state === 'failed');
  return {
    command,
    exitCode,
    message:
      refusal?.message ??
      (exitCode === 4 && failedGate !== undefined ? `The gate ${failedGate.name} failed.` : null),
    hint: refusal?.hint ?? null,
    runId,
    deployed: deployment !== undefined,
    judgedModel: gates.length > 0 && bundle !== undefined,
  };
}

/** A budget that is gone in two days wakes somebody; one that is gone in five can wait for the morning. */
const severityOfBurn = ({ objectives = [] }: MonitorReport['health']): Severity =>
  objectives.some(({ burns }) => burns.some(({ hours, fired }) => fired && hours === 1))
    ? 'critical'
    : 'warning';

const ofTraffic: readonly AlertKind[] = ['drift', 'prediction-drift', 'schema'];

/** What a look at the running service found, and what it could judge: too few rows end no alert. */
export function newsOfReport(report: MonitorReport): News {
  const { alarms, decision, performance, health, name, version } = report;
  const model = version === null ? name : `${name}@${version}`;
  const findings = alarms.map(({ kind, message, columns }) =>
    findingOf(kind, {
      key: kind === 'schema' ? (columns[0] ?? '') : '',
      summary: message,
      details: [
        `model ${model}, ${report.window.rows} rows judged`,
        ...(kind === 'drift' || kind === 'prediction-drift'
          ? [`aieng explain drift --pipeline ${name}`]
          : []),
      ],
      marks: columns,
      ...(kind === 'slo' ? { severity: severityOfBurn(health) } : {}),
    }),
  );
  const judged: Judged[] = [
    // What was done with a canary is told once; the next look has nothing of it to tell.
    ...(report.second === undefined ? [] : [{ kind: 'canary' } as const]),
    ...(decision === 'not enough data' ? [] : ofTraffic.map((kind) => ({ kind }))),
    ...(performance.state === 'not enough labels' ? [] : [{ kind: 'performance' } as const]),
    ...(health.state === 'not asked' ? [] : [{ kind: 'health' } as const, { kind: 'slo' } as const]),
  ];
  return { findings, judged };
}

/** A challenger that was answered for waits for nobody. */
export const newsOfApproval: News = { findings: [], judged: [{ kind: 'approval-wanted' }] };

/** What a retraining means for those who are not there: a challenger waits for them, or none does any more. */
export function newsOfRetraining(
  pipeline: string,
  { decision, because, trainingRows, deployed, challenger }: Retraining,
): News {
  const judged: Judged[] = deployed === null ? [] : [{ kind: 'deploy-failed' }];
  if (decision === 'waits-for-approval')
    return {
      findings: [
        findingOf('approval-wanted', {
          summary: `A better challenger of ${pipeline} waits for a person.`,
          details: [because, `aieng approve ${pipeline} --list`],
          marks: challenger === null ? [] : [challenger.bundle],
        }),
      ],
      judged,
    };
  // Nothing was trained: what waits, waits.
  return { findings: [], judged: trainingRows === null ? judged : [...judged, ...newsOfApproval.judged] };
}
