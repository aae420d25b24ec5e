import type { GateResult, Metrics } from '../../evaluation/evaluation.ts';
import type { Rejection } from '../../data/source.ts';
import type { Finding } from '../../validation/finding.ts';
import type { Block, Sign, Words } from './blocks.ts';
import { list, right, table, toned } from './blocks.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { count, figure } from './format.ts';

const gateSigns: Readonly<Record<GateResult['state'], Sign>> = {
  passed: 'good',
  failed: 'bad',
  skipped: 'none',
};

/** Each gate with the figures that decided it. */
export const gateList = (gates: readonly GateResult[]): Block =>
  list(
    gates.map(({ name, state, because }) => ({
      sign: gateSigns[state],
      text: `${name}: ${state}`,
      note: because,
    })),
    'gates',
  );

/** One row a metric, one column a model: the pipeline's own metric first. */
export function metricsTable(
  metric: string,
  models: readonly { readonly name: string; readonly metrics: Metrics }[],
  title: string,
): Block {
  const names = [...new Set([metric, ...models.flatMap((model) => Object.keys(model.metrics))])];
  return table(
    ['metric', ...models.map((model) => right(model.name))],
    names.map((name) => [
      metricName(name),
      ...models.map((model, index): Words =>
        toned(index === 0 ? 'strong' : 'plain', figure(model.metrics[name])),
      ),
    ]),
    title,
  );
}

const rawShown = 60;

/** Records that could not become rows: where, why, and how they stand in the file. */
export const rejectionTable = (rejections: readonly Rejection[], total: number): Block =>
  table(
    ['where', 'column', 'reason', 'as it stands in the file'],
    rejections.map(({ file, line, column, reason, raw }) => [
      `${file}:${line}`,
      column ?? '',
      reason,
      toned('dim', raw.length > rawShown ? `${raw.slice(0, rawShown)}…` : raw),
    ]),
    total > rejections.length
      ? `the first ${rejections.length} of ${count(total)} rejected records`
      : 'rejected records',
  );

const severitySigns: Readonly<Record<Finding['severity'], Sign>> = {
  error: 'bad',
  warning: 'warn',
  info: 'none',
};

/** What the checks found, errors first, each with an example and what to do. */
export function findingList(findings: readonly Finding[]): Block {
  const order = ['error', 'warning', 'info'] as const;
  const sorted = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return list(
    sorted.map((finding) => {
      const [example] = finding.examples;
      const shown = example === undefined ? '' : `e.g. row ${example.rowId}: ${example.value}. `;
      return {
        sign: severitySigns[finding.severity],
        text: finding.message,
        note: `${shown}${finding.fix}`,
      };
    }),
    'findings',
  );
}
