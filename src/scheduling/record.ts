import { canonicalJson, sha256 } from '../digest.ts';
import { usageError } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { parseExpression, parseTimezone } from '../cron/expression.ts';
import { scheduledVerbs } from './schedulers/names.ts';
import type { Schedule, ScheduleRecord, ScheduledVerb } from './schedule.ts';

/** Eight digits that tell two projects (or stores) of one user apart. */
export const projectMark = (root: string, store: string): string =>
  sha256(canonicalJson([root, store])).slice(0, 8);

/** `churn-monitor-retrain-1a2b3c4d`. */
export const scheduleId = ({
  pipeline,
  verbs,
  root,
  store,
}: Omit<Schedule, 'id' | 'expression' | 'timezone'>): string =>
  [pipeline, ...verbs, projectMark(root, store)].join('-');

const verbsInId = scheduledVerbs.map((verb) => `(-${verb})?`).join('');

/** The pipeline in an id, where nothing else says it. */
export const pipelineInId = (id: string): string => id.replace(new RegExp(`${verbsInId}-[0-9a-f]{8}$`), '');

/** An id as `scheduleId` makes it: safe as the name of a file, a unit, a lock. */
export const isScheduleId = (text: string): boolean =>
  new RegExp(`^[a-z0-9][a-z0-9_-]{0,62}${verbsInId}-[0-9a-f]{8}$`).test(text);

/**
 * `monitor,retrain` → the verbs, in the order in which they are done.
 *
 * @throws usage error for an unknown one, or none.
 */
export function parseVerbs(text: string): readonly ScheduledVerb[] {
  const words = text.split(',').map((word) => word.trim());
  for (const word of words)
    if (!scheduledVerbs.some((verb) => verb === word)) {
      const guess = nearest(word, scheduledVerbs);
      throw usageError({
        code: 'verb-not-schedulable',
        message:
          word === ''
            ? '--do names nothing.'
            : `--do ${word}: only ${scheduledVerbs.slice(0, -1).join(', ')} and ${scheduledVerbs.at(-1)} go on a clock.`,
        hint: guess === undefined ? 'For example: --do monitor,retrain' : `Did you mean --do ${guess}?`,
      });
    }
  return scheduledVerbs.filter((verb) => words.includes(verb));
}

/** The files of a schedule, absolute. */
export interface SchedulePaths {
  readonly record: string;
  readonly environment: string;
  /** The slot that was run last. */
  readonly state: string;
  readonly log: string;
}

/** `folder` is `<store>/schedules`. */
export const schedulePaths = (folder: string, id: string): SchedulePaths => ({
  record: `${folder}/${id}.json`,
  environment: `${folder}/${id}.env`,
  state: `${folder}/${id}.state`,
  log: `${folder}/${id}.log`,
});

/** Keys in one order, so that the same record is the same text. */
export const recordText = (record: ScheduleRecord): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(record)), null, 2)}\n`;

/** The end of the year 9999: no time of a damaged file is beyond what calendars compute with. */
const latest = 253_402_300_799_999;
const isInstant = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= latest;

const pipelineName = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

function parsedObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/**
 * A schedule from its file.
 *
 * @throws usage error `schedule-damaged` for anything that `recordText` did not write.
 */
export function parseRecord(text: string, path: string): ScheduleRecord {
  const { schema, id, pipeline, expression, timezone, verbs, root, store, on, installedAt, environment } =
    parsedObject(text);
  if (
    schema === 1 &&
    isText(id) &&
    isScheduleId(id) &&
    isText(pipeline) &&
    pipelineName.test(pipeline) &&
    isText(expression) &&
    isText(timezone) &&
    isTexts(verbs) &&
    isText(root) &&
    isText(store) &&
    isText(on) &&
    isInstant(installedAt) &&
    isTexts(environment)
  )
    return {
      schema,
      id,
      pipeline,
      expression: parseExpression(expression).text,
      timezone: parseTimezone(timezone),
      verbs: parseVerbs(verbs.join(',')),
      root,
      store,
      on,
      installedAt,
      environment,
    };
  throw usageError({
    code: 'schedule-damaged',
    message: `${path} is not a schedule that \`aieng schedule\` wrote.`,
    hint: 'Remove it and install the schedule again with `aieng schedule`.',
  });
}

/** What is written down before a slot is run. */
export interface ScheduleStanding {
  readonly lastSlot: number;
  /** When its run began: the run that is written down at the end begins then too. */
  readonly startedAt: number;
}

/** The slot that was run last, or undefined where the file does not say. */
export function parseState(text: string): ScheduleStanding | undefined {
  const { lastSlot, startedAt } = parsedObject(text);
  return isInstant(lastSlot) && isInstant(startedAt) ? { lastSlot, startedAt } : undefined;
}

export const stateText = ({ lastSlot, startedAt }: ScheduleStanding): string =>
  `${JSON.stringify({ lastSlot, startedAt })}\n`;
