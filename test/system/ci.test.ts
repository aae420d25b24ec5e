import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exitMeanings } from '../../src/cli/exitMeanings.ts';
import { verbs } from '../../src/verbs/index.ts';
import { exitCodes } from '../../src/errors.ts';
import { githubWorkflow } from '../../src/scheduling/githubWorkflow.ts';
import { fakeGitHub } from '../cli/fakeGitHub.ts';
import { repository } from '../cli/support.ts';
import type { Parsed } from '../cli/support.ts';
import { lintGitHub } from '../cli/workflowLint.ts';
import { junitCases } from '../cli/xml.ts';
import { fencedBlocks, Runner, runnerPath, runScript, tableRows } from './ciSteps.ts';
import type { Step } from './ciSteps.ts';
import { gitlabSchema } from './gitlabSchema.ts';
import { createPenguinsProject, penguins, penguinsPipeline } from './penguinsProject.ts';
import type { Project } from './project.ts';

const page = 'docs/deploy/ci.md';
const blocks = fencedBlocks(page);
const block = (firstLine: string): string => {
  const text = blocks.get(firstLine);
  if (text === undefined) throw new Error(`${page} has no block that begins with ${firstLine}`);
  return text;
};
const read = (project: Project, path: string): string => readFileSync(join(project.folder, path), 'utf8');
const json = (project: Project, path: string): Parsed => JSON.parse(read(project, path));

/** Penguins of another island and three times the weight. */
const shifted = (): string =>
  penguins()
    .split('\n')
    .map((line, index) =>
      index === 0 ? line : line.replace(/,(\d{4}),/, (_all, mass: string) => `,${Number(mass) * 3},`),
    )
    .join('\n');
const strictGate = penguinsPipeline('data/penguins.csv', 1).replace(
  'slices:',
  'gates: [{ metric: log_loss, at_most: 0.000001 }], slices:',
);

let project: Project;
beforeAll(() => {
  project = createPenguinsProject();
  project.write('shifted.csv', shifted());
  project.write('pipelines/strict.yaml', strictGate);
  project.write('pipelines/broken.yaml', penguinsPipeline('data/broken.csv'));
  project.write('data/broken.csv', penguins().replaceAll(/,(\d{4}),/g, ',heavy,'));
  // With the schema of the good rows: the broken ones are then rejected, not a column of words.
  project.write('pipelines/broken.schema.json', '');
});

describe('the tables of the page', () => {
  it('has every exit code, and says what it means', () => {
    const codes = tableRows(page).filter(([code]) => /^\d+$/.test(code ?? ''));
    expect(codes.map(([code]) => Number(code))).toEqual(Object.values(exitCodes));
    expect(codes.map(([, meaning]) => meaning)).toEqual(
      Object.values(exitCodes).map((code) => exitMeanings[code]),
    );
  });

  it('has every command with the exit codes that its help has', () => {
    const rows = tableRows(page).filter((cells) => cells.length === 7 && (cells[0] ?? '').startsWith('`'));
    const told = new Map(
      rows.flatMap((cells) =>
        [...cells[0]!.matchAll(/`(\w+)`/g)].map(([, verb]) => [verb!, cells[6]!.replace('–', '')] as const),
      ),
    );
    const shown = verbs.filter(({ group, name }) => group !== 'hidden' && name !== 'completion');
    expect([...told].sort()).toEqual(shown.map(({ name, exits }) => [name, exits.join(', ')]).sort());
  });
});

