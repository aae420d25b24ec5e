import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../errors.ts';
import { calendarEntries } from '../calendar.ts';
import { parseExpression } from '../../cron/expression.ts';
import { isScheduleId, schedulePaths } from '../record.ts';
import type { Schedule } from '../schedule.ts';
import type { FileChange, Scheduler, SchedulerContext, SchedulePlan } from '../scheduler.ts';
import { serviceText, timerText } from '../units.ts';
import type { UnitFacts } from '../units.ts';
import { machineTimezone } from './machineTimezone.ts';
import { runTool } from './tool.ts';

const timerOf = (id: string): string => `aieng-${id}.timer`;

/** Where a user's own units are: systemd.unit(5). */
function unitFolder({ variables }: SchedulerContext): string {
  const { XDG_CONFIG_HOME: configured, HOME: home } = variables;
  if (configured !== undefined && configured.startsWith('/')) return join(configured, 'systemd', 'user');
  if (home !== undefined && home.startsWith('/')) return join(home, '.config', 'systemd', 'user');
  throw usageError({
    code: 'scheduler-not-there',
    message: 'HOME is not set, so the folder of user units is not known.',
    hint: 'Set HOME (or XDG_CONFIG_HOME), or use --on cron.',
  });
}

/** @throws usage error where the file is somebody else's. */
async function ownFile(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw usageError({
      code: 'path-not-usable',
      message: `${path} cannot be read.`,
      hint: 'Make it readable for this user, or move it away.',
      cause: error,
    });
  });
  if (text === null || text.startsWith('# Made by `aieng schedule`')) return text;
  throw usageError({
    code: 'unit-not-ours',
    message: `${path} was not made by \`aieng schedule\`, so it is not touched.`,
    hint: 'Move it away, or use --on cron.',
  });
}

async function changes(
  id: string,
  context: SchedulerContext,
  texts: { readonly service: string | null; readonly timer: string | null },
): Promise<readonly FileChange[]> {
  const folder = unitFolder(context);
  const paths = [
    [join(folder, `aieng-${id}.service`), texts.service],
    [join(folder, timerOf(id)), texts.timer],
  ] as const;
  return Promise.all(paths.map(async ([path, after]) => ({ path, before: await ownFile(path), after })));
}

function unitFacts(schedule: Schedule, context: SchedulerContext): UnitFacts {
  const paths = schedulePaths(context.folder, schedule.id);
  return {
    id: schedule.id,
    title: `${schedule.verbs.join(' and ')} ${schedule.pipeline}`,
    calendar: calendarEntries(parseExpression(schedule.expression), schedule.timezone, context.now),
    command: [...context.command, paths.record],
    root: schedule.root,
    log: paths.log,
    startsContainers: context.startsContainers,
  };
}

const installing = (id: string): readonly (readonly string[])[] => [
  ['daemon-reload'],
  ['enable', '--now', timerOf(id)],
];
const removing = (id: string): readonly (readonly string[])[] => [['disable', '--now', timerOf(id)]];
const asTyped = (args: readonly string[]): string => ['systemctl', '--user', ...args].join(' ');

const systemctl = (args: readonly string[], context: SchedulerContext): ReturnType<typeof runTool> =>
  runTool('systemctl', ['--user', ...args], context.variables);

/** Is there a manager of this user's units that answers? (Not in a container, not in a session by `su`.) */
async function managerAnswers(context: SchedulerContext): Promise<boolean> {
  return (await systemctl(['show-environment'], context))?.exitCode === 0;
}

/** Calls them, or says them where no manager answers or it refuses. */
async function callAll(
  calls: readonly (readonly string[])[],
  context: SchedulerContext,
): Promise<readonly string[]> {
  const typed = calls.map(asTyped).join(' && ');
  if (!(await managerAnswers(context)))
    return [`No systemd of this user answers here: where one does, run \`${typed}\`.`];
  for (const args of calls) {
    const result = await systemctl(args, context);
    if (result?.exitCode === 0) continue;
    const said = result?.stderr.trim().split('\n')[0] ?? 'it is gone';
    return [`\`${asTyped(args)}\` failed (${said}): correct it, then run \`${typed}\`.`];
  }
  return [];
}

/** Stops the timer while its file is still there; where no manager answers, takes away what enabling had made. */
async function takeAway(
  plan: SchedulePlan,
  gone: readonly FileChange[],
  context: SchedulerContext,
): Promise<readonly string[]> {
  const answers = await managerAnswers(context);
  const said = answers ? await callAll(removing(plan.id), context) : [];
  const enabled = join(unitFolder(context), 'timers.target.wants', timerOf(plan.id));
  for (const path of [enabled, ...gone.map((file) => file.path)]) await rm(path, { force: true });
  const reload = [['daemon-reload']];
  if (answers) return [...said, ...(await callAll(reload, context))];
  const typed = [...reload, ['stop', timerOf(plan.id)]].map(asTyped).join(' && ');
  return [`No systemd of this user answers here: where one runs the timer, call \`${typed}\`.`];
}

async function apply(plan: SchedulePlan, context: SchedulerContext): Promise<readonly string[]> {
  const gone = plan.files.filter(({ before, after }) => before !== null && after === null);
  if (gone.length > 0) return takeAway(plan, gone, context);
  for (const { path, before, after } of plan.files)
    if (after !== null && after !== before) await context.writeFile(path, after);
  return plan.files.some(({ after }) => after !== null) ? callAll(installing(plan.id), context) : [];
}

/** Units of the user's own systemd: a timer and the service that it starts. */
export const systemd: Scheduler = {
  name: 'systemd',
  runs: 'machine',
  carriesEnvironment: true,
  timezone: machineTimezone,
  plan: async (schedule, context) => {
    if (context.output !== null)
      throw usageError({
        code: 'flags-do-not-fit',
        message: '--output is for schedulers whose files are read elsewhere; user units have their folder.',
        hint: 'Use --dry-run to see the units without installing them.',
      });
    const facts = unitFacts(schedule, context);
    return {
      id: schedule.id,
      files: await changes(schedule.id, context, { service: serviceText(facts), timer: timerText(facts) }),
      commands: installing(schedule.id).map(asTyped),
      words: [
        'Units of a user run while that user is logged in; `loginctl enable-linger` keeps them running always.',
      ],
    };
  },
  planRemoval: async (id, context) => {
    const files = await changes(id, context, { service: null, timer: null });
    const isThere = files.some(({ before }) => before !== null);
    return {
      id,
      files,
      commands: isThere ? [...removing(id), ['daemon-reload']].map(asTyped) : [],
      words: [],
    };
  },
  apply,
  list: async (context) => {
    if (context.variables.HOME === undefined && context.variables.XDG_CONFIG_HOME === undefined) return [];
    const folder = unitFolder(context);
    const names = await readdir(folder).catch(() => []);
    return names.flatMap((name) => {
      const id = /^aieng-(.+)\.timer$/.exec(name)?.[1];
      return id === undefined || !isScheduleId(id) ? [] : [{ id, where: join(folder, name) }];
    });
  },
};
