import { decodeQuarantine } from '../../data/quarantine.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { canonicalJson } from '../../digest.ts';
import type { CompiledCode } from '../../ownCode/compile.ts';
import type { LabelSection, Pipeline } from '../../pipeline/pipeline.ts';
import { fitnessInput } from '../../project/fitness.ts';
import { inPieces } from '../../project/interruption.ts';
import type { CheckInput } from '../../validation/checks/index.ts';
import { checking, checks, inOrder } from '../../validation/checks/index.ts';
import type { Expectation } from '../../validation/expectations/expectation.ts';
import { isOverdue } from '../../validation/expectations/freshness.ts';
import { expecting } from '../../validation/expectations/index.ts';
import type { FitnessInput } from '../../validation/fitness/fitness.ts';
import { judgingFitness } from '../../validation/fitness/index.ts';
import { judgingOwn } from '../../validation/own/judging.ts';
import { withoutPersonalExamples } from '../../validation/personal.ts';
import type { Profile } from '../../validation/profile.ts';
import { compiledChecks, loadedChecks } from '../ownCode.ts';
import { recallUsable } from '../memory.ts';
import type { ValidateOutput } from '../../tracking/stageOutputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { readJson, readSnapshotRows } from '../snapshotRows.ts';
import type { Computed, Dependencies, Tools, CascadeWork } from '../stage.ts';
import { defineStage } from '../stage.ts';

/** What the findings are a function of. Names are what `explain stage` says. */
interface Parts {
  readonly snapshot: string;
  readonly 'row schema': string;
  readonly profile: string;
  readonly 'quarantined records': string | null;
  readonly 'unknown fields': Snapshot['unknownColumns'];
  /** Files that lack columns; not a part where none does. */
  readonly 'uneven files'?: NonNullable<CheckInput['uneven']>;
  readonly 'previous snapshot': { readonly digest: string; readonly profile: string } | null;
  readonly 'pipeline label': Pick<LabelSection, 'column' | 'task'>;
  readonly 'pipeline row_id': readonly string[];
  readonly 'pipeline checks': readonly Expectation[];
  /** A team's own checks: what they were compiled to, and of what; not a part where there are none. */
  readonly 'own checks'?: { readonly code: string; readonly sources: string };
  /** Those of them whose newest time is too old by now, by their place in the list. */
  readonly overdue: readonly number[];
  readonly 'pipeline time': Pipeline['time'];
  readonly 'pipeline split': Pick<Pipeline['split'], 'strategy' | 'group'>;
  /** The pipeline says that rows are dealt out by their ids; not a part where that is the default. */
  readonly 'split by hash is said'?: true;
  readonly 'pipeline features': Pick<Pipeline['features'], 'drop'>;
}

interface Reach {
  readonly snapshot: Snapshot;
  /** The own checks, which the digest among the parts is of. */
  readonly own: CompiledCode | null;
}

/** The newest snapshot of this pipeline before the current one, by the history of its ingest ref. */
async function previousSnapshot(
  { context, pipeline }: CascadeWork,
  current: Snapshot,
): Promise<Snapshot | null> {
  const history = await context.store.refHistory(`stages/${pipeline.name}/ingest`);
  for (const entry of history.toReversed()) {
    const record = await recallUsable(context, 'ingest', entry.value);
    if (record !== undefined && record.digest !== current.digest) return outputOf.ingest(record).snapshot;
  }
  return null;
}

/** Which checks of freshness fail as of now: a verdict that is in the key, so that it is given anew when it changes. */
async function overdueChecks({ context, pipeline }: CascadeWork, { profile }: Snapshot): Promise<number[]> {
  const asked = pipeline.checks.filter((check) => check.expects === 'freshness');
  if (asked.length === 0) return [];
  const known = await readJson<Profile>(context, profile);
  const now = context.environment.now();
  return asked.filter((check) => isOverdue(check, known, now)).map(({ item }) => item);
}

/** Files of the source that lack columns which the schema knows and others of them have. */
const unevenFiles = ({ source, columns }: Snapshot): NonNullable<CheckInput['uneven']> =>
  (source?.files ?? []).flatMap(({ file, records, lacks = [] }) => {
    const known = lacks.filter((name) => columns.includes(name));
    return known.length === 0 ? [] : [{ file, records, lacks: known }];
  });

