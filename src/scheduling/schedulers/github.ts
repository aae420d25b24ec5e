import { access, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { githubWorkflow } from '../githubWorkflow.ts';
import type { Scheduler, SchedulerContext } from '../scheduler.ts';
import { applyFiles, changeOf, listFiles, marked, planFileRemoval, requireUtc } from './serverFile.ts';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The folder of the repository around the project; the project itself where there is none. */
async function repositoryOf({ root }: SchedulerContext): Promise<string> {
  for (let folder = root; ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return root;
  }
}

const placeOf = async (context: SchedulerContext): Promise<string> =>
  context.output ?? (await repositoryOf(context));

const workflowsOf = async (context: SchedulerContext): Promise<string> =>
  join(await placeOf(context), '.github', 'workflows');

/** The workflow runs the aieng that the project's lock file names; without one it has nothing to run. */
async function missingLock({ root }: SchedulerContext): Promise<readonly string[]> {
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8').catch(() => null);
  if (lock?.includes('"node_modules/aieng"') === true) return [];
  const what = lock === null ? 'There is no package-lock.json here' : 'package-lock.json does not name aieng';
  return [
    `${what}: the workflow installs what it names (\`npm ci\`). First: \`npm install --save-exact aieng\`, and commit package.json and package-lock.json.`,
  ];
}

/** A workflow of GitHub Actions in the project's repository. */
export const github: Scheduler = {
  name: 'github',
  runs: 'elsewhere',
  carriesEnvironment: false,
  timezone: () => Promise.resolve('UTC'),
  plan: async (schedule, context) => {
    requireUtc(schedule, 'github');
    const { path, text } = githubWorkflow({
      pipeline: schedule.pipeline,
      expression: schedule.expression,
      verbs: schedule.verbs,
      answers: context.answers,
      source: context.source,
      nodeVersion: context.nodeVersion.replace(/^v?(\d+).*$/, '$1'),
      root: relative(await repositoryOf(context), context.root)
        .split(sep)
        .join('/'),
    });
    const change = await changeOf(join(await placeOf(context), path), marked(schedule, text));
    const words = [
      ...(await missingLock(context)),
      'Commit the workflow and push it to the default branch: GitHub’s clock reads it there.',
    ];
    return { id: schedule.id, files: [change], commands: [], words };
  },
  planRemoval: async (id, context) => {
    const files = await planFileRemoval(id, await workflowsOf(context));
    const words = files.length === 0 ? [] : ['Commit the removal and push it to the default branch.'];
    return { id, files, commands: [], words };
  },
  apply: async (plan, context) => {
    await applyFiles(plan, context.writeFile);
    return [];
  },
  list: async (context) => listFiles(await workflowsOf(context)),
};