describe('the shell recipe', () => {
  const recipe = block('#!/bin/sh');
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runScript(['sh'], recipe, {
      cwd: project.folder,
      env: { PATH: runnerPath(), HOME: project.folder, ...env },
      args,
    });

  it('makes the bundle, with its reports', async () => {
    const { exitCode, output } = await run(['run', 'species']);
    expect(output).toContain('run: done');
    expect(exitCode).toBe(0);
    expect(json(project, 'reports/run.json')).toMatchObject({ ok: true, pipeline: 'species', version: 1 });
    expect(junitCases(read(project, 'reports/run.xml')).length).toBeGreaterThan(5);
    expect(JSON.parse(read(project, 'reports/run.sarif')).version).toBe('2.1.0');
  });

  it('says a failed gate, rejected data and an alarm in words, and keeps the exit code', async () => {
    project.write('pipelines/broken.schema.json', read(project, 'pipelines/species.schema.json'));
    const gate = await run(['train', 'strict']);
    expect([gate.exitCode, gate.output.includes('not good enough')]).toEqual([4, true]);
    const failed = junitCases(read(project, 'reports/train.xml')).filter(
      ({ children }) => children[0]?.name === 'failure',
    );
    expect(failed.map(({ attributes }) => attributes['classname'])).toContain('aieng.strict.gate');
    const data = await run(['validate', 'broken']);
    expect([data.exitCode, data.output.includes('data was rejected')]).toEqual([3, true]);
    const alarm = await run(['monitor', 'species', '--bundle', 'species@1', '--current', 'shifted.csv']);
    expect([alarm.exitCode, alarm.output.includes('an alarm')]).toEqual([5, true]);
    expect(read(project, 'reports/monitor.xml')).toContain('aieng.species.alarm-drift');
    const wrong = await run(['train', 'speceis']);
    expect([wrong.exitCode, wrong.output.includes('failed with 2')]).toEqual([2, true]);
  });

  it.each([
    [6, 'the deploy failed'],
    [7, 'try again later'],
    [8, 'failed with 8'],
  ])('has words for %i', async (code, words) => {
    const { exitCode, output } = await run(['deploy'], { FAKE_EXIT: String(code) });
    expect([exitCode, output.includes(words)]).toEqual([code, true]);
  });
});

describe('the GitLab recipe', () => {
  const text = block('# .gitlab-ci.yml');
  const recipe: Parsed = parse(text);
  const validate = new Ajv2020({ allErrors: true, strict: false }).compile(gitlabSchema);

  it('follows the syntax; stages, needs and extends are there', () => {
    validate(recipe);
    expect(validate.errors ?? []).toEqual([]);
    const jobs = Object.entries<Parsed>(recipe).filter(([, job]) => job.script !== undefined);
    for (const [, job] of jobs) {
      expect(recipe.stages).toContain(job.stage);
      expect(recipe).toHaveProperty([job.extends]);
      for (const needed of job.needs ?? []) expect(jobs.map(([name]) => name)).toContain(needed);
    }
    expect(validate({ ...recipe, monitor: { ...recipe.monitor, allow_fail: true } })).toBe(false);
  });

  it('its scripts run; an alarm is allowed to fail', async () => {
    const fresh = createPenguinsProject();
    const variables = {
      PIPELINE: 'species',
      CI_PROJECT_DIR: fresh.folder,
      AIENG_STORE: join(fresh.folder, '.aieng'),
    };
    const run = (job: Parsed) =>
      runScript(['sh', '-e'], [...recipe['.aieng'].before_script, ...job.script].join('\n'), {
        cwd: fresh.folder,
        env: { PATH: runnerPath(), HOME: fresh.folder, ...variables },
      });
    const check = await run(recipe.check);
    expect(check.output).not.toContain('error:');
    expect(check.exitCode).toBe(0);
    expect(existsSync(join(fresh.folder, '.aieng'))).toBe(true);
    expect(junitCases(read(fresh, 'reports/run.xml')).length).toBeGreaterThan(5);
    for (const verb of ['monitor', 'retrain']) {
      expect((await run(recipe[verb])).exitCode).toBe(0);
      // Nothing was served yet: that is no alarm, and no reason to train.
      expect(json(fresh, `reports/${verb}.json`).decision).toMatch(/^(not.enough.data|no-trigger)$/);
    }
    expect(recipe.monitor.allow_failure.exit_codes).toEqual([exitCodes.alarm]);
    expect(recipe.retrain.allow_failure.exit_codes).toEqual([exitCodes.gateFailed, exitCodes.busy]);
  });
});

