import { cronProblem } from '../cron.ts';
import { field, numberAt, textAt } from '../fields.ts';
import type { Fault, Rule } from './rule.ts';

const cronSyntax: Rule = {
  name: 'cron-syntax',
  check: ({ ofKind }) =>
    ofKind('CronJob').flatMap((object): readonly Fault[] => {
      const schedule = textAt(object.spec, 'schedule') ?? '';
      const problem = cronProblem(schedule);
      if (problem === undefined) return [];
      return [
        {
          object,
          path: '/spec/schedule',
          message: `"${schedule}" ${problem}`,
          fix: 'Write five fields, e.g. "0 3 * * *" for each night at three.',
        },
      ];
    }),
};

function isTimeZone(name: string): boolean {
  // The controller would take its own machine's zone, and refuses to.
  if (name === '' || name.toLowerCase() === 'local') return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const timeZone: Rule = {
  name: 'cron-time-zone',
  check: ({ ofKind }) =>
    ofKind('CronJob')
      .filter((object) => !isTimeZone(textAt(object.spec, 'timeZone') ?? ''))
      .map((object) => ({
        object,
        path: '/spec/timeZone',
        message: `${textAt(object.spec, 'timeZone') ?? 'none'} is no time zone: when it runs would depend on the controller's machine`,
        fix: 'Set timeZone: Etc/UTC.',
      })),
};

const startingDeadline: Rule = {
  name: 'cron-deadline',
  check: ({ ofKind }) =>
    ofKind('CronJob')
      .filter((object) => (numberAt(object.spec, 'startingDeadlineSeconds') ?? 0) < 10)
      .map((object) => ({
        object,
        path: '/spec/startingDeadlineSeconds',
        message:
          'is missing or below ten seconds: after a long outage the controller gives up, or it misses runs between two looks',
        fix: 'Set startingDeadlineSeconds to some minutes.',
      })),
};

const restartPolicy: Rule = {
  name: 'restart-policy',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, pod, path }): readonly Fault[] => {
      const policy = textAt(pod, 'restartPolicy');
      const isJob = object.kind === 'Job' || object.kind === 'CronJob';
      const judgesPods =
        field(object.spec, 'podFailurePolicy') ??
        field(object.spec, 'jobTemplate', 'spec', 'podFailurePolicy');
      const allowed = !isJob
        ? [undefined, 'Always']
        : judgesPods === undefined
          ? ['Never', 'OnFailure']
          : ['Never'];
      if (allowed.includes(policy)) return [];
      return [
        {
          object,
          path: `${path}/restartPolicy`,
          message: `is ${policy ?? 'Always'}: the API refuses it here`,
          fix: isJob ? 'Set restartPolicy: Never.' : 'Leave restartPolicy out.',
        },
      ];
    }),
};

const indexedJob: Rule = {
  name: 'indexed-job',
  check: ({ ofKind }) =>
    ofKind('Job')
      .filter(
        ({ spec }) =>
          textAt(spec, 'completionMode') === 'Indexed' &&
          (numberAt(spec, 'completions') ?? 0) < Math.max(1, numberAt(spec, 'parallelism') ?? 1),
      )
      .map((object) => ({
        object,
        path: '/spec/completions',
        message: 'is missing, or less than parallelism: pods that have no shard',
        fix: 'Set completions to the number of shards and parallelism to no more.',
      })),
};

export const scheduleRules: readonly Rule[] = [
  cronSyntax,
  timeZone,
  startingDeadline,
  restartPolicy,
  indexedJob,
];
