import type { ValidateResult } from './result.ts';
import type { ValidateOptions } from './options.ts';
import { accept, foundBy, foundByIngest } from './accepting.ts';
import type { ColumnSummary } from '../../validation/columnSummary.ts';
import { summarize } from '../../validation/columnSummary.ts';
import type { Finding } from '../../validation/finding.ts';
import type { Profile } from '../../validation/profile.ts';
import { decodeQuarantine, groupRejections } from '../../data/quarantine.ts';
import type { CascadeResult } from '../../cascade/cascade.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import { AiengError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { sourceFile } from '../../project/inputs.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { recordLines } from '../../project/recordLines.ts';
import { tellValidation } from '../../project/history/validations.ts';
import { readJson } from '../../cascade/snapshotRows.ts';
import { outputOf } from '../../tracking/stages.ts';

async function validationReport(
  context: Context,
  done: CascadeResult,
  profile: Profile,
  columns: readonly ColumnSummary[],
): Promise<string> {
  const { snapshot } = outputOf.ingest(done.records.ingest!);
  const {
    findings,
    comparedWith,
    profileBefore,
    association = null,
  } = outputOf.validate(done.records.validate!);
  const rejections =
    snapshot.quarantine === undefined ? [] : decodeQuarantine(await context.store.get(snapshot.quarantine));
  const drawn = (charts: number): void =>
    context.progress({ kind: 'progress', label: 'report', done: charts, total: 0, detail: 'charts drawn' });
  drawn(0);
  const { validationPage } = await import('../../reporting/index.ts');
  const rejected = groupRejections(rejections);
  const pages = validationPage({
    name: done.pipeline.name,
    label: done.pipeline.label.column,
    profile,
    columns,
    before: profileBefore === undefined ? null : await readJson<Profile>(context, profileBefore),
    comparedWith,
    findings,
    association,
    rejected,
    snapshot,
    drawn,
  });
  const at = context.environment.now();
  return tellValidation(context, done.pipeline.name, { at, snapshot, findings, profile, rejected }, pages);
}

/** The findings with the line on which the first of their rows stands, where the source tells. */
async function placed(
  context: Context,
  { pipeline, records }: CascadeResult,
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  if (!findings.some(({ at, record }) => at === undefined && record !== undefined)) return findings;
  const { snapshot } = outputOf.ingest(records.ingest!);
  const { quarantine } = snapshot;
  const refused = quarantine === undefined ? [] : decodeQuarantine(await context.store.get(quarantine));
  const lineOf = await recordLines(context, sourceFile(context, pipeline), snapshot, refused);
  if (lineOf === undefined) return findings;
  const file = pipeline.source.display;
  return findings.map((finding) =>
    finding.at !== undefined || finding.record === undefined
      ? finding
      : { ...finding, at: { file, line: lineOf(finding.record) } },
  );
}

/** Writes the findings that are to be accepted into the schema; null where none is named. */
async function acceptNamed(
  context: Context,
  { accept: asked = [], ...options }: ValidateOptions,
): Promise<ValidateResult['accepted']> {
  if (asked.length === 0) return null;
  const pipeline = await openPipeline(context, options.pipeline);
  const found = await cascade(context, 'validate', options).then(
    async (done) => foundBy(context, done),
    async (error: unknown) => {
      // So much was refused that there is no snapshot: what was refused is what there is to accept.
      if (error instanceof AiengError && error.code === 'too-many-rejected')
        return foundByIngest(context, pipeline);
      throw error;
    },
  );
  const { findings, changes } = await accept(context, pipeline, found, asked);
  return { findings: [...findings], changes: [...changes], schema: pipeline.schema };
}

/**
 * Snapshot against the schema and expectations, and against the previous snapshot. Exit 3 on an error finding. What is to
 * be accepted is written into the schema first, and what is then left is told.
 *
 * @example
 * ```ts
 * const { exitCode } = await validate(context, { pipeline: 'churn', waitMs: 0 });
 * // exitCode → 0
 * ```
 */
export async function validate(context: Context, options: ValidateOptions): Promise<Outcome<ValidateResult>> {
  const accepted = await acceptNamed(context, options);
  const { accept: _, ...asked } = options;
  // A changed schema makes the stages before stale.
  const only = (options.only ?? false) && accepted === null;
  const done = await cascade(context, 'validate', { ...asked, only });
  const outcome = cascadeOutcome(done);
  const { rows, findings: found, comparedWith } = outputOf.validate(done.records.validate!);
  const findings = await placed(context, done, found);
  const profile = await readJson<Profile>(context, outputOf.ingest(done.records.ingest!).snapshot.profile);
  const columns = summarize(profile, findings);
  return {
    ...outcome,
    ...(outcome.findings === undefined ? {} : { findings }),
    reports: [await validationReport(context, done, profile, columns)],
    result: { rows, columns, findings, comparedWith, accepted },
  };
}