describe('the action', () => {
  const source = readFileSync(join(repository, 'action.yml'), 'utf8');
  const action: Parsed = parse(source);
  const steps: Step[] = action.runs.steps;
  const step = (id: string): Step => steps.find((each) => each.id === id)!;

  /** Both scripts with these inputs; the others have their defaults. */
  async function use(inputs: Readonly<Record<string, string>>, folder = project.folder) {
    const runner = new Runner(folder);
    const values: Record<string, string> = {};
    for (const [name, input] of Object.entries<Parsed>(action.inputs))
      values[`inputs.${name}`] = inputs[name] ?? input.default;
    const place = await runner.run(step('place'), values);
    if (place.exitCode !== 0) return { ...place, outputs: {}, runner };
    values['steps.place.outputs.store'] = runner.outputs()['store']!;
    const ran = await runner.run(step('aieng'), values);
    return { ...ran, outputs: runner.outputs(), runner };
  }

  it('follows the syntax and its lint', () => {
    expect(lintGitHub('action', source)).toEqual([]);
    expect(lintGitHub('action', source.replace('shell: bash', 'shell: sh'))).not.toEqual([]);
    expect(lintGitHub('action', source.replace('inputs.store', 'inputs.stores'))).not.toEqual([]);
  });

  it('runs a command, says what it made, and writes the summary', async () => {
    const { exitCode, outputs, runner, output } = await use({
      pipeline: 'species',
      args: '--wait\r\n10\n\n',
    });
    expect(output).not.toContain('::error');
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      'exit-code': '0',
      version: '1',
      decision: '',
      store: join(project.folder, '.aieng'),
    });
    const answer: Parsed = JSON.parse(readFileSync(outputs['json']!, 'utf8'));
    expect(outputs['bundle']).toBe(answer.bundle);
    expect(junitCases(readFileSync(outputs['junit']!, 'utf8')).length).toBeGreaterThan(5);
    expect(existsSync(outputs['sarif']!)).toBe(true);
    expect(readFileSync(runner.summaryFile, 'utf8')).toContain('### ✅');
  });

  it('fails with the exit code of the command, after its outputs are set', async () => {
    const { exitCode, outputs, output } = await use({ command: 'train', pipeline: 'strict' });
    expect([exitCode, outputs['exit-code']]).toEqual([4, '4']);
    expect(output).toContain('::error title=aieng strict%3A gate');
    const args = ['--bundle', 'species@1', '--current', 'shifted.csv'].join('\n');
    const alarm = await use({ command: 'monitor', pipeline: 'species', args });
    expect(alarm.outputs).toMatchObject({ 'exit-code': '5', decision: 'alarm' });
  });

  it.each<[string, Record<string, string>]>([
    ['a pipeline', { pipeline: '$(touch pwned)' }],
    ['a pipeline that is an option', { pipeline: '--store=/tmp/x' }],
    ['a pipeline of two lines', { pipeline: 'a\nstore=/etc' }],
    ['an argument', { pipeline: 'species', args: '; touch pwned\n`touch pwned`\n"; touch pwned; "' }],
    ['a command', { command: 'run; touch pwned' }],
    ['a store', { store: '"; touch pwned; "\nname=x' }],
    ['a folder', { 'working-directory': '$(touch pwned)' }],
  ])('%s is never code', async (_what, inputs) => {
    const { exitCode } = await use(inputs);
    expect(exitCode).not.toBe(0);
    expect(existsSync(join(project.folder, 'pwned'))).toBe(false);
  });

  it('is used on the page as it is', () => {
    const text = block('# .github/workflows/model.yml');
    expect(lintGitHub('workflow', text)).toEqual([]);
    const used: Parsed[] = parse(text).jobs.loop.steps.filter(({ uses = '' }: Step) =>
      uses.startsWith('OWNER/aieng@'),
    );
    expect(used).toHaveLength(2);
    for (const { with: inputs } of used)
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    const told = readFileSync(join(repository, page), 'utf8');
    for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)])
      expect(told).toContain(`\`${name}\``);
  });
});

