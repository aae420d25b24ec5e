import { usageError } from '../errors.ts';
import { gitHubCron } from './githubCron.ts';
import type { ScheduledVerb } from './schedule.ts';

/** What the workflow is for. */
export interface GitHubWorkflowOptions {
  readonly pipeline: string;
  /** Five fields, in UTC: GitHub knows no other zone. */
  readonly expression: string;
  /** In this order, each a step; one that ends with a verdict does not keep the next from running. */
  readonly verbs: readonly ScheduledVerb[];
  /** The file of the answers of `predict`, as the pipeline has it: it is kept with the run. */
  readonly answers: string;
  /** The source, where it is files of the project, as the pipeline has it: who changes them changes the model. */
  readonly source: string | null;
  /** `20`, `22.x` */
  readonly nodeVersion: string;
  /** The project inside its repository, with `/`; `` or `.` where it is the repository. */
  readonly root: string;
}

export interface GitHubWorkflow {
  /** Inside the repository. */
  readonly path: string;
  readonly text: string;
}

/** Each action by the commit of its version: a tag can be moved to other code, a commit cannot. */
const actions = {
  checkout: 'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2',
  setupNode: 'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0',
  cacheRestore: 'actions/cache/restore@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3',
  cacheSave: 'actions/cache/save@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3',
  uploadArtifact: 'actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2',
  downloadArtifact: 'actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0',
} as const;

/** JSON's strings are YAML's double-quoted ones. */
const quoted = (text: string): string => JSON.stringify(text);

function refuse(code: string, message: string, hint: string): never {
  throw usageError({ code, message, hint });
}

function checkRoot(root: string): string {
  const clean = root.replaceAll(/^(\.\/)+|\/+$/g, '');
  if (clean === '' || clean === '.') return '';
  const parts = clean.split('/');
  if (!parts.every((part) => /^[\w@+ .-]+$/.test(part) && !/^\.{1,2}$/.test(part)))
    refuse(
      'github-root',
      `The project's folder "${root}" cannot be named in a workflow.`,
      'Move the project to a folder of letters, digits, blanks and . _ - + @ inside its repository.',
    );
  return `${clean}/`;
}

function checkVersions({ pipeline, nodeVersion, verbs }: GitHubWorkflowOptions): void {
  const wrong = [
    /^[a-z0-9][a-z0-9_-]{0,62}$/.test(pipeline) ? null : `the pipeline's name "${pipeline}"`,
    /^\d+(\.(\d+|x)){0,2}$/.test(nodeVersion) ? null : `the version of Node "${nodeVersion}"`,
    verbs.length > 0 ? null : 'an empty list of commands',
  ].find((problem) => problem !== null);
  if (wrong !== undefined)
    refuse('github-workflow', `A workflow cannot be written with ${wrong}.`, 'Correct it and try again.');
}

const head = ({ pipeline, verbs }: GitHubWorkflowOptions, expression: string): string => `\
# Written by \`aieng schedule\`: ${verbs.join(', ')} of the pipeline ${pipeline} on a clock, and a check of every pull request.
# Change it as you like; \`aieng schedule\` shows a difference before it writes again.
#
# Every action is named by the commit of its version, and aieng is the one of package-lock.json (npm ci): nothing here is
# looked up by a name that somebody else may own. Both have to be committed.
#
# The clock is in UTC, may be minutes late when GitHub is busy, and starts only on the default branch.
# The store travels in GitHub's cache, which forgets what nobody used for 7 days. Where it has to last (versions,
# prediction logs), put it on a disk of a runner of your own and name it: AIENG_STORE.

name: ${quoted(`aieng ${pipeline}`)}

on:
  schedule:
    - cron: ${quoted(expression)}
  workflow_dispatch:
`;

/** A file, or all of a folder: GitHub's patterns do not tell which it is. Below `data/` it is meant already. */
const sourcePaths = (source: string | null): readonly string[] =>
  source === null || source.startsWith('data/') ? [] : [source, `${source}/**`];

const pullRequestPaths = (source: string | null, prefix: string, path: string): string => `\
  pull_request:
    paths:
${['pipelines/**', 'data/**', ...sourcePaths(source), 'package.json', 'package-lock.json']
  .map((each) => `      - ${quoted(prefix + each)}\n`)
  .join('')}      - ${quoted(path)}
`;

