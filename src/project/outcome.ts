import { Type } from '@sinclair/typebox';
import type { AiengError, ExitCode } from '../errors.ts';
import type { News } from '../alerting/book.ts';
import { rejectionShape } from '../data/source.ts';
import { gateResultShape, metricsShape } from '../evaluation/evaluation.ts';
import { alarmShape } from '../monitoring/report.ts';
import { overrideShape } from '../pipeline/overrides/override.ts';
import { count, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { stageOutcomeShape } from '../tracking/runs/runs.ts';
import { findingShape } from '../validation/finding.ts';

/** What a command made and found, whichever it is: left out where it does not apply. */
export const madeShape = Type.Partial(
  Type.Object({
    stages: Type.Array(stageOutcomeShape, { description: 'In order, with why each ran.' }),
    snapshot: text('Digest.'),
    featureSet: text('Digest.'),
    model: text('Digest.'),
    bundle: text('Digest.'),
    version: count('Of the bundle.'),
    image: text("`sha256:…` of the image's manifest."),
    deployment: text('Name.'),
    metrics: Type.Partial(Type.Object({ train: metricsShape, validation: metricsShape, test: metricsShape })),
    baselines: Type.Array(Type.Object({ name: text(), metrics: metricsShape })),
    gates: Type.Array(gateResultShape),
    alarms: Type.Array(alarmShape),
    findings: Type.Array(findingShape, {
      description: 'What validation found, of every command that validates.',
    }),
    rejections: Type.Array(rejectionShape, {
      description: 'The first records that could not become rows, of every command that ingests.',
    }),
    set: Type.Array(overrideShape, {
      description: 'Keys of the pipeline that were set for this run, and stand otherwise in the file.',
    }),
    decision: text('What was decided, of every command that decides.'),
    reports: Type.Array(text(), { description: 'Paths of HTML reports.' }),
  }),
);
export type Made = Shape<typeof madeShape>;

/** What a verb gives back: plain data that `cli/render` turns into text or into the `--json` object. */
export interface Outcome<Result = unknown> extends Made {
  readonly pipeline?: string;
  readonly runId?: string;
  /** 0, or 3/4/5 where the work was done and its result is a rejection, a failed gate or an alarm. */
  readonly exitCode: ExitCode;
  readonly warnings: readonly string[];
  /** Why the work, though done, is not to be relied on: told as an error beside the result. Its exit code is `exitCode`. */
  readonly refusal?: AiengError;
  /** What those who are not there have to know, beyond how the command ended. */
  readonly news?: News;
  /** The verb's own. */
  readonly result: Result;
}
