import { describe, expect, it } from 'vitest';
import { retrainingKind } from '../../tracking/retraining/retrainings.ts';
import { monitorReportKind } from '../../tracking/monitorReports.ts';
import type { Outcome } from '../outcome.ts';
import { endingOf, newsOfEnding, newsOfReport, newsOfRetraining } from './findings.ts';

const outcome = (own: Partial<Outcome> = {}): Outcome => ({
  exitCode: 0,
  warnings: [],
  result: null,
  ...own,
});
const news = (command: string, own: Partial<Outcome> = {}) =>
  newsOfEnding(endingOf(command, outcome(own)), 'churn')!;
const found = (command: string, own: Partial<Outcome> = {}) =>
  news(command, own).findings.map(({ kind, key }) => `${kind} ${key}`.trim());
const over = (command: string, own: Partial<Outcome> = {}) =>
  news(command, own).judged.map(({ kind, key = '*' }) => `${kind} ${key}`.trim());

describe('how a command ended', () => {
  it.each([
    ['train', 1, 'run-failed train'],
    ['ingest', 2, 'run-failed ingest'],
    ['monitor', 8, 'monitor-failed'],
    ['retrain', 1, 'retrain-failed'],
    ['ingest', 3, 'data-rejected source'],
    ['monitor', 3, 'data-rejected traffic'],
    ['predict', 3, 'data-rejected batch'],
    ['run', 4, 'gate-failed model'],
    ['retrain', 4, 'gate-failed challenger'],
    ['rollback', 6, 'deploy-failed'],
  ] as const)('%s with exit %i is %s', (command, exitCode, kind) => {
    expect(found(command, { exitCode })).toEqual([kind]);
  });

  it.each([0, 5, 7, 130] as const)('with exit %i is no trouble of its own', (exitCode) => {
    expect(found('monitor', { exitCode })).toEqual([]);
  });

  it('ends what it got past, and nothing else', () => {
    expect(over('ingest')).toEqual(['run-failed ingest', 'data-rejected source']);
    expect(over('train')).toEqual(['run-failed train', 'data-rejected source', 'gate-failed model']);
    expect(over('train', { exitCode: 4 })).toEqual(['run-failed train', 'data-rejected source']);
    expect(over('train', { exitCode: 3 })).toEqual(['run-failed train']);
    expect(over('deploy', { deployment: 'churn' })).toEqual(['run-failed deploy', 'deploy-failed *']);
    expect(over('deploy', { deployment: 'churn', exitCode: 6 })).toEqual(['run-failed deploy']);
    for (const exitCode of [1, 2, 7, 8, 130] as const) expect(over('train', { exitCode })).toEqual([]);
  });

  it('is nobody elses business for a command that only looks', () => {
    expect(newsOfEnding(endingOf('status', outcome({ exitCode: 5 })), 'churn')).toBeNull();
  });
});

describe('a look', () => {
  const report = monitorReportKind.sample;

  it('ends nothing that it could not judge', () => {
    const kinds = (own: object): readonly string[] =>
      newsOfReport({ ...report, ...own }).judged.map(({ kind }) => kind);
    expect(kinds({})).toEqual(['drift', 'prediction-drift', 'schema', 'performance', 'health', 'slo']);
    expect(kinds({ decision: 'not enough data' })).toEqual(['performance', 'health', 'slo']);
    const performance = { ...report.performance, state: 'not enough labels' };
    expect(kinds({ performance })).not.toContain('performance');
    expect(kinds({ health: { ...report.health, state: 'not asked' } })).not.toContain('health');
  });

  it('tells each alarm, and a fast burn as critical', () => {
    expect(newsOfReport(report).findings).toMatchObject([
      { kind: 'drift', severity: 'warning', marks: ['contract'] },
    ]);
    const burn = (hours: number) => ({ hours, from: 0, requests: 1, bad: 1, rate: 9, limit: 6, fired: true });
    const withBurn = (hours: number) =>
      newsOfReport({
        ...report,
        alarms: [{ kind: 'slo', message: 'missed', columns: [] }],
        health: {
          ...report.health,
          objectives: [
            {
              ...({ objective: 'latency', target: 0.9, requests: 1, bad: 1, budgetLeft: 0 } as const),
              ...{ burns: [burn(hours)], message: 'missed' },
            },
          ],
        },
      }).findings[0]?.severity;
    expect([withBurn(1), withBurn(6)]).toEqual(['critical', 'warning']);
  });
});

describe('a retraining', () => {
  const trained = retrainingKind.sample;

  it('asks a person where a challenger waits, and that ends when the next one is trained', () => {
    const waiting = newsOfRetraining('churn', { ...trained, decision: 'waits-for-approval' });
    expect(waiting.findings).toMatchObject([{ kind: 'approval-wanted', severity: 'info' }]);
    const idle = newsOfRetraining('churn', { ...trained, decision: 'cooldown', trainingRows: null });
    expect(idle).toMatchObject({ findings: [], judged: [] });
    const next = newsOfRetraining('churn', { ...trained, decision: 'promoted', trainingRows: 500 });
    expect(next.judged).toContainEqual({ kind: 'approval-wanted' });
  });
});