const common = ({ pipeline }: GitHubWorkflowOptions, prefix: string): string => `
# Runs of one pipeline wait for each other (of those that wait, GitHub keeps the newest); none is broken off.
concurrency:
  group: aieng-${pipeline}-\${{ github.event_name == 'pull_request' && github.ref || 'loop' }}
  cancel-in-progress: false

# Each job says what it may do; by default nothing.
permissions: {}

env:
  PIPELINE: ${quoted(pipeline)}
  PROJECT: ${quoted(prefix === '' ? '.' : prefix.slice(0, -1))}

defaults:
  run:
    shell: bash
`;

const checkout = `\
      - uses: ${actions.checkout}
        with:
          persist-credentials: false
`;

const setupNode = (nodeVersion: string, prefix: string): string => `\
      - uses: ${actions.setupNode}
        with:
          node-version: ${quoted(nodeVersion)}
          cache: npm
          cache-dependency-path: ${quoted(`${prefix}package-lock.json`)}
`;

const storeKey = (pipeline: string, prefix: string): string => `\
        with:
          path: ${quoted(`${prefix}.aieng`)}
          key: aieng-${pipeline}-\${{ runner.os }}-\${{ github.run_id }}-\${{ github.run_attempt }}
`;

/** The newest store of the default branch: a pull request may read it, and computes only what it changes. */
const restoreStore = (pipeline: string, prefix: string): string => `\
      - uses: ${actions.cacheRestore}
${storeKey(pipeline, prefix)}          restore-keys: aieng-${pipeline}-\${{ runner.os }}-
`;

const verbStep = (verb: ScheduledVerb): string => `\
      - name: ${verb}
        if: \${{ !cancelled() && steps.install.outcome == 'success' }}
        run: |
          cd "$PROJECT"
          npx --no-install aieng ${verb} "$PIPELINE"${verb === 'predict' ? ' --batch' : ''} --json --junit "$RUNNER_TEMP/aieng/${verb}.xml" --sarif "$RUNNER_TEMP/aieng/${verb}.sarif" > "$RUNNER_TEMP/aieng/${verb}.json"
`;

const install = `\
      - name: install
        id: install
        run: |
          mkdir -p "$RUNNER_TEMP/aieng"
          cd "$PROJECT"
          npm ci
`;

const upload = (pipeline: string): string => `\
      - uses: ${actions.uploadArtifact}
        if: always()
        with:
          name: aieng-${pipeline}
          path: \${{ runner.temp }}/aieng
          if-no-files-found: ignore
`;

/** The answers, and beside them what was refused. The machine is gone after the run. */
const uploadAnswers = (pipeline: string, answers: string): string => `\
      - uses: ${actions.uploadArtifact}
        if: \${{ !cancelled() && steps.install.outcome == 'success' }}
        with:
          name: ${quoted(`aieng-${pipeline}-answers`)}
          path: ${quoted(`${answers.replaceAll('{date}', '*')}*`)}
          if-no-files-found: warn
`;

/** The job on the clock. The cache is saved by a step of its own: actions/cache saves none where a job failed, as it does on an alarm. */
const loopJob = (
  { pipeline, verbs, nodeVersion, answers }: GitHubWorkflowOptions,
  prefix: string,
): string => `
jobs:
  loop:
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 120
    permissions:
      contents: read
      # For the sign-in below; it can do nothing without one.
      id-token: write
    steps:
${checkout}${setupNode(nodeVersion, prefix)}\
      # Sign in to a cloud without a stored secret (OpenID Connect), for a source or a store that lives there:
      # - uses: aws-actions/configure-aws-credentials@v4
      #   with:
      #     role-to-assume: arn:aws:iam::123456789012:role/aieng
      #     aws-region: eu-central-1
      # - uses: google-github-actions/auth@v2
      #   with:
      #     workload_identity_provider: projects/1/locations/global/workloadIdentityPools/github/providers/aieng
${restoreStore(pipeline, prefix)}\
${install}${verbs.map(verbStep).join('')}\
      - uses: ${actions.cacheSave}
        if: \${{ !cancelled() && steps.install.outcome == 'success' }}
${storeKey(pipeline, prefix)}${verbs.includes('predict') ? uploadAnswers(pipeline, prefix + answers) : ''}${upload(pipeline)}`;