async function dependencies(work: CascadeWork): Promise<Dependencies<Parts, Reach>> {
  const { label, row_id, time, split, features, checks: declared, saysSplit } = work.pipeline;
  const { snapshot } = outputOf.ingest(work.upstream.ingest!);
  const previous = await previousSnapshot(work, snapshot);
  const uneven = unevenFiles(snapshot);
  const own = await compiledChecks(work.context, work.pipeline);
  const parts: Parts = {
    snapshot: snapshot.digest,
    'row schema': snapshot.schemaDigest,
    profile: snapshot.profile,
    'quarantined records': snapshot.quarantine ?? null,
    'unknown fields': snapshot.unknownColumns,
    ...(uneven.length === 0 ? {} : { 'uneven files': uneven }),
    'previous snapshot': previous && { digest: previous.digest, profile: previous.profile },
    'pipeline label': { column: label.column, task: label.task },
    'pipeline row_id': row_id,
    'pipeline checks': declared,
    ...(own === null ? {} : { 'own checks': { code: own.code, sources: own.sources } }),
    overdue: await overdueChecks(work, snapshot),
    'pipeline time': time,
    'pipeline split': { strategy: split.strategy, group: split.group },
    ...(saysSplit === true && split.strategy === 'hash' ? { 'split by hash is said': true } : {}),
    'pipeline features': { drop: features.drop },
  };
  return { parts, reach: { snapshot, own } };
}

/** What the checks of every snapshot, those of the pipeline and those of fitness find, and what goes with what. */
async function findingsOf(
  tools: Tools,
  input: FitnessInput,
  declared: readonly Expectation[],
  overdue: readonly number[],
  own: CompiledCode | null,
): Promise<Pick<ValidateOutput, 'findings' | 'association'>> {
  const told = { label: 'validate', detail: 'rows checked' };
  const { rows } = input.table;
  const checked = await inPieces(tools, { ...told, total: checks.length * rows }, checking(input));
  const expected = await inPieces(
    tools,
    { ...told, total: declared.length * rows },
    expecting(declared, { ...input, overdue }),
  );
  const said =
    own === null ? [] : await inPieces(tools, { ...told, total: rows }, judgingOwn(loadedChecks(own), input));
  const leaks = { label: 'validate', detail: 'cells looked at for leaks', total: 0 };
  const { findings, association } = await inPieces(tools, leaks, judgingFitness(input));
  return {
    findings: inOrder([...checked, ...expected, ...said, ...findings]),
    ...(association === undefined ? {} : { association }),
  };
}

/** What the checks find. */
export async function compute(
  { parts, reach: { snapshot, own } }: Dependencies<Parts, Reach>,
  tools: Tools,
): Promise<Computed<ValidateOutput>> {
  const { store } = tools;
  const learning = {
    label: parts['pipeline label'],
    row_id: parts['pipeline row_id'],
    time: parts['pipeline time'],
    split: parts['pipeline split'],
    features: parts['pipeline features'],
    saysSplit: parts['split by hash is said'] === true,
  };
  const rows = await readSnapshotRows(tools, learning, snapshot);
  const quarantine = parts['quarantined records'];
  const previous = parts['previous snapshot'];
  const input: FitnessInput = {
    ...fitnessInput(learning, rows, await readJson<Profile>({ store }, parts.profile)),
    quarantined: quarantine === null ? [] : decodeQuarantine(await store.get(quarantine)),
    unknownColumns: parts['unknown fields'],
    ...(parts['uneven files'] === undefined ? {} : { uneven: parts['uneven files'] }),
    ...(previous === null ? {} : { previous: await readJson<Profile>({ store }, previous.profile) }),
  };
  const found = await findingsOf(tools, input, parts['pipeline checks'], parts.overdue, own);
  const findings = withoutPersonalExamples(found.findings, rows.schema, learning.row_id);
  const output: ValidateOutput = {
    ...found,
    rows: rows.table.rows,
    findings,
    comparedWith: previous?.digest ?? null,
    ...(previous === null ? {} : { profileBefore: previous.profile }),
  };
  const failed = findings.some((finding) => finding.severity === 'error');
  const digest = await store.put(canonicalJson(output));
  return { digest, output, objects: [digest], exitCode: failed ? 3 : 0 };
}

/** Snapshot against its schema, its expectations and the snapshot before. */
export const validateStage = defineStage({ name: 'validate', dependencies, compute });
