import type { Verdict, Metrics } from '../evaluation/evaluation.ts';
import type { Alarm } from '../monitoring/report.ts';
import type { Rejection } from '../data/source.ts';
import type { Finding } from '../validation/finding.ts';
import type { ExitCode } from '../errors.ts';
import type { StageOutcome } from '../tracking/runs.ts';

/**
 * What a verb gives back: plain data that `cli/render` turns into text or into the `--json` object. Fields that do
 * not apply are left out.
 */
export interface Outcome<Result = unknown> {
  readonly pipeline?: string;
  readonly runId?: string;
  /** 0, or 3/4/5 where the work was done and its result is a rejection, a failed gate or an alarm. */
  readonly exitCode: ExitCode;
  readonly stages?: readonly StageOutcome[];
  readonly snapshot?: string;
  readonly featureSet?: string;
  readonly model?: string;
  readonly bundle?: string;
  readonly version?: number;
  /** `sha256:…` of the image's manifest. */
  readonly image?: string;
  readonly deployment?: string;
  readonly metrics?: Partial<Record<'train' | 'validation' | 'test', Metrics>>;
  readonly baselines?: readonly { readonly name: string; readonly metrics: Metrics }[];
  readonly gates?: Verdict['gates'];
  readonly alarms?: readonly Alarm[];
  /** What validation found, of every command that validates. */
  readonly findings?: readonly Finding[];
  /** The first records that could not become rows, of every command that ingests. */
  readonly rejections?: readonly Rejection[];
  readonly decision?: string;
  readonly warnings: readonly string[];
  readonly reports?: readonly string[];
  /** The verb's own. */
  readonly result: Result;
}
