import { decodeQuarantine, groupRejections, rejectionLine } from '../../../data/quarantine.ts';
import { readJson } from '../../../cascade/snapshotRows.ts';
import { AiengError } from '../../../errors.ts';
import { drawTrend } from '../../../reporting/charts/trend.ts';
import { figure } from '../../../reporting/figures.ts';
import { charts } from '../../../reporting/page.ts';
import { formatPercent } from '../../../statistics/figures.ts';
import { lastRejects } from '../../../tracking/rejects.ts';
import { outputOf, readStage } from '../../../tracking/stages.ts';
import type { Asked, Route } from '../../../ui/page.ts';
import type { DataColumn, DataFacts } from '../../../ui/pages/data/data.tsx';
import type { ColumnProfile, Profile } from '../../../validation/profile.ts';
import { checkPipeline, chosenPipeline } from './monitoring.ts';
import type { Reading } from './reading.ts';
import { validationsOf } from './validations.ts';

/** Snapshots that are looked at, the newest. */
const mostSnapshots = 40;

interface Snapshot {
  readonly at: number;
  readonly digest: string;
  readonly rows: number;
  readonly profile: string;
}

/** The newest snapshots of a pipeline, each once, newest first. */
async function snapshotsOf(
  { context }: Reading,
  name: string,
  warnings: string[],
): Promise<readonly Snapshot[]> {
  const found = new Map<string, Snapshot>();
  const history = await context.store.refHistory(`stages/${name}/ingest`);
  for (const { value } of history.toReversed()) {
    if (found.size >= mostSnapshots) break;
    try {
      const record = await readStage(context, 'ingest', value);
      if (record === undefined) continue;
      const { snapshot } = outputOf.ingest(record);
      if (!found.has(snapshot.digest))
        found.set(snapshot.digest, {
          at: record.at,
          digest: snapshot.digest,
          rows: snapshot.rows,
          profile: snapshot.profile,
        });
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
      warnings.push(`${error.message} ${error.hint}`);
    }
  }
  return [...found.values()];
}

const missingShare = ({ rows, missing }: ColumnProfile): number => (rows === 0 ? 0 : missing / rows);

const middleOf = ({ numeric, top, kind }: ColumnProfile): string => {
  if (numeric !== undefined) return kind === 'time' ? '–' : figure(numeric.mean);
  return top?.[0]?.value ?? '–';
};

/** What is otherwise than it was, in words; a share that moved by less than a hundredth is not told. */
function changeOf(now: ColumnProfile, then: ColumnProfile | undefined): string {
  if (then === undefined) return 'new';
  const [missing, was] = [missingShare(now), missingShare(then)];
  const known = new Set((then.top ?? []).map(({ value }) => value));
  const isWhole = (then.other ?? 0) === 0 && then.top !== undefined;
  const came = isWhole ? (now.top ?? []).filter(({ value }) => !known.has(value)) : [];
  return [
    ...(now.kind === then.kind ? [] : [`${then.kind} → ${now.kind}`]),
    ...(Math.abs(missing - was) < 0.01 ? [] : [`missing ${formatPercent(was)} → ${formatPercent(missing)}`]),
    ...(now.numeric === undefined || then.numeric === undefined || now.kind === 'time'
      ? []
      : figure(now.numeric.mean) === figure(then.numeric.mean)
        ? []
        : [`mean ${figure(then.numeric.mean)} → ${figure(now.numeric.mean)}`]),
    ...(came.length === 0
      ? []
      : [
          `new: ${came
            .slice(0, 3)
            .map(({ value }) => value)
            .join(', ')}${came.length > 3 ? ` and ${came.length - 3} more` : ''}`,
        ]),
  ].join('; ');
}

function columnsOf(now: Profile, then: Profile | null): readonly DataColumn[] {
  const before = new Map((then?.columns ?? []).map((column) => [column.name, column]));
  const there = new Set(now.columns.map(({ name }) => name));
  const line = (column: ColumnProfile, change: string): DataColumn => ({
    name: column.name,
    kind: column.kind,
    missing: missingShare(column),
    distinct: column.distinct,
    middle: middleOf(column),
    change,
  });
  return [
    ...now.columns.map((column) =>
      line(column, then === null ? '' : changeOf(column, before.get(column.name))),
    ),
    ...[...before.values()].filter(({ name }) => !there.has(name)).map((column) => line(column, 'gone')),
  ];
}

