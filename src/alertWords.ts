/** What an alert can be about. The pipeline file filters by these words; messages and records carry them. */
export const alertKinds = [
  'drift',
  'prediction-drift',
  'performance',
  'schema',
  'health',
  'slo',
  'canary',
  'data-rejected',
  'gate-failed',
  'deploy-failed',
  'retrain-failed',
  'monitor-failed',
  'run-failed',
  'approval-wanted',
  'missed-slot',
  'test',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** How urgent it is, least first. */
export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Is it at least so urgent? */
export const atLeast = (severity: Severity, least: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(least);

/** Where alerts can go, as the pipeline file names it. */
export const sinkNames = ['webhook', 'slack', 'teams', 'alertmanager', 'email', 'command'] as const;
export type SinkName = (typeof sinkNames)[number];
