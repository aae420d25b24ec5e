import type { MonitorReport } from '../../monitoring/report.ts';
import type { SecondReport } from '../../monitoring/second.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { concludeSecond } from '../../project/deployment/concludeSecond.ts';
import { statusOf } from '../../project/deployment/place.ts';
import { secondNow } from '../../project/deployment/second.ts';
import { judgeBeside } from '../../project/observation/second.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { LabelledQuery } from '../../traffic/labelled.ts';
import type { Acceptance } from './accept.ts';

/** Judges what runs beside the version in charge, and does what follows; null where nothing does. */
async function besideIt(
  context: Context,
  pipeline: Pipeline,
  champion: NamedBundle,
  { performance: { selection = null } }: MonitorReport,
  query: LabelledQuery,
): Promise<SecondReport | null> {
  const second = await secondNow(context, pipeline.name);
  const served = await deployedBundle(context, pipeline.name);
  const isThere = (await statusOf(context, pipeline.name)).second !== undefined;
  if (second?.since === undefined || served?.digest !== champion.bundle.digest || !isThere) return null;
  const { since, ...beside } = second;
  const said = selection?.message ?? null;
  const report = await judgeBeside(context, pipeline, champion.bundle, { ...beside, since }, query, said);
  return { ...report, done: await concludeSecond(context, pipeline, champion, second, report) };
}

/** What became of a canary stands in the report; what was taken back is an alarm. */
function told({ report, warnings }: Acceptance, second: SecondReport, { name }: Pipeline): Acceptance {
  const shown = `${name}@${second.version ?? second.bundle.slice(0, 12)}`;
  const message = `The ${second.role} ${shown} was taken back: ${second.because}`;
  const alarms =
    second.done === 'taken back'
      ? [...report.alarms, { kind: 'canary', message, columns: [] } as const]
      : report.alarms;
  const waits = second.state === 'good' && second.done === 'nothing';
  return {
    report: {
      ...report,
      second,
      alarms,
      decision: alarms.length > report.alarms.length ? 'alarm' : report.decision,
    },
    warnings: [
      ...warnings,
      ...(second.done === 'promoted' ? [`The ${second.role} ${shown} took over: ${second.because}`] : []),
      ...(waits
        ? [`The ${second.role} ${shown} waits for \`aieng deploy ${name} --promote\`: ${second.because}`]
        : []),
    ],
  };
}

/** A report with what became of a canary or shadow, where one runs beside the version in charge. */
export async function withBeside(
  context: Context,
  pipeline: Pipeline,
  champion: NamedBundle,
  accepted: Acceptance,
  query: LabelledQuery,
): Promise<Acceptance> {
  const second = await besideIt(context, pipeline, champion, accepted.report, query);
  if (second === null) return { ...accepted, report: { ...accepted.report, second } };
  return told(accepted, second, pipeline);
}