/** A profile, or null where `gc` took it: its snapshot is no longer current. */
async function profileOf({ context }: Reading, digest: string): Promise<Profile | null> {
  if (!(await context.store.has(digest))) return null;
  return readJson<Profile>(context, digest);
}

async function chosenOf(
  reading: Reading,
  snapshots: readonly Snapshot[],
  name: string | null,
): Promise<DataFacts['chosen']> {
  if (name === null || name === '') return null;
  const points: { at: number; missing: number; mean: number | null }[] = [];
  for (const { at, profile: digest } of snapshots.toReversed()) {
    const column = (await profileOf(reading, digest))?.columns.find((each) => each.name === name);
    if (column !== undefined)
      points.push({ at, missing: missingShare(column), mean: column.numeric?.mean ?? null });
  }
  if (points.length === 0) return null;
  const options = {
    from: points[0]!.at,
    until: points.at(-1)!.at,
    moves: [],
    height: 110,
    across: 2,
    zero: false,
    named: false,
  } as const;
  const means = points.flatMap(({ at, mean }) => (mean === null ? [] : [{ at, value: mean, marked: false }]));
  const missing = points.map(({ at, missing: value }) => ({ at, value, marked: false }));
  const drawn = [
    {
      title: 'Share of missing cells',
      chart: drawTrend(missing, options, 'Missing cells by snapshot'),
      caption: '',
    },
  ];
  if (means.length > 0)
    drawn.push({ title: 'Mean', chart: drawTrend(means, options, 'Mean by snapshot'), caption: '' });
  return { name, charts: charts(drawn, 2) };
}

async function rejectsOf({ context }: Reading, name: string): Promise<DataFacts['rejects']> {
  const record = await lastRejects(context, name);
  if (record === undefined) return null;
  const { at, file, records, rejected, outcome, rejects } = record;
  const all = rejects === null ? [] : decodeQuarantine(await context.store.get(rejects));
  return {
    at,
    file,
    records,
    rejected,
    refused: outcome === 'refused',
    lines: groupRejections(all).map(({ column, reason, count, examples }) => ({
      column: column ?? '(the record)',
      reason,
      count,
      examples: examples.map(({ line, raw }) => ({ line, raw })),
    })),
  };
}

/** The data of a pipeline: its snapshots, the columns of the newest, and what became no row. */
export async function loadData(reading: Reading, asked: Asked): Promise<DataFacts> {
  const { context } = reading;
  const has = async (of: string): Promise<boolean> =>
    (await context.store.readRef(`stages/${of}/ingest`)) !== undefined;
  const { pipelines, name } = await chosenPipeline(reading, asked, has);
  const none = {
    snapshots: [],
    columns: [],
    chosen: null,
    rejects: null,
    looks: [],
    trends: [],
    warnings: [],
  };
  if (name === null) return { pipelines, name, ...none };
  const warnings: string[] = [];
  const snapshots = await snapshotsOf(reading, name, warnings);
  const [newest, before] = snapshots;
  const profile = newest === undefined ? null : await profileOf(reading, newest.profile);
  const then = before === undefined ? null : await profileOf(reading, before.profile);
  return {
    pipelines,
    name,
    snapshots,
    columns: profile === null ? [] : columnsOf(profile, then),
    chosen: await chosenOf(reading, snapshots, asked.query.get('column')),
    rejects: await rejectsOf(reading, name),
    ...(await validationsOf(reading, name, warnings)),
    warnings,
  };
}

/** Every rejected record of a pipeline, as `aieng rejects --export` writes them. */
export const rejectsFile = (reading: Reading): Route => ({
  path: '/data/:name/rejects.ndjson',
  answer: async ({ params: { name = '' } }) => {
    await checkPipeline(reading, name);
    const record = await lastRejects(reading.context, name);
    const all =
      record === undefined || record.rejects === null
        ? []
        : decodeQuarantine(await reading.context.store.get(record.rejects));
    return {
      kind: 'file',
      name: `${name}-rejects.ndjson`,
      type: 'application/x-ndjson; charset=utf-8',
      content: all.map(rejectionLine).join(''),
    };
  },
});
