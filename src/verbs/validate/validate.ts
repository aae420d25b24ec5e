import type { ValidateResult } from './result.ts';
import type { StageOptions } from '../../cascade/stage.ts';
import type { Profile } from '../../validation/profile.ts';
import type { CascadeResult } from '../../cascade/cascade.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeReport } from '../../project/reports.ts';
import { readJson } from '../../cascade/snapshotRows.ts';
import { outputOf } from '../../tracking/stages.ts';

async function validationReport(context: Context, done: CascadeResult): Promise<string> {
  const { snapshot } = outputOf.ingest(done.records.ingest!);
  const { findings } = outputOf.validate(done.records.validate!);
  const { validationPage } = await import('../../reporting/index.ts');
  const page = await validationPage({
    name: done.pipeline.name,
    profile: await readJson<Profile>(context, snapshot.profile),
    findings,
    snapshot,
  });
  return writeReport(context, `${done.pipeline.name}-validation.html`, page);
}

/** Snapshot against the schema and expectations, and against the previous snapshot. Exit 3 on an error finding. */
export async function validate(context: Context, options: StageOptions): Promise<Outcome<ValidateResult>> {
  const done = await cascade(context, 'validate', options);
  const outcome = cascadeOutcome(done);
  const { rows, findings, comparedWith } = outputOf.validate(done.records.validate!);
  return {
    ...outcome,
    reports: [await validationReport(context, done)],
    result: { rows, findings, comparedWith },
  };
}
