import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lintGitHub } from '../../test/cli/workflowLint.ts';
import { githubWorkflow } from './githubWorkflow.ts';
import type { GitHubWorkflowOptions } from './githubWorkflow.ts';

const options: GitHubWorkflowOptions = {
  pipeline: 'churn',
  expression: '0 3 * * *',
  verbs: ['monitor', 'retrain'],
  answers: 'scored/{date}.csv',
  source: 'data/churn.csv',
  nodeVersion: '20',
  root: '',
};
const variants: readonly GitHubWorkflowOptions[] = [
  options,
  { ...options, root: 'teams/risk models', pipeline: '0-day_model', verbs: ['run'] },
  { ...options, verbs: ['run', 'predict'], root: 'models' },
  { ...options, root: './models/', expression: '*/5  0-6,8 1 JAN-mar MON', nodeVersion: '22.x' },
];

describe('the workflow of GitHub Actions', () => {
  it.each(variants)('%j follows the syntax and its lint', (each) => {
    expect(lintGitHub('workflow', githubWorkflow(each).text)).toEqual([]);
  });

  it('is named by the pipeline, and the same text each time', () => {
    expect(githubWorkflow(options).path).toBe('.github/workflows/aieng-churn.yml');
    expect(githubWorkflow(options)).toEqual(githubWorkflow({ ...options }));
  });

  it('starts on the clock, by hand, and for pull requests that touch the project', () => {
    const { on } = parse(githubWorkflow({ ...options, root: 'models' }).text);
    expect(on.schedule).toEqual([{ cron: '0 3 * * *' }]);
    expect(on).toHaveProperty('workflow_dispatch');
    expect(on.pull_request.paths).toContain('models/pipelines/**');
    expect(on.pull_request.paths).toContain('.github/workflows/aieng-churn.yml');
  });

  it('starts for pull requests that change the source, wherever in the project it lies', () => {
    const paths = (source: string | null): string[] =>
      parse(githubWorkflow({ ...options, source, root: 'models' }).text).on.pull_request.paths;
    expect(paths('orders.csv')).toEqual(expect.arrayContaining(['models/orders.csv', 'models/data/**']));
    expect(paths('exports')).toContain('models/exports/**');
    expect(paths('data/churn.csv')).toEqual(paths(null));
  });

  it.each(['0,5,59 * * * *', '10-20/5 * * * *', '3-59/7 * * * *', '*/30 * * * *'])(
    'takes %j',
    (expression) => {
      expect(parse(githubWorkflow({ ...options, expression }).text).on.schedule).toEqual([
        { cron: expression },
      ]);
    },
  );

  it('gives each job the least it needs; who may write runs none of the code of the pull request', () => {
    const { permissions, jobs, concurrency } = parse(githubWorkflow(options).text);
    expect(permissions).toEqual({});
    expect(jobs.loop.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs.check.permissions).toEqual({ contents: 'read' });
    expect(jobs.comment.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    const [{ with: checkedOut }] = jobs.comment.steps;
    expect(checkedOut).toEqual({
      'persist-credentials': false,
      ref: '${{ github.event.pull_request.base.sha }}',
    });
    expect(concurrency['cancel-in-progress']).toBe(false);
    for (const job of [jobs.loop, jobs.check]) expect(JSON.stringify(job)).not.toContain('github.token');
  });

  it.each(variants)(
    '%j runs nothing that is looked up by its name: what the lock file pins, actions by commits',
    (each) => {
      const { text } = githubWorkflow(each);
      for (const [line] of text.matchAll(/^.*\b(?:npx|npm)\b.*$/gm))
        expect(line).toMatch(/^#|cache: npm|npx --no-install aieng |npm ci\b/);
      const used = [...text.matchAll(/^[^#\n]*uses: (.*)$/gm)].map(([, action]) => action);
      expect(used.length).toBeGreaterThan(8);
      for (const action of used) expect(action).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );

  it('runs each command though the one before raised an alarm, and keeps the store then too', () => {
    const { jobs } = parse(githubWorkflow(options).text);
    const steps: Record<string, string>[] = jobs.loop.steps;
    for (const verb of ['monitor', 'retrain']) {
      const step = steps.find(({ name }) => name === verb)!;
      expect(step['if']).toContain('!cancelled()');
      expect(step['run']).toContain(`aieng ${verb} "$PIPELINE" --json --junit`);
    }
    expect(steps.find(({ uses }) => uses?.startsWith('actions/cache/save@') === true)?.['if']).toContain(
      '!cancelled()',
    );
    expect(steps.at(-1)).toMatchObject({ if: 'always()' });
  });

  it('predicts what the pipeline names, and keeps the answers and what was refused', () => {
    const { jobs } = parse(githubWorkflow({ ...options, verbs: ['predict'], root: 'models' }).text);
    const steps: Record<string, unknown>[] = jobs.loop.steps;
    expect(steps.find(({ name }) => name === 'predict')?.['run']).toContain(
      'aieng predict "$PIPELINE" --batch --json',
    );
    expect(steps.map((step) => step['with'])).toContainEqual({
      name: 'aieng-churn-answers',
      path: 'models/scored/*.csv*',
      'if-no-files-found': 'warn',
    });
    expect(githubWorkflow(options).text).not.toContain('answers');
  });

  it.each<[string, Partial<GitHubWorkflowOptions>]>([
    ['github-cron', { expression: '@daily' }],
    ['github-cron', { expression: '0 3 * *' }],
    ['github-cron', { expression: '0 0 3 * * *' }],
    ['github-cron', { expression: '* * * * *' }],
    ['github-cron', { expression: '*/2 * * * *' }],
    ['github-cron', { expression: '0-59 * * * *' }],
    ['github-cron', { expression: '0,3 * * * *' }],
    ['github-cron', { expression: '10-20/4 3 * * *' }],
    ['github-cron', { expression: '50-59/2 * * * *' }],
    ['github-cron', { expression: '0 3 * * ${{x}}' }],
    ['github-cron', { expression: '0 3 * * *"' }],
    ['github-root', { root: '../outside' }],
    ['github-root', { root: 'a/../../b' }],
    ['github-root', { root: '${{ secrets.X }}' }],
    ['github-root', { root: 'a\nb' }],
    ['github-root', { root: '/absolute' }],
    ['github-workflow', { pipeline: 'a"; rm -rf /' }],
    ['github-workflow', { pipeline: '${{ github.token }}' }],
    ['github-workflow', { nodeVersion: '20"' }],
    ['github-workflow', { verbs: [] }],
  ])('%s: %j is a usage error', (code, changes) => {
    expect(() => githubWorkflow({ ...options, ...changes })).toThrow(
      expect.objectContaining({ code, exitCode: 2 }),
    );
  });
});

describe('the lint', () => {
  const good = githubWorkflow(options).text;
  it.each<[string, (text: string) => string]>([
    ['an action without a version', (text) => text.replace(/actions\/setup-node@\w+/, 'actions/setup-node')],
    ['an action by its tag', (text) => text.replace(/actions\/setup-node@\w+/, 'actions/setup-node@v4')],
    ['an unknown key', (text) => text.replace('runs-on:', 'run-on:')],
    ['run beside uses', (text) => text.replace(/- uses: actions\/checkout@\w+/, '$&\n        run: ls')],
    ['an expression in a script', (text) => text.replace('cd "$PROJECT"', 'cd "${{ github.head_ref }}"')],
    ['a variable without quotes', (text) => text.replace('cd "$PROJECT"', 'cd $PROJECT')],
    ['an open expression', (text) => text.replace('${{ github.token }}', '${{ github.token }')],
    ['an unknown permission', (text) => text.replace('contents: read', 'content: read')],
    ['a job that is not there', (text) => text.replace('needs: check', 'needs: checks')],
    ['a step that is not there', (text) => text.replace('id: install', 'id: setup')],
    [
      'a checkout that keeps the token',
      (text) => text.replace('persist-credentials: false', 'persist-credentials: true'),
    ],
    ['a key twice', (text) => text.replace('    needs: check\n', '    needs: check\n    needs: check\n')],
    ['six fields', (text) => text.replace('"0 3 * * *"', '"0 0 3 * * *"')],
  ])('notices %s', (_name, breakIt) => {
    const broken = breakIt(good);
    expect(broken).not.toBe(good);
    expect(lintGitHub('workflow', broken)).not.toEqual([]);
  });
});
