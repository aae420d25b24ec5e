import { execWord, sayable, unitPath } from './quoting.ts';

/** What the units of a schedule say. */
export interface UnitFacts {
  readonly id: string;
  /** `monitor and retrain churn`. */
  readonly title: string;
  readonly calendar: readonly string[];
  readonly command: readonly string[];
  readonly root: string;
  readonly log: string;
  /** The job starts containers: rootless engines need newuidmap, a set-uid program. */
  readonly startsContainers: boolean;
}

const madeBy = '# Made by `aieng schedule`; change it with `aieng schedule`.';

/** More than any training takes: what hangs does not keep the schedule for ever. */
const longestRun = '12h';

const title = (text: string): string => sayable(text).replaceAll('%', '%%');

/**
 * The service. No mount namespaces (PrivateTmp and the like): a deployment that the job starts or talks to lives on
 * outside of it and may have its socket in /tmp; and KillMode=process leaves such a deployment running when the job ends.
 */
export const serviceText = (facts: UnitFacts): string =>
  [
    madeBy,
    '[Unit]',
    `Description=aieng: ${title(facts.title)}`,
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${facts.command.map(execWord).join(' ')}`,
    `WorkingDirectory=${unitPath(facts.root)}`,
    `TimeoutStartSec=${longestRun}`,
    'KillMode=process',
    'Nice=5',
    `StandardOutput=append:${unitPath(facts.log)}`,
    `StandardError=append:${unitPath(facts.log)}`,
    ...(facts.startsContainers ? [] : ['NoNewPrivileges=yes']),
    '',
  ].join('\n');

/** The timer. Persistent: what was missed while the machine was off is run after it is on. */
export const timerText = (facts: UnitFacts): string =>
  [
    madeBy,
    '[Unit]',
    `Description=aieng: ${title(facts.title)}, on a clock`,
    '',
    '[Timer]',
    ...facts.calendar.map((entry) => `OnCalendar=${entry}`),
    'Persistent=true',
    'AccuracySec=1min',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ].join('\n');
