import type { Outcome } from '../../project/outcome.ts';
import type { Failure } from '../failure.ts';

/** What the envelope of `--json` says besides the outcome. */
export interface EnvelopeFacts {
  readonly command: string;
  readonly durationMs: number;
}

/** Strings inside plain data, scrubbed; keys and structure stay. */
function scrubbed(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((member: unknown) => scrubbed(member, scrub));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, scrubbed(member, scrub)]));
}

/**
 * The one object that `--json` writes for a command that did its work (`schema: 1`; see `outputSchema.ts`). `ok` is
 * exit code 0: a failed gate or an alarm has its whole result here and `ok: false`, and so has work that is not to be
 * relied on, with its `error` beside.
 */
export function outcomeJson<Result>(
  outcome: Outcome<Result>,
  facts: EnvelopeFacts,
  scrub: (text: string) => string,
): string {
  const { pipeline, runId, exitCode, warnings, result, refusal, news: _, ...made } = outcome;
  const { code, message, hint, at = null } = refusal ?? {};
  const error = refusal === undefined ? {} : { error: { code, message, hint, at } };
  const body = scrubbed({ ...made, warnings, result, ...error }, scrub);
  return `${JSON.stringify({
    schema: 1,
    command: facts.command,
    pipeline: pipeline ?? null,
    ok: exitCode === 0,
    exitCode,
    durationMs: Math.round(facts.durationMs),
    runId: runId ?? null,
    ...(typeof body === 'object' ? body : {}),
  })}\n`;
}

/** The same object for a command that failed: `error` instead of a result, and what was done until then. */
export function failureJson(
  failure: Failure,
  facts: EnvelopeFacts & { readonly pipeline: string | null },
  scrub: (text: string) => string,
): string {
  const { code, message, hint, at, exitCode } = failure;
  const { pipeline, runId, warnings, exitCode: _, ...made } = failure.made ?? { warnings: [] };
  const done = scrubbed({ ...made, warnings }, scrub);
  return `${JSON.stringify({
    schema: 1,
    command: facts.command,
    pipeline: pipeline ?? facts.pipeline,
    ok: false,
    exitCode,
    durationMs: Math.round(facts.durationMs),
    runId: runId ?? null,
    ...(typeof done === 'object' ? done : {}),
    error: scrubbed({ code, message, hint, at }, scrub),
  })}\n`;
}
