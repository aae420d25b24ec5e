import { readSchedules } from '../../scheduling/index.ts';
import type { Context } from '../context.ts';
import { scheduleHome } from '../scheduleStates.ts';
import { openAlerts } from './openAlerts.ts';

/**
 * What nobody tells of a pipeline whose receivers wait to be told: alerts go out with commands, and a service whose
 * supervisor starts it again in vain has none. Empty where a schedule that was installed here looks, or nobody is to be told.
 */
export async function unwatched(context: Context, pipeline: string): Promise<readonly string[]> {
  if ((await openAlerts(context, pipeline)) === null) return [];
  const { folder } = await scheduleHome(context);
  const { records } = await readSchedules(folder);
  if (records.some((record) => record.pipeline === pipeline && record.verbs.includes('monitor'))) return [];
  return [
    `No schedule that is known here runs monitor of ${pipeline}: alerts go out with commands only, so a service that fails while none runs is told of by the next one. \`aieng schedule ${pipeline} --every "*/5 * * * *" --do monitor --on cron\` looks every five minutes.`,
  ];
}