describe('the workflow of `schedule --on github`', () => {
  const { text } = githubWorkflow({
    pipeline: 'species',
    expression: '0 3 * * *',
    verbs: ['monitor', 'retrain'],
    answers: '',
    source: null,
    nodeVersion: '20',
    root: 'models',
  });
  const workflow: Parsed = parse(text);
  const scripts = (job: string): Step[] =>
    workflow.jobs[job].steps.filter(({ run }: Step) => run !== undefined);

  /** A repository whose project is in `models`. */
  function repositoryOf(pipeline: string): Project {
    const made = createPenguinsProject();
    mkdirSync(join(made.folder, 'models', 'pipelines'), { recursive: true });
    cpSync(join(made.folder, 'data'), join(made.folder, 'models', 'data'), { recursive: true });
    writeFileSync(join(made.folder, 'models', 'pipelines', 'species.yaml'), pipeline);
    return made;
  }

  it('compares a pull request with its base and keeps one comment', async () => {
    const { env, comments } = await fakeGitHub();
    const change = repositoryOf(penguinsPipeline('data/penguins.csv', 60));
    const base = repositoryOf(penguinsPipeline('data/penguins.csv', 5));
    const event = join(change.folder, 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
    const runner = new Runner(change.folder, { ...workflow.env, ...env, GITHUB_TOKEN: '' });
    // What the second checkout does.
    cpSync(base.folder, join(change.folder, 'base'), { recursive: true });
    for (const step of scripts('check')) {
      const { exitCode, output } = await runner.run(step, {});
      expect([step.name, exitCode, output.includes('error:')]).toEqual([step.name, 0, false]);
    }
    // Only the change is in the summary: what its run says of the model, and of the bundle.
    expect(readFileSync(runner.summaryFile, 'utf8').match(/^### /gm)).toHaveLength(2);
    expect(existsSync(join(change.folder, 'base'))).toBe(false);
    const place = base;
    cpSync(runner.reports('aieng'), join(place.folder, 'reports'), { recursive: true });
    const commenting = new Runner(place.folder, { ...workflow.env, ...env, GITHUB_EVENT_PATH: event });
    const comment = scripts('comment').at(-1);
    const { exitCode, output } = await commenting.run(comment!, { 'github.token': env.GITHUB_TOKEN });
    expect([exitCode, output.includes(env.GITHUB_TOKEN)]).toEqual([0, false]);
    const ours = comments.filter(({ body }) => body.startsWith('<!-- aieng:species -->'));
    expect(ours).toHaveLength(1);
    expect(ours[0]?.body).toMatch(/^### ✅ log loss \S+ → \S+: better$/m);
    expect(ours[0]?.body).toContain('bundle: **changed');
  });

  it('a base without the project is no base', async () => {
    const { env, comments } = await fakeGitHub();
    const change = repositoryOf(penguinsPipeline('data/penguins.csv', 5));
    const runner = new Runner(change.folder, workflow.env);
    mkdirSync(join(change.folder, 'base'));
    for (const step of scripts('check')) expect((await runner.run(step, {})).exitCode).toBe(0);
    expect(existsSync(join(runner.reports('aieng'), 'base.json'))).toBe(false);
    const place = repositoryOf(penguinsPipeline('data/penguins.csv', 5));
    cpSync(runner.reports('aieng'), join(place.folder, 'reports'), { recursive: true });
    writeFileSync(join(place.folder, 'event.json'), JSON.stringify({ number: 7 }));
    const commenting = new Runner(place.folder, {
      ...workflow.env,
      ...env,
      GITHUB_EVENT_PATH: join(place.folder, 'event.json'),
    });
    const { exitCode } = await commenting.run(scripts('comment').at(-1)!, {
      'github.token': env.GITHUB_TOKEN,
    });
    expect(exitCode).toBe(0);
    expect(comments.at(-1)?.body).toContain('no base to compare with');
  });

  it('on the clock, each command is a step of its own', async () => {
    const change = repositoryOf(penguinsPipeline('data/penguins.csv', 5));
    const runner = new Runner(change.folder, workflow.env);
    const [install, monitor, retrain] = scripts('loop');
    expect((await runner.run(install!, {})).exitCode).toBe(0);
    // Nothing is deployed: both say so, each in its own report.
    for (const [step, verb] of [
      [monitor!, 'monitor'],
      [retrain!, 'retrain'],
    ] as const) {
      expect((await runner.run(step, {})).exitCode).toBe(2);
      expect(JSON.parse(readFileSync(join(runner.reports('aieng'), `${verb}.json`), 'utf8')).command).toBe(
        verb,
      );
      expect(junitCases(readFileSync(join(runner.reports('aieng'), `${verb}.xml`), 'utf8'))).toHaveLength(1);
    }
  });
});
