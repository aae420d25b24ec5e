import { decodeQuarantine } from '../../data/quarantine.ts';
import { canonicalJson } from '../../digest.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { sections } from '../../pipeline/sections.ts';
import type { Context } from '../../project/context.ts';
import { check } from '../../validation/checks/index.ts';
import type { Finding } from '../../validation/finding.ts';
import type { Profile } from '../../validation/profile.ts';
import { recallUsable } from '../memory.ts';
import { outputOf } from '../output.ts';
import { readJson, readSnapshotRows } from '../snapshotRows.ts';
import type { StageRecord } from '../stage.ts';
import type { Computed, Parts, Stage, Upstream } from '../stage.ts';

/** What validate writes down. */
export interface ValidateOutput {
  readonly rows: number;
  readonly findings: readonly Finding[];
  /** Snapshot that this one was compared with. */
  readonly comparedWith: string | null;
}

/** The newest snapshot of this pipeline before the current one, by the history of its ingest ref. */
async function previousIngest(
  context: Context,
  pipeline: Pipeline,
  current: StageRecord,
): Promise<StageRecord | null> {
  const history = await context.store.refHistory(`stages/${pipeline.name}/ingest`);
  for (const entry of history.toReversed()) {
    const record = await recallUsable(context, 'ingest', entry.value);
    if (record !== undefined && record.digest !== current.digest) return record;
  }
  return null;
}

async function parts(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Parts> {
  const ingest = upstream.ingest!;
  const { snapshot } = outputOf.ingest(ingest);
  const previous = await previousIngest(context, pipeline, ingest);
  return {
    snapshot: snapshot.digest,
    'row schema': snapshot.schemaDigest,
    'quarantined records': snapshot.quarantine ?? 'none',
    'unknown fields': snapshot.unknownColumns.map(({ name, records }) => [name, records]),
    'previous snapshot': previous?.digest ?? 'none',
    ...sections(pipeline, 'validate'),
  };
}

async function compute(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Computed> {
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const previous = await previousIngest(context, pipeline, upstream.ingest!);
  const { table, ids, schema } = await readSnapshotRows(context, pipeline, snapshot);
  const before = previous === null ? null : outputOf.ingest(previous).snapshot;
  const rejections =
    snapshot.quarantine === undefined ? [] : decodeQuarantine(await context.store.get(snapshot.quarantine));
  const findings = check({
    table,
    rowIds: ids,
    rowIdColumns: pipeline.row_id,
    schema,
    profile: await readJson<Profile>(context, snapshot.profile),
    label: pipeline.label.column,
    ...(pipeline.label.task === 'auto'
      ? {}
      : { labelIs: pipeline.label.task === 'regression' ? 'number' : 'classes' }),
    quarantined: rejections,
    unknownColumns: snapshot.unknownColumns,
    ...(before === null ? {} : { previous: await readJson<Profile>(context, before.profile) }),
  });
  const output: ValidateOutput = { rows: table.rows, findings, comparedWith: before?.digest ?? null };
  const failed = findings.some((finding) => finding.severity === 'error');
  const digest = await context.store.put(canonicalJson(output));
  return {
    digest,
    output: output as never,
    objects: [digest],
    exitCode: failed ? 3 : 0,
  };
}

/** Snapshot against its schema, its expectations and the snapshot before. */
export const validateStage: Stage = { name: 'validate', parts, compute };
