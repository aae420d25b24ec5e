// Where teams run things, end to end with the built command line and real parts: image → push → pull by digest → container →
// requests → switch under load → roll back → destroy; training in the full image; what a cluster's CronJobs do.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/support.ts';
import type { CliResult } from '../cli/support.ts';
import { churnPipeline, trainedRows } from './churnProject.ts';
import { ask, constantLoad } from './load.ts';
import { hasPodman, openPodman } from './podman.ts';
import type { TestPodman } from './podman.ts';
import { createProject, freePort, someRows } from './project.ts';
import type { Project } from './project.ts';
import { hasRegistry, startRegistry } from './registry.ts';
import type { TestRegistry } from './registry.ts';

/** The goal is part of the bundle: no image of an earlier run is this one. */
const pipelineOn = (port: number, deploy: string, weights: 'none' | 'balanced'): string =>
  churnPipeline(port, `goal: Tell who leaves, for the test on port ${port}.\n`)
    .replace('family: linear', `family: linear, class_weights: ${weights}`)
    .replace(`deploy: { port: ${port} }`, `deploy: { port: ${port}, ${deploy} }`);

describe.skipIf(!hasPodman || !hasRegistry)('an image, a registry and containers', () => {
  let podman: TestPodman;
  let registry: TestRegistry;
  let project: Project;
  let port = 0;
  /** A golden row as a request. */
  let body = '';

  const aieng = async (...args: string[]): Promise<CliResult> => {
    const { CONTAINERS_CONF } = podman.variables;
    const env = CONTAINERS_CONF === undefined ? {} : { CONTAINERS_CONF };
    return runCli(args, { cwd: project.folder, env, timeoutMs: 200_000 });
  };
  const must = async (...args: string[]): Promise<CliResult> => {
    const result = await aieng(...args, '--json');
    if (result.exitCode !== 0) throw new Error(`aieng ${args.join(' ')}: ${result.stderr}${result.stdout}`);
    return result;
  };
  const write = (weights: 'none' | 'balanced'): void =>
    project.write(
      'pipelines/churn.yaml',
      pipelineOn(
        port,
        `target: container, image: { repository: "${registry.host}/ml/churn", base: this-machine }`,
        weights,
      ),
    );

  beforeAll(async () => {
    podman = openPodman(process.env);
    registry = await startRegistry();
    port = await freePort();
    project = createProject({ 'data/customers.csv': someRows('telco-churn.csv', 0, trainedRows) });
    write('none');
    const { json } = await must('run', 'churn');
    const golden = readFileSync(join(project.folder, json.result.package.path, 'golden.json'), 'utf8');
    body = JSON.stringify({ features: JSON.parse(golden).rows[0].input });
  });
  afterAll(async () => {
    await aieng('destroy', 'churn');
    podman.try('rmi', '-f', 'churn-full:1', 'churn-serve:1');
    await registry.close();
    podman.close();
  });

  it('the same bundle gives the same image in another project', async () => {
    const image = ['package', 'churn', '--image', 'churn-serve', '--base', 'this-machine'];
    const first = await must(...image);
    const other = createProject({
      'data/customers.csv': readFileSync(join(project.folder, 'data/customers.csv'), 'utf8'),
      'pipelines/churn.yaml': readFileSync(join(project.folder, 'pipelines/churn.yaml'), 'utf8'),
    });
    const second = await other.must(...image, '--json');
    expect(second.json.image).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second.json.image).toBe(first.json.image);
    expect(second.json.result.image.layers).toEqual(first.json.result.image.layers);
  });

  it('is pushed, pulled by digest, and answers what the host answers', async () => {
    const deployed = await must('deploy', 'churn');
    expect(deployed.json.result.plan.steps[0]).toBe(
      `pull the image ${registry.host}/ml/churn@${deployed.json.image} with podman`,
    );
    const { url } = deployed.json.result.applied.status;
    const answer = await ask(`${url}/predict`, { body });
    expect(answer.status).toBe(200);
    project.write('row.ndjson', `${JSON.stringify(JSON.parse(body).features)}\n`);
    const here = await aieng('predict', 'churn@1', 'row.ndjson', '-o', '-');
    expect(JSON.parse(answer.body).probabilities).toEqual(JSON.parse(here.stdout).probabilities);
    const again = await must('deploy', 'churn');
    expect(again.json.result.plan).toEqual({ action: 'none', steps: [] });
  });

  it('a new model sends its bundle only; the switch and the way back lose no request', async () => {
    write('balanced');
    await must('run', 'churn');
    const pushed = await must('package', 'churn', '--image', `${registry.host}/ml/churn`, '--push');
    const { image } = pushed.json.result;
    const bundle = image.layers.find((layer: { name: string }) => layer.name === 'bundle');
    // The layer, its config and its manifest: the rest was there.
    expect(image.pushed.uploadedBytes).toBeLessThan(Number(bundle.bytes) + 20_000);
    expect(image.pushed.reusedBytes).toBeGreaterThan(10_000_000);
    const url = `http://127.0.0.1:${port}`;
    const load = constantLoad(`${url}/predict`, body, 4);
    await must('deploy', 'churn');
    await must('rollback', 'churn');
    const { statuses, versions } = await load.stop();
    expect([...statuses.keys()]).toEqual([200]);
    expect([...versions].sort()).toEqual([1, 2]);
    const status = await must('status', 'churn');
    expect(status.json.result.deployments[0].status).toMatchObject({ target: 'container', version: 1 });
  });

  it('the full image trains what the host trains, and does what the CronJobs of a cluster do', async () => {
    const made = await must(
      'package',
      'churn',
      '--image',
      'churn-full',
      '--base',
      'this-machine',
      '--variant',
      'full',
    );
    podman.run('load', '-i', join(project.folder, made.json.result.image.archive));
    const work = createProject({
      'data/customers.csv': readFileSync(join(project.folder, 'data/customers.csv'), 'utf8'),
      'pipelines/churn.yaml': readFileSync(join(project.folder, 'pipelines/churn.yaml'), 'utf8'),
    });
    await execa('chown', ['-R', '10001:10001', work.folder]);
    const inside = (...args: string[]): string => {
      const limits = [
        '--read-only',
        '--tmpfs',
        '/tmp',
        '--cap-drop',
        'all',
        '--security-opt',
        'no-new-privileges',
      ];
      return podman.try('run', '--rm', ...limits, '-v', `${work.folder}:/work`, 'churn-full:2', ...args);
    };
    const trained = JSON.parse(inside('package', 'churn', '--json'));
    expect(trained.bundle).toBe(made.json.bundle);
    mkdirSync(join(work.folder, '.aieng'), { recursive: true });
    expect(inside('__adopt', '/opt/bundle', '--json')).toContain(made.json.bundle);
    const report = JSON.parse(inside('monitor', 'churn', '--json'));
    expect(report).toMatchObject({ exitCode: 0, decision: 'not enough data' });
    expect(report.result.health.state).toBe('not asked');
    const idle = JSON.parse(inside('retrain', 'churn', '--wait', '0', '--no-deploy', '--json'));
    expect(idle).toMatchObject({ exitCode: 0, decision: 'no-trigger' });
  });

  it('the serve image says what it cannot do', async () => {
    const made = await must('package', 'churn', '--image', 'churn-serve', '--base', 'this-machine');
    podman.run('load', '-i', join(project.folder, made.json.result.image.archive));
    const said = podman.try(
      'run',
      '--rm',
      '-v',
      `${project.folder}:/work:ro`,
      '--user',
      '0:0', // the project of this test is root's
      'churn-serve:2',
      'run',
      'churn',
      '--json',
    );
    expect(said).toContain('is not installed here');
    podman.try('rmi', '-f', 'churn-serve:2', 'churn-full:2');
  });
});
