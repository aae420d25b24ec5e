import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lintGitHub } from '../../test/cli/workflowLint.ts';
import { githubWorkflow } from './githubWorkflow.ts';
import type { GitHubWorkflowOptions } from './githubWorkflow.ts';

const options: GitHubWorkflowOptions = {
  pipeline: 'churn',
  expression: '0 3 * * *',
  verbs: ['monitor', 'retrain'],
  nodeVersion: '20',
  aiengVersion: '0.1.0',
  root: '',
};
const variants: readonly GitHubWorkflowOptions[] = [
  options,
  { ...options, root: 'teams/risk models', pipeline: '0-day_model', verbs: ['run'] },
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
    expect(jobs.comment.permissions).toEqual({ 'pull-requests': 'write' });
    const used = jobs.comment.steps.map(({ uses }: { uses?: string }) => uses ?? '');
    expect(used.join(' ')).not.toContain('checkout');
    expect(concurrency['cancel-in-progress']).toBe(false);
    for (const job of [jobs.loop, jobs.check]) expect(JSON.stringify(job)).not.toContain('github.token');
  });

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
    ['github-workflow', { aiengVersion: 'latest; x' }],
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
    ['an action without a version', (text) => text.replace('actions/setup-node@v4', 'actions/setup-node')],
    ['an unknown key', (text) => text.replace('runs-on:', 'run-on:')],
    [
      'run beside uses',
      (text) => text.replace('- uses: actions/checkout@v4', '- uses: actions/checkout@v4\n        run: ls'),
    ],
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
