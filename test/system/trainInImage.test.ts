// `aieng run --image`: features, model and bundle computed in containers of aieng's own image, by podman, without a registry.
import { readFileSync, readdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, runCli } from '../cli/support.ts';
import type { CliResult } from '../cli/support.ts';
import { expectSoundStore } from '../cli/refusals.ts';
import { churnPipeline, createChurnProject, trainedRows } from './churnProject.ts';
import { hasPodman, openPodman } from './podman.ts';
import type { TestPodman } from './podman.ts';
import { createProject, freePort, someRows } from './project.ts';
import type { Project } from './project.ts';

const hook = fileURLToPath(new URL('./signalWhenSaid.mjs', import.meta.url));
const image = ['--image', 'localhost/aieng-test-training', '--base', 'this-machine'];

describe.skipIf(!hasPodman)('training in an image', () => {
  let podman: TestPodman;
  let project: Project;
  let variables: Record<string, string>;

  const aieng = async (...args: string[]): Promise<CliResult> =>
    runCli(args, { cwd: project.folder, env: variables, timeoutMs: 280_000 });
  const training = (): string[] =>
    podman
      .run('ps', '--all', '--format', '{{.Names}}')
      .split('\n')
      .filter((name) => /^aieng-(?:featurize|train|package)-/.test(name));

  /** Sends the command a signal when it says these words; gives how it ended. */
  async function signalled(signal: string, words: string): Promise<string> {
    const child = spawn(process.execPath, ['--import', hook, bin, 'run', ...image, '--verbose'], {
      cwd: project.folder,
      env: { PATH: process.env['PATH'] ?? '', ...variables, SIGNAL_WHEN_SAID: `${signal} ${words}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<string>((resolve) =>
      child.once('exit', (code, by) => resolve(by ?? String(code))),
    );
    const [how] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return how;
  }

  beforeAll(async () => {
    podman = openPodman(process.env);
    const { CONTAINERS_CONF } = podman.variables;
    variables = CONTAINERS_CONF === undefined ? {} : { CONTAINERS_CONF };
    project = createProject({
      'pipelines/churn.yaml': churnPipeline(await freePort()),
      'data/customers.csv': someRows('telco-churn.csv', 0, trainedRows),
    });
  });
  afterAll(() => {
    for (const name of training()) podman.try('rm', '--force', name);
    podman.try(
      'rmi',
      '--force',
      ...podman.try('images', '--quiet', 'localhost/aieng-test-training').split('\n'),
    );
    podman.close();
  });

  it('is ended by Ctrl-C with its container, and leaves a whole store', async () => {
    expect(await signalled('SIGINT', 'rows of the next pass')).toBe('130');
    expect(training()).toEqual([]);
    expect(readdirSync(join(project.folder, '.aieng', 'tmp'))).toEqual([]);
    await expectSoundStore({ cwd: project.folder });
  });

  it('is taken up again after a kill: what still runs is removed first', async () => {
    expect(await signalled('SIGKILL', 'rows of the next pass')).toBe('SIGKILL');
    await expectSoundStore({ cwd: project.folder });
    const done = await aieng('run', ...image, '--wait', '0', '--json');
    expect(done.exitCode).toBe(0);
    expect(training()).toEqual([]);
    // Features were known: the first command had written them down.
    expect(done.json.stages.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual(
      [
        ['ingest', 'cached'],
        ['validate', 'cached'],
        ['featurize', 'cached'],
        ['train', 'ran'],
        ['package', 'ran'],
      ],
    );
  });

  it('gives what this machine gives, and says in which image', async () => {
    const here = await createChurnProject();
    const host = await here.must('run', 'churn', '--json');
    const again = await aieng('run', ...image, '--json');
    expect(again.json.bundle).toBe(host.json.bundle);
    expect(again.json.warnings).toContain(
      'Features, model and bundle were known already: nothing was computed in an image.',
    );
    const runs = join(project.folder, '.aieng', 'runs', 'run');
    const records = readdirSync(runs).map((name) => JSON.parse(readFileSync(join(runs, name), 'utf8')));
    const made = records.find(({ outcome }) => outcome === 'ok');
    expect(made.image).toMatchObject({
      reference: expect.stringMatching(/^localhost\/aieng-test-training:/),
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      base: { name: 'this-machine' },
    });
    const shown = await aieng('runs', 'show', made.runId, '--json');
    expect(shown.json.result.shown.image).toBe(made.image.digest);
    const stored = (...path: string[]): string =>
      readFileSync(join(project.folder, '.aieng', ...path), 'utf8');
    const { provenance: object } = JSON.parse(stored('runs', 'attached', `${again.json.bundle}.json`));
    const provenance = stored('objects', object.slice(0, 2), object);
    expect(provenance).toContain(
      `"digest":{"sha256":"${made.image.digest.slice('sha256:'.length)}"},"name":"training image"`,
    );
  });

  it('says what is wrong of a machine without an engine, and of an image that is not there', async () => {
    const changed = ['--set', 'model.seed=7'];
    const none = await runCli(['run', ...changed, ...image, '--json'], {
      cwd: project.folder,
      env: { PATH: '/nowhere' },
      timeoutMs: 100_000,
    });
    expect(none.json.error).toMatchObject({
      code: 'engine-not-installed',
      hint: expect.stringContaining('leave --image out'),
    });
    const absent = `localhost:9/none@sha256:${'a'.repeat(64)}`;
    const gone = await aieng('run', ...changed, '--image', absent, '--json');
    expect(gone.json.error).toMatchObject({ code: 'training-image' });
    const idle = await aieng('run', '--cpus', '1', '--json');
    expect(idle.json.error).toMatchObject({ code: 'image-not-asked-for' });
    expect(training()).toEqual([]);
  });
});
