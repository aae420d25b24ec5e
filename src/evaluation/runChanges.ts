import { Type } from '@sinclair/typebox';
import { usageError } from '../errors.ts';
import { count, digest, figure, flag, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { metricByName } from '../statistics/metrics/index.ts';
import type { RunOutput } from './runOutput.ts';
import { metricParts } from './runOutput.ts';

/** How a figure changed: by the metric's own direction; `unknown` for a metric that aieng does not have. */
const changeShape = oneOf(['better', 'worse', 'same', 'new', 'gone', 'unknown']);
export type Change = Shape<typeof changeShape>;

export const metricChangeShape = Type.Object({
  part: oneOf(metricParts),
  name: text(),
  base: orNull(figure()),
  head: orNull(figure()),
  change: orNull(figure(), 'head − base.'),
  verdict: changeShape,
});
export type MetricChange = Shape<typeof metricChangeShape>;

const gateStateShape = oneOf(['passed', 'failed', 'skipped']);

export const gateChangeShape = Type.Object({
  name: text(),
  base: orNull(gateStateShape),
  head: orNull(gateStateShape),
  because: text("The head's words, or the base's where the head has not that gate."),
});
export type GateChange = Shape<typeof gateChangeShape>;

/** What is said by one side only, and what by both. */
export const sentencesShape = Type.Object({
  appeared: Type.Array(text()),
  gone: Type.Array(text()),
  stayed: Type.Array(text()),
});
export type Sentences = Shape<typeof sentencesShape>;

/** One side in short. */
export const runSideShape = Type.Object({
  command: text(),
  ok: flag(),
  exitCode: count(),
  bundle: orNull(digest()),
  version: orNull(count()),
  set: Type.Array(text(), { description: 'Keys of the pipeline that were set for that run: `key=value`.' }),
  error: orNull(Type.Object({ code: text(), message: text(), hint: text() })),
});
export type RunSide = Shape<typeof runSideShape>;

/** Two runs of a pipeline side by side. */
export const runComparisonShape = Type.Object({
  pipeline: orNull(text()),
  base: orNull(runSideShape, 'Null where there is none.'),
  head: runSideShape,
  metric: orNull(text(), 'The metric that the gates are about, or the first there is.'),
  metrics: Type.Array(metricChangeShape),
  gates: Type.Array(gateChangeShape),
  alarms: sentencesShape,
  warnings: sentencesShape,
  bundle: oneOf(
    ['changed', 'unchanged', 'unknown'],
    'Whether the two bundles hold the same bytes; `unknown` where a side made none.',
  ),
});
/** What a change of the project changed in a run: docs/json.md#compare. */
export type RunComparison = Shape<typeof runComparisonShape>;

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

const sideOf = ({ command, ok, exitCode, bundle, version, set = [], error }: RunOutput): RunSide => ({
  command,
  ok,
  exitCode,
  bundle: bundle ?? null,
  version: version ?? null,
  set: set.map(({ key, value }) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
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
