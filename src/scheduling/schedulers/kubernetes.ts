import { join, relative } from 'node:path';
import type { Scheduler, SchedulerContext } from '../scheduler.ts';
import { applyFiles, changeOf, listFiles, marked, planFileRemoval, requireUtc } from './serverFile.ts';

/** Beside what `aieng deploy --manifests k8s` writes. */
const folderOf = ({ root, output }: SchedulerContext): string => output ?? join(root, 'k8s', 'schedule');

const shown = (path: string, { root }: SchedulerContext): string => {
  const inside = relative(root, path);
  return inside.startsWith('..') ? path : inside;
};

/** Name and namespace of each CronJob in a file of ours. */
const cronJobsIn = (text: string): readonly (readonly [name: string, namespace: string])[] =>
  [...text.matchAll(/^kind: CronJob\nmetadata:\n {2}name: (\S+)\n {2}namespace: (\S+)$/gm)].map(
    ([, name = '', namespace = '']) => [name, namespace],
  );

/** CronJobs of a cluster, as a file for `kubectl apply` or a GitOps repository. */
export const kubernetes: Scheduler = {
  name: 'kubernetes',
  runs: 'elsewhere',
  carriesEnvironment: true,
  timezone: () => Promise.resolve('UTC'),
  plan: async (schedule, context) => {
    requireUtc(schedule, 'kubernetes');
    const path = join(folderOf(context), `${schedule.id}.yaml`);
    const change = await changeOf(path, marked(schedule, await context.clusterObjects(schedule)));
    const apply = `kubectl apply --server-side --field-manager aieng -f ${shown(path, context)}`;
    return {
      id: schedule.id,
      files: [change],
      commands: [],
      words: [
        `The cluster gets it by \`${apply}\`, or from the repository that it is kept in.`,
        'The image was built and is named by its digest: push it with `aieng package --image <repository> --variant full --push`.',
      ],
    };
  },
  planRemoval: async (id, context) => {
    const files = await planFileRemoval(id, folderOf(context));
    const words = files.flatMap(({ before }) =>
      cronJobsIn(before ?? '').map(
        ([name, namespace]) =>
          `The CronJob itself goes with \`kubectl delete cronjob ${name} -n ${namespace}\`, or with the next \`aieng deploy\` whose schedule is null.`,
      ),
    );
    return { id, files, commands: [], words };
  },
  apply: async (plan, context) => {
    await applyFiles(plan, context.writeFile);
    return [];
  },
  list: (context) => listFiles(folderOf(context)),
};
