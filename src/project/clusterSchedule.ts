import { scheduleText } from '../deployment/index.ts';
import type { Schedule, ScheduledVerb } from '../scheduling/schedule.ts';
import { resolveBundle } from './bundles.ts';
import type { Context } from './context.ts';
import { prepareFor } from './deployment/bringUp.ts';
import { placeOf } from './deployment/place.ts';
import { openPipeline } from './openPipeline.ts';

/**
 * The CronJobs of a schedule and what they need, for the newest version that passed its gates, as YAML. The image is
 * built, so that it can be named by its digest; nothing is pushed or applied.
 */
export async function clusterSchedule(
  context: Context,
  { pipeline: name, expression, verbs }: Schedule,
): Promise<string> {
  const place = placeOf(await openPipeline(context, name));
  const on = (verb: ScheduledVerb): string | null => (verbs.includes(verb) ? expression : null);
  const kubernetes = {
    ...place.settings.kubernetes,
    monitorSchedule: on('monitor'),
    retrainSchedule: on('retrain'),
    runSchedule: on('run'),
    predictSchedule: on('predict'),
  };
  const named = await resolveBundle(context, name);
  const settings = { ...place.settings, kubernetes };
  const there = { ...place, target: 'kubernetes', settings };
  const { wish, access } = await prepareFor(context, named, there, { push: false });
  return scheduleText(wish, access);
}