const baseCheckout = `\
      - uses: ${actions.checkout}
        with:
          persist-credentials: false
          ref: \${{ github.event.pull_request.base.sha }}
          path: base
`;

const checkJob = ({ pipeline, nodeVersion }: GitHubWorkflowOptions, prefix: string): string => `
  # Runs the code of the pull request: with a token that reads, and no other.
  check:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 120
    permissions:
      contents: read
    steps:
${checkout}${setupNode(nodeVersion, prefix)}${restoreStore(pipeline, prefix)}${install}\
      - name: run the pipeline on the change
        run: |
          cd "$PROJECT"
          npx --no-install aieng run "$PIPELINE" --json --junit "$RUNNER_TEMP/aieng/run.xml" --sarif "$RUNNER_TEMP/aieng/run.sarif" > "$RUNNER_TEMP/aieng/head.json"
${baseCheckout.replace('\n        with:', '\n        if: ${{ !cancelled() }}\n        with:')}\
      # With its own code and store, outside the change, and with nothing said in the pull request. Whatever becomes of it,
      # the check is about the change.
      - name: run the pipeline on the base branch
        if: \${{ !cancelled() }}
        run: |
          mv base "$RUNNER_TEMP/base"
          cd "$RUNNER_TEMP/base/$PROJECT" || exit 0
          npm ci || exit 0
          env -u GITHUB_ACTIONS npx --no-install aieng run "$PIPELINE" --json > "$RUNNER_TEMP/aieng/base.json" || true
${upload(pipeline)}`;

const commentJob = ({ pipeline, nodeVersion }: GitHubWorkflowOptions, prefix: string): string => `
  # May write to the pull request, so it runs none of its code: only the aieng that the lock file of the base branch
  # names, on two files that it does not trust.
  comment:
    if: \${{ !cancelled() && github.event_name == 'pull_request' }}
    needs: check
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: ${actions.checkout}
        with:
          persist-credentials: false
          ref: \${{ github.event.pull_request.base.sha }}
${setupNode(nodeVersion, prefix)}\
      - uses: ${actions.downloadArtifact}
        with:
          name: aieng-${pipeline}
          path: reports
      - name: install
        id: install
        run: |
          if [ ! -f "$PROJECT/package-lock.json" ]; then
            echo "::notice::The base branch has no package-lock.json that names aieng: comments begin once it has."
            exit 0
          fi
          cd "$PROJECT"
          npm ci --omit=optional --ignore-scripts
          echo "ready=true" >> "$GITHUB_OUTPUT"
      - name: one comment, renewed by every run
        if: steps.install.outputs.ready == 'true'
        env:
          GITHUB_TOKEN: \${{ github.token }}
        run: |
          reports="$PWD/reports"
          base="$reports/base.json"
          if [ ! -s "$base" ]; then base=-; fi
          cd "$PROJECT"
          npx --no-install aieng compare "$base" "$reports/head.json" --comment
`;

/**
 * A GitHub Actions workflow that runs the loop on a clock (UTC) and, for every pull request that touches the project,
 * the pipeline on the change and on its base, with one comment that compares them. Pure: text for a file.
 *
 * Nothing that comes from a pull request is put into a script: it would run there.
 *
 * @throws usage errors (exit 2) for a schedule that GitHub does not take and for names that a workflow cannot hold.
 */
export function githubWorkflow(options: GitHubWorkflowOptions): GitHubWorkflow {
  checkVersions(options);
  const expression = gitHubCron(options.expression);
  const prefix = checkRoot(options.root);
  const path = `.github/workflows/aieng-${options.pipeline}.yml`;
  const text = [
    head(options, expression),
    pullRequestPaths(options.source, prefix, path),
    common(options, prefix),
    loopJob(options, prefix),
    checkJob(options, prefix),
    commentJob(options, prefix),
  ].join('');
  return { path, text };
}
