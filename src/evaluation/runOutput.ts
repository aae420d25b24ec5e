import { Ajv, type ValidateFunction } from 'ajv';
import { usageError } from '../errors.ts';
import type { Metrics } from './evaluation.ts';

/** The parts of a model's rows that metrics are told of, the one that counts first. */
export const metricParts = ['test', 'validation', 'train'] as const;

/** What the commands have to compare: those that make a model, and those that judge one. */
const comparable = ['ingest', 'validate', 'featurize', 'train', 'package', 'run', 'monitor', 'retrain'];

/** What one command said with `--json`, as far as two of them are compared. Untrusted: any text may stand in it. */
export interface RunOutput {
  readonly command: string;
  /** null where the command failed before it knew. */
  readonly pipeline: string | null;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly bundle?: string;
  readonly version?: number;
  readonly metrics?: Partial<Record<(typeof metricParts)[number], Metrics>>;
  readonly gates?: readonly {
    readonly name: string;
    readonly state: 'passed' | 'failed' | 'skipped';
    readonly because: string;
  }[];
  readonly alarms?: readonly { readonly kind: string; readonly message: string }[];
  /** Keys of the pipeline that were set for that run. */
  readonly set?: readonly { readonly key: string; readonly value: unknown }[];
  readonly warnings: readonly string[];
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** Figures may be null (NaN has no JSON); pipelines may be named by their path where a command failed early. */
interface Envelope extends Omit<RunOutput, 'metrics'> {
  readonly metrics?: Record<string, Record<string, number | null>>;
}

const text = { type: 'string', maxLength: 10_000 };
const name = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9 ._:-]{0,99}$' };
const listOf = (items: object): object => ({ type: 'array', maxItems: 1_000, items });
const members = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

const envelope = {
  type: 'object',
  required: ['schema', 'command', 'pipeline', 'ok', 'exitCode', 'warnings'],
  properties: {
    schema: { const: 1 },
    command: { enum: comparable },
    pipeline: { type: ['string', 'null'], maxLength: 1_000 },
    ok: { type: 'boolean' },
    exitCode: { type: 'integer', minimum: 0, maximum: 255 },
    bundle: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    version: { type: 'integer', minimum: 1, maximum: 2 ** 31 },
    metrics: {
      type: 'object',
      propertyNames: { enum: metricParts },
      additionalProperties: {
        type: 'object',
        maxProperties: 200,
        propertyNames: { pattern: '^[a-z][a-z0-9_]{0,49}$' },
        additionalProperties: { type: ['number', 'null'] },
      },
    },
    gates: listOf(members({ name, state: { enum: ['passed', 'failed', 'skipped'] }, because: text })),
    alarms: listOf(members({ kind: name, message: text })),
    set: listOf(members({ key: text, value: {} })),
    warnings: listOf(text),
    error: members({ code: name, message: text, hint: text }),
  },
};

let compiled: ValidateFunction<Envelope> | undefined;

const nameOf = (pipeline: string | null): string | null => {
  const file =
    pipeline
      ?.split(/[/\\]/)
      .at(-1)
      ?.replace(/\.(ya?ml|json|pipeline\.ts)$/, '') ?? '';
  return /^[a-z0-9][a-z0-9_-]{0,62}$/.test(file) ? file : null;
};

const finite = (metrics: Record<string, number | null>): Metrics =>
  Object.fromEntries(
    Object.entries(metrics).flatMap(([metric, value]) => (value === null ? [] : [[metric, value] as const])),
  );

function invalid(shown: string, problem: string, cause?: unknown): Error {
  return usageError({
    code: 'not-an-output',
    message: `${shown} is not what a command wrote with --json: ${problem}.`,
    hint: 'Give the stdout of `aieng run --json` (or train, package, validate, …), or - where the base has none.',
    at: { file: shown },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** JSON as text from anywhere: UTF-8, with or without the mark that some shells put before it. */
function parseJson(content: Uint8Array, shown: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    throw invalid(shown, content.length === 0 ? 'it is empty' : 'it is not JSON', error);
  }
}

/**
 * Reads what a command wrote with `--json`. Keys that are of no use here may hold anything.
 *
 * @throws usage error `not-an-output` (exit 2) for what is not JSON, not of `schema: 1`, or of a command that has
 * nothing to compare.
 */
export function parseRunOutput(content: Uint8Array, shown: string): RunOutput {
  compiled ??= new Ajv({ strict: true, allowUnionTypes: true }).compile<Envelope>(envelope);
  const value = parseJson(content, shown);
  if (!compiled(value)) {
    const [error] = compiled.errors ?? [];
    const place = error === undefined || error.instancePath === '' ? '' : `at ${error.instancePath} it `;
    throw invalid(shown, `${place}${error?.message ?? 'has an unexpected shape'}`);
  }
  const { command, ok, exitCode, bundle, version, gates, alarms, set, warnings, error } = value;
  const metrics = Object.fromEntries(
    metricParts.flatMap((part) => {
      const of = value.metrics?.[part];
      return of === undefined ? [] : [[part, finite(of)] as const];
    }),
  );
  return {
    command,
    pipeline: nameOf(value.pipeline),
    ok,
    exitCode,
    metrics,
    warnings,
    ...(bundle === undefined ? {} : { bundle }),
    ...(version === undefined ? {} : { version }),
    ...(gates === undefined ? {} : { gates }),
    ...(alarms === undefined ? {} : { alarms }),
    ...(set === undefined ? {} : { set }),
    ...(error === undefined ? {} : { error }),
  };
}
