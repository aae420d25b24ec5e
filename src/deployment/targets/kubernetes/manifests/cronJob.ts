import type { KubernetesObject } from '../object.ts';
import { clusterCron } from '../cron.ts';
import { jobContainer, jobTemplate, podFailurePolicy } from './job.ts';
import { versioned } from './subject.ts';
import type { Subject } from './subject.ts';

interface Look {
  readonly component: 'run' | 'monitor' | 'retrain' | 'predict';
  readonly schedule: string | null;
  /** A run that takes longer is ended. */
  readonly deadlineSeconds: number;
  readonly args: readonly string[];
}

/** Puts the bundle of the image into the claim's store, as what serves: `monitor` and `retrain` compare with that. */
const adoptArguments = ['__adopt', '/opt/bundle'] as const;

const cronJob = (subject: Subject, schedule: string, look: Omit<Look, 'schedule'>): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: versioned(subject, look.component, `-${look.component}`),
  spec: {
    schedule: clusterCron(schedule),
    timeZone: 'Etc/UTC',
    // A run that is still going on does the work of the next one.
    concurrencyPolicy: 'Forbid',
    // A run that the cluster missed is made up within this time, and dropped after it.
    startingDeadlineSeconds: 600,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        backoffLimit: 1,
        activeDeadlineSeconds: look.deadlineSeconds,
        podFailurePolicy,
        template: jobTemplate(subject, look.component, {
          first: jobContainer(subject, 'adopt', adoptArguments),
          main: jobContainer(subject, look.component, look.args),
        }),
      },
    },
  },
});

/** What looks after the model, or works with it: one CronJob for each schedule that is set. */
export function cronJobs(subject: Subject): readonly KubernetesObject[] {
  const { settings } = subject;
  const { name } = subject.wish;
  const looks: readonly Look[] = [
    {
      component: 'run',
      schedule: settings.runSchedule,
      deadlineSeconds: 4 * 60 * 60,
      // As `retrain`: it makes a version in the store, and deploying stays outside.
      args: ['run', name, '--to', 'package', '--wait', '0', '--json'],
    },
    {
      component: 'monitor',
      schedule: settings.monitorSchedule,
      deadlineSeconds: 15 * 60,
      args: ['monitor', name, '--json'],
    },
    {
      component: 'retrain',
      schedule: settings.retrainSchedule,
      deadlineSeconds: 4 * 60 * 60,
      // Promotes in the store; a pod has no right to change the cluster, so that deploying stays outside.
      args: ['retrain', name, '--wait', '0', '--no-deploy', '--json'],
    },
    {
      component: 'predict',
      schedule: settings.predictSchedule,
      deadlineSeconds: 4 * 60 * 60,
      args: ['predict', name, '--batch', '--json'],
    },
  ];
  return looks.flatMap(({ schedule, ...look }) =>
    schedule === null ? [] : [cronJob(subject, schedule, look)],
  );
}
