import { clockwork } from '../cron/expression.ts';
import type { MonitorReport, PerformanceReport } from '../monitoring/report.ts';
import type { RetrainSection } from '../pipeline/pipeline.ts';
import { utcMinute } from '../utc.ts';
import { hasPassed } from './waits.ts';

/** What the triggers are judged on. Times are ms since 1970 UTC. */
export interface Observed {
  readonly now: number;
  readonly report: Pick<MonitorReport, 'alarms'> | null;
  /** When the champion was packaged, or the last retraining was decided on its merits. */
  readonly lastTrainedAt: number;
  /** Labelled rows in the prediction log that arrived since then. */
  readonly newLabelledRows: number;
}

const driftKinds = ['drift', 'prediction-drift', 'schema'] as const;

/**
 * Whether what fired cannot wait: anything but drift alone of a model that is as good as before on the labels that came.
 * Inputs that moved and cost nothing ask for no training a day.
 */
export const isUrgent = (fired: readonly string[], performance: PerformanceReport['state']): boolean =>
  performance !== 'ok' || fired.some((each) => !driftKinds.some((kind) => each.startsWith(`${kind}: `)));

/** The first time after `since` at which the cron expression (UTC) was due, or null where that is still to come. */
export function dueSince(expression: string, since: number, now: number): number | null {
  const next = clockwork(expression, 'UTC').next(since);
  return next !== null && next <= now ? next : null;
}

const dayMs = 86_400_000;

/**
 * Which triggers fire, each as a sentence. A schedule fires once when one or more due times have passed since the
 * last training, however many were missed while the machine was off.
 */
export function firedTriggers(triggers: RetrainSection['triggers'], observed: Observed): readonly string[] {
  const { now, lastTrainedAt } = observed;
  const fired: string[] = [];
  for (const alarm of observed.report?.alarms ?? []) {
    if (driftKinds.some((kind) => kind === alarm.kind) && triggers.drift)
      fired.push(`${alarm.kind}: ${alarm.message}`);
    if (alarm.kind === 'performance' && triggers.performance) fired.push(`performance: ${alarm.message}`);
  }
  if (triggers.schedule !== null) {
    const due = dueSince(triggers.schedule, lastTrainedAt, now);
    if (due !== null) fired.push(`schedule: "${triggers.schedule}" was due at ${utcMinute(due)}`);
  }
  if (
    triggers.every_days !== null &&
    lastTrainedAt > 0 &&
    hasPassed(now - lastTrainedAt, triggers.every_days * dayMs)
  )
    fired.push(
      `age: the model was last trained or tried at ${utcMinute(lastTrainedAt)}, ${triggers.every_days} days or more ago`,
    );
  if (triggers.new_rows !== null && observed.newLabelledRows >= triggers.new_rows)
    fired.push(
      `new rows: ${observed.newLabelledRows} labelled rows arrived, ${triggers.new_rows} were asked for`,
    );
  return fired;
}
