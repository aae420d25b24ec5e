import type { ExitCode, Location } from '../../errors.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Failure } from '../failure.ts';
import type { Annotation } from '../../verbs/view/annotation.ts';
import { failureAnnotations, outcomeAnnotations } from './outcomeNotices.ts';

/** Everything that the reports for CI servers tell of one command, as plain data: `junit.ts` and `sarif.ts` write it. */
export interface CiReport {
  /** aieng's own version. */
  readonly version: string;
  readonly command: string;
  readonly pipeline: string | null;
  readonly exitCode: ExitCode;
  readonly durationMs: number;
  /** Where the command failed; its annotation is the first of `annotations`. */
  readonly error: Pick<Failure, 'code' | 'message' | 'hint' | 'at'> | null;
  readonly stages: NonNullable<Outcome['stages']>;
  readonly gates: NonNullable<Outcome['gates']>;
  readonly annotations: readonly Annotation[];
}

/** What is known of the command beside what came out. */
export type CommandFacts = Pick<CiReport, 'version' | 'command' | 'durationMs'>;

/** Of a command that did its work. */
export const outcomeReport = (
  outcome: Outcome,
  own: readonly Annotation[],
  { version, command, durationMs }: CommandFacts,
): CiReport => ({
  version,
  command,
  durationMs,
  pipeline: outcome.pipeline ?? null,
  exitCode: outcome.exitCode,
  error: null,
  stages: outcome.stages ?? [],
  gates: outcome.gates ?? [],
  annotations: outcomeAnnotations(outcome, own),
});

/** Of a command that failed: its error, and what it did until then. */
export function failureReport(
  failure: Failure,
  { version, command, durationMs, pipeline }: CommandFacts & Pick<CiReport, 'pipeline'>,
): CiReport {
  const { code, message, hint, at, exitCode, made } = failure;
  return {
    version,
    command,
    durationMs,
    pipeline: made?.pipeline ?? pipeline,
    exitCode,
    error: { code, message, hint, at },
    stages: made?.stages ?? [],
    gates: made?.gates ?? [],
    annotations: failureAnnotations(failure, command),
  };
}

type Scrub = (text: string) => string;

const scrubPlace = (at: Location | null, scrub: Scrub): Location | null =>
  at === null ? null : { ...at, file: scrub(at.file) };

/** Annotations without secrets, before anything is escaped: a secret with a `&` or a `:` would not be found afterwards. */
export const scrubAnnotations = (annotations: readonly Annotation[], scrub: Scrub): readonly Annotation[] =>
  annotations.map(({ about, title, message, at, ...kept }) => ({
    ...kept,
    about: scrub(about),
    title: scrub(title),
    message: scrub(message),
    ...(at === undefined ? {} : { at: scrubPlace(at, scrub) }),
  }));

/** The report without secrets. */
export function scrubReport(report: CiReport, scrub: Scrub): CiReport {
  const { pipeline, error, stages, gates, annotations } = report;
  return {
    ...report,
    pipeline: pipeline === null ? null : scrub(pipeline),
    error:
      error === null
        ? null
        : {
            ...error,
            message: scrub(error.message),
            hint: scrub(error.hint),
            at: scrubPlace(error.at, scrub),
          },
    stages: stages.map((stage) => ({ ...stage, reason: scrub(stage.reason) })),
    gates: gates.map((gate) => ({ ...gate, because: scrub(gate.because) })),
    annotations: scrubAnnotations(annotations, scrub),
  };
}
