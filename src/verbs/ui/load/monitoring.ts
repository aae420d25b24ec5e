import { usageError } from '../../../errors.ts';
import type { Look } from '../../../monitoring/history/look.ts';
import { historyOf } from '../../../project/history/looks.ts';
import type { Html } from '../../../reporting/html.ts';
import { besideSections, monitorSections, retrainTone, trendSections } from '../../../reporting/index.ts';
import type { MonitorReport } from '../../../monitoring/report.ts';
import { monitorReportKind } from '../../../tracking/monitorReports.ts';
import { readRecord } from '../../../tracking/recordKind.ts';
import { readLooks } from '../../../tracking/runs/looks.ts';
import type { Asked } from '../../../ui/page.ts';
import type { LookFacts, MonitoringFacts, TimeLine } from '../../../ui/pages/monitoring/monitoring.tsx';
import { utcMinute } from '../../../utc.ts';
import { pipelineNames } from './overview.ts';
import type { Reading } from './reading.ts';

const tones = { calm: 'good', alarm: 'bad', accepted: 'good', 'not enough data': 'wait' } as const;

/** The trends of the newest state of each pipeline: to draw them takes a second. */
const drawn = new Map<string, { readonly of: string; readonly sections: readonly Html[] }>();

/** @throws a usage error for a name that no pipeline has: it becomes part of a path no sooner. */
export async function checkPipeline({ context }: Pick<Reading, 'context'>, name: string): Promise<void> {
  if ((await pipelineNames(context)).includes(name)) return;
  throw usageError({
    code: 'pipeline-unknown',
    message: `There is no pipeline ${name.slice(0, 80)}.`,
    hint: 'The overview lists them.',
  });
}

/** The pipeline that is asked for, else the first one of those that `has` something to show, else the first. */
export async function chosenPipeline(
  { context }: Reading,
  { query }: Asked,
  has: (name: string) => Promise<boolean>,
): Promise<{ readonly pipelines: readonly string[]; readonly name: string | null }> {
  const pipelines = await pipelineNames(context);
  const asked = query.get('pipeline');
  if (asked !== null && asked !== '') {
    await checkPipeline({ context }, asked);
    return { pipelines, name: asked };
  }
  for (const name of pipelines) if (await has(name)) return { pipelines, name };
  return { pipelines, name: pipelines[0] ?? null };
}

const lineOfLook = (name: string, id: string, look: Look): TimeLine => ({
  key: id,
  at: look.at,
  href: `/monitoring/${encodeURIComponent(name)}/${id}`,
  what: `${look.version === null ? 'look' : `look at version ${look.version}`}${look.of === 'file' ? ', a file' : ''}`,
  said: look.decision,
  tone: tones[look.decision],
  changed: look.changed ?? '–',
  rows: look.rows,
  metric:
    look.performance.current === null
      ? null
      : { name: look.performance.metric, value: look.performance.current },
});

/** Monitoring of a pipeline over time. */
export async function loadMonitoring(reading: Reading, asked: Asked): Promise<MonitoringFacts> {
  const { context } = reading;
  const has = async (name: string): Promise<boolean> =>
    (await readLooks(context, name, 1)).records.length > 0;
  const { pipelines, name } = await chosenPipeline(reading, asked, has);
  if (name === null) return { pipelines, name, trends: [], lines: [], warnings: [] };
  const { looks, decisions, moves, damaged } = await historyOf(context, name);
  const of = JSON.stringify([looks[0]?.id, looks.length, decisions[0]?.id, moves.length]);
  if (drawn.get(name)?.of !== of) {
    const sections = trendSections({
      looks: looks.map(({ content }) => content),
      decisions: decisions.map(({ content: { at, decision, because } }) => ({
        at,
        decision,
        because,
        page: null,
      })),
      moves,
    });
    drawn.set(name, { of, sections });
  }
  const lines: TimeLine[] = [
    ...looks.map(({ id, content }) => lineOfLook(name, id, content)),
    ...decisions.map(({ id, content }) => ({
      key: `d${id}`,
      at: content.at,
      href: `/decisions/${encodeURIComponent(name)}/${id}`,
      what: 'retraining',
      said: content.decision.replaceAll('-', ' '),
      tone: retrainTone(content.decision),
      changed: content.because,
      rows: null,
      metric: null,
    })),
    ...moves.map((move, place) => ({
      key: `m${place}`,
      at: move.at,
      href: null,
      what: 'in charge',
      said: move.name,
      tone: 'plain' as const,
      changed: '',
      rows: null,
      metric: null,
    })),
  ];
  return {
    pipelines,
    name,
    trends: drawn.get(name)?.sections ?? [],
    lines: lines.sort((left, right) => right.at - left.at),
    warnings:
      damaged === 0 ? [] : [`${damaged} records of ${name} cannot be read: \`aieng doctor\` names them.`],
  };
}

async function reportOf({ context }: Reading, name: string, id: string): Promise<MonitorReport> {
  const report = /^[0-9A-Za-z]{1,40}$/.test(id)
    ? await readRecord(context.store, monitorReportKind, { of: name, id })
    : undefined;
  if (report === undefined)
    throw usageError({
      code: 'look-gone',
      message: 'The report of that look is not there: `aieng gc` keeps reports for 30 days.',
      hint: 'Choose a newer look; its trend is still drawn.',
    });
  return report;
}

/** Reports that can be put beside one. */
const others = 60;

/** One look, or two side by side. */
export async function loadLook(reading: Reading, { params, query }: Asked): Promise<LookFacts> {
  const { name = '', look: id = '' } = params;
  await checkPipeline(reading, name);
  const report = await reportOf(reading, name, id);
  const asked = query.get('beside') ?? '';
  const sections =
    asked === '' ? monitorSections(report) : besideSections(await reportOf(reading, name, asked), report);
  const { records } = await readLooks(reading.context, name, others);
  return {
    name,
    at: report.at,
    id,
    beside: asked === '' ? null : asked,
    sections,
    others: records
      .filter((other) => other.id !== id)
      .map((other) => ({ id: other.id, text: `${utcMinute(other.content.at)}: ${other.content.decision}` })),
  };
}
