import { usageError } from '../errors.ts';
import { metricByName } from '../statistics/metrics/index.ts';
import type { RunOutput } from './runOutput.ts';
import { metricParts } from './runOutput.ts';

/** How a figure changed: by the metric's own direction; `unknown` for a metric that aieng does not have. */
export type Change = 'better' | 'worse' | 'same' | 'new' | 'gone' | 'unknown';

export interface MetricChange {
  readonly part: (typeof metricParts)[number];
  readonly name: string;
  readonly base: number | null;
  readonly head: number | null;
  /** head − base. */
  readonly change: number | null;
  readonly verdict: Change;
}

export interface GateChange {
  readonly name: string;
  readonly base: 'passed' | 'failed' | 'skipped' | null;
  readonly head: 'passed' | 'failed' | 'skipped' | null;
  /** The head's words, or the base's where the head has not that gate. */
  readonly because: string;
}

/** What is said by one side only, and what by both. */
export interface Sentences {
  readonly appeared: readonly string[];
  readonly gone: readonly string[];
  readonly stayed: readonly string[];
}

/** One side in short. */
export interface RunSide {
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly bundle: string | null;
  readonly version: number | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

/** Two runs of a pipeline side by side. `base` is null where there is none. */
export interface RunComparison {
  readonly pipeline: string | null;
  readonly base: RunSide | null;
  readonly head: RunSide;
  /** The metric that the gates are about, or the first there is. */
  readonly metric: string | null;
  readonly metrics: readonly MetricChange[];
  readonly gates: readonly GateChange[];
  readonly alarms: Sentences;
  readonly warnings: Sentences;
  /** Whether the two bundles hold the same bytes; `unknown` where a side made none. */
  readonly bundle: 'changed' | 'unchanged' | 'unknown';
}

function verdictOf(name: string, base: number | null, head: number | null): Change {
  if (base === null) return 'new';
  if (head === null) return 'gone';
  if (base === head) return 'same';
  const metric = metricByName(name);
  if (metric === undefined) return 'unknown';
  return head > base === metric.higherIsBetter ? 'better' : 'worse';
}

function metricChanges(base: RunOutput | null, head: RunOutput): readonly MetricChange[] {
  return metricParts.flatMap((part) => {
    const [before, after] = [base?.metrics?.[part] ?? {}, head.metrics?.[part] ?? {}];
    return [...new Set([...Object.keys(after), ...Object.keys(before)])].map((name): MetricChange => {
      const [old, now] = [before[name] ?? null, after[name] ?? null];
      const change = old === null || now === null ? null : now - old;
      return { part, name, base: old, head: now, change, verdict: verdictOf(name, old, now) };
    });
  });
}

function gateChanges(base: RunOutput | null, head: RunOutput): readonly GateChange[] {
  const [before, after] = [base?.gates ?? [], head.gates ?? []];
  const gone = before.filter(({ name }) => !after.some((gate) => gate.name === name));
  return [
    ...after.map(({ name, state, because }): GateChange => {
      const old = before.find((gate) => gate.name === name);
      return { name, base: old?.state ?? null, head: state, because };
    }),
    ...gone.map(({ name, state, because }): GateChange => ({ name, base: state, head: null, because })),
  ];
}

const sentences = (before: readonly string[], after: readonly string[]): Sentences => ({
  appeared: after.filter((each) => !before.includes(each)),
  gone: before.filter((each) => !after.includes(each)),
  stayed: after.filter((each) => before.includes(each)),
});

const alarmsOf = (run: RunOutput | null): readonly string[] =>
  (run?.alarms ?? []).map(({ kind, message }) => `${kind}: ${message}`);

const sideOf = ({ command, ok, exitCode, bundle, version, error }: RunOutput): RunSide => ({
  command,
  ok,
  exitCode,
  bundle: bundle ?? null,
  version: version ?? null,
  error: error === undefined ? null : { code: error.code, message: error.message, hint: error.hint },
});

/** The metric that a gate is about (`baseline:log_loss`), else the first. */
function leadingMetric({ gates }: RunOutput, metrics: readonly MetricChange[]): string | null {
  const judged = metrics.find(({ name }) => gates?.some((gate) => gate.name.endsWith(`:${name}`)));
  return (judged ?? metrics[0])?.name ?? null;
}

function bundleChange(base: RunOutput | null, head: RunOutput): RunComparison['bundle'] {
  if (base?.bundle === undefined || head.bundle === undefined) return 'unknown';
  return base.bundle === head.bundle ? 'unchanged' : 'changed';
}

/**
 * Puts two runs of one pipeline side by side. A difference of a metric is just that: whether it is beyond noise is
 * what the gates judge, on the same rows.
 *
 * @throws usage error `other-pipeline` (exit 2) where the two are not of one pipeline.
 */
export function compareRuns(base: RunOutput | null, head: RunOutput): RunComparison {
  const other = base?.pipeline ?? head.pipeline;
  if (head.pipeline !== null && other !== head.pipeline)
    throw usageError({
      code: 'other-pipeline',
      message: `The base is of pipeline "${other ?? ''}", the head of "${head.pipeline}".`,
      hint: 'Compare two runs of one pipeline; where the base has none, give - in its place.',
    });
  const metrics = metricChanges(base, head);
  return {
    pipeline: head.pipeline ?? other,
    base: base === null ? null : sideOf(base),
    head: sideOf(head),
    metric: leadingMetric(head, metrics),
    metrics,
    gates: gateChanges(base, head),
    alarms: sentences(alarmsOf(base), alarmsOf(head)),
    warnings: sentences(base?.warnings ?? [], head.warnings),
    bundle: bundleChange(base, head),
  };
}
