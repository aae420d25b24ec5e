// Training scripts in containers of podman: what a program can and cannot do there, asserted from inside; an image that is built of
// a Dockerfile of the project; retraining by such a script, and making that again. No image comes from a registry.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cascade } from '../../src/cascade/cascade.ts';
import type { CascadeResult } from '../../src/cascade/cascade.ts';
import { tenureModel } from '../../src/cascade/script/model.fixture.ts';
import type { TestProject } from '../../src/cascade/testing.fixture.ts';
import { csvOf, customers, openTestProject } from '../../src/cascade/testing.fixture.ts';
import { folderLabel } from '../../src/deployment/targets/container/runFlags.ts';
import { readLog } from '../../src/serving/index.ts';
import { outputOf } from '../../src/tracking/stages.ts';
import { predict } from '../../src/verbs/predict/predict.ts';
import { reproduce } from '../../src/verbs/reproduce/reproduce.ts';
import { retrain } from '../../src/verbs/retrain/retrain.ts';
import { run } from '../../src/verbs/run/run.ts';
import { hasPodman, openPodman } from './podman.ts';
import type { TestPodman } from './podman.ts';
import { baseLayer, writeImage } from './testImage.ts';

const tag = 'localhost/aieng-test-script:1';
const hour = 3_600_000;

const pipeline = (script: object, more = ''): string => `source: data/customers.csv
label: { column: left, positive: 'Yes' }
row_id: id
features: { drop: [note] }
evaluation: { bootstrap: 200, gates: [] }
model: ${JSON.stringify({ script: { command: ['node', 'train.mjs'], image: tag, ...script } })}
${more}`;

/** Looks around before it trains: whatever is otherwise than it should be ends it. */
const inspecting = `import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { deepStrictEqual, notEqual, ok } from 'node:assert/strict';
const { env } = process;
const { parameters } = JSON.parse(readFileSync(env.AIENG_PARAMETERS, 'utf8'));
const first = (...files) => files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8').trim())[0];
const refused = (work) => { try { work(); } catch (error) { return error.code; } return 'done'; };

// no network
deepStrictEqual(Object.keys(networkInterfaces()).filter((name) => name !== 'lo'), []);
const code = await new Promise((resolve) => connect({ host: '192.0.2.1', port: 53 }).on('error', (error) => resolve(error.code)).on('connect', () => resolve('connected')));
ok(['ENETUNREACH', 'EHOSTUNREACH', 'EACCES'].includes(code), code);
// what it is handed is to be read, and so is everything but its folder and /tmp
for (const path of [env.AIENG_TRAIN, env.AIENG_INPUT + '/more', '/more', '/usr/more', '/opt/more'])
  ok(['EROFS', 'EACCES'].includes(refused(() => writeFileSync(path, 'x'))), path);
deepStrictEqual(refused(() => writeFileSync('/tmp/x', 'x')), 'done');
// an ordinary user without capabilities, who gets no more
notEqual(process.getuid(), 0);
notEqual(process.getgid(), 0);
const status = readFileSync('/proc/self/status', 'utf8');
for (const set of ['CapEff', 'CapPrm', 'CapBnd']) ok(new RegExp(set + ':\\\\s*0+\\\\n').test(status), set);
ok(/NoNewPrivs:\\s*1\\n/.test(status));
// limits
deepStrictEqual(first('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'), String(300 * 2 ** 20));
deepStrictEqual(first('/sys/fs/cgroup/pids.max', '/sys/fs/cgroup/pids/pids.max'), '512');
const cpu = first('/sys/fs/cgroup/cpu.max') ?? first('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') + ' ' + first('/sys/fs/cgroup/cpu/cpu.cfs_period_us');
const [quota, period] = cpu.split(' ').map(Number);
deepStrictEqual(quota / period, 0.5);
// variables: what it is told, what the pipeline names, what engines set
const engines = ['HOME', 'HOSTNAME', 'PATH', 'TERM', 'container', 'LANG', 'TZ'];
deepStrictEqual(Object.keys(env).filter((name) => !engines.includes(name)).sort(), ['AIENG_INPUT', 'AIENG_METRICS',
  'AIENG_OUTPUT', 'AIENG_PARAMETERS', 'AIENG_SEED', 'AIENG_TRAIN', 'AIENG_VALIDATION', 'ASKED', 'PYTHONHASHSEED', 'PYTHONUNBUFFERED']);
deepStrictEqual(env.ASKED, 'yes');
ok(!readFileSync('/proc/self/environ', 'utf8').includes('secret-token'));
// neither the part that judges, nor the project
deepStrictEqual(readdirSync(env.AIENG_INPUT).sort(), ['parameters.json', 'train.parquet', 'validation.parquet']);
deepStrictEqual(readdirSync('.').sort(), ['made.txt', 'train.mjs']);
ok(!existsSync(parameters.root));
console.log('everything is as it should be');
writeFileSync(env.AIENG_METRICS, JSON.stringify({ uid: process.getuid() }));
copyFileSync('made.txt', env.AIENG_OUTPUT);
`;

describe.skipIf(!hasPodman)('a training script in a container', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aieng-script-image-'));
  let podman: TestPodman;

  const open = (files: Readonly<Record<string, string>>): Promise<TestProject> =>
    openTestProject(
      { 'data/customers.csv': csvOf(customers(0, 300)), 'made.txt': tenureModel(), ...files },
      { variables: { ...podman.variables, ASKED: 'yes', TOKEN: 'secret-token' } },
    );
  const trained = ({ context }: TestProject): Promise<CascadeResult> =>
    cascade(context, 'train', { waitMs: 0 });
  const scriptOf = (done: CascadeResult): ReturnType<typeof outputOf.train>['script'] =>
    outputOf.train(done.records.train!).script;
  const left = (): string[] =>
    podman
      .run('ps', '--all', '--format', '{{.Names}}')
      .split('\n')
      .filter((name) => name.startsWith('aieng-script-'));

  beforeAll(async () => {
    podman = openPodman(process.env);
    const image = await writeImage(folder, tag, await baseLayer(), {});
    podman.run('load', '--quiet', '--input', image.archive);
  });
  afterAll(() => {
    const made = podman.try('images', '--quiet', 'localhost/aieng-script').split('\n');
    podman.try('rmi', '--force', ...made, tag);
    podman.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has its limits, and reaches nothing else: as it sees it from inside', async () => {
    const project = await open({ 'train.mjs': inspecting });
    const script = {
      ...{ files: ['made.txt'], env: ['ASKED'], memory_mb: 300, cpus: 0.5 },
      parameters: { root: project.context.root },
    };
    project.write('pipelines/left.yaml', pipeline(script));
    const done = await trained(project);
    expect(scriptOf(done)?.metrics?.['uid']).toBeGreaterThan(0);
    const log = readFileSync(join(project.context.root, '.aieng/scripts/left/training.log'), 'utf8');
    expect(log).toContain('everything is as it should be');
    // A tag is what it is here: the record names a digest.
    expect(done.records.train?.parts['script image']).toMatch(/sha256:[0-9a-f]{64}$/);
    expect(scriptOf(done)?.image).toBe(done.records.train?.parts['script image']);
    expect(left()).toEqual([]);
    expect(readdirSync(join(project.context.root, '.aieng/tmp'))).toEqual([]);
  });

  it('is ended where it takes more memory than it may, or more time', async () => {
    const greedy = `const kept = []; for (;;) kept.push(Buffer.alloc(2 ** 24, 1));`;
    const project = await open({
      'train.mjs': greedy,
      'pipelines/left.yaml': pipeline({ memory_mb: 128 }),
    });
    await expect(trained(project)).rejects.toMatchObject({
      code: 'script-failed',
      message: expect.stringContaining('exit 137'),
      hint: expect.stringContaining('model.script.memory_mb'),
    });
    project.write('train.mjs', 'setInterval(() => {}, 1000);');
    project.write('pipelines/left.yaml', pipeline({ timeout_seconds: 3 }));
    await expect(trained(project)).rejects.toMatchObject({
      message: expect.stringContaining('did not end within 3 s'),
    });
    expect(left()).toEqual([]);
  });

  it('removes what a killed command left running, and nothing of other pipelines', async () => {
    const project = await open({
      'train.mjs': `import { copyFileSync } from 'node:fs';\ncopyFileSync('made.txt', process.env.AIENG_OUTPUT);\n`,
      'pipelines/left.yaml': pipeline({ files: ['made.txt'] }),
    });
    const abandon = (name: string): string => {
      const label = folderLabel(project.context.store.folderPlace(`scripts/${name}`));
      const words = ['--entrypoint', 'node', tag, '-e', 'setInterval(() => {}, 1000)'];
      return podman.run('run', '--detach', '--name', `aieng-script-${name}`, '--label', label, ...words);
    };
    abandon('left');
    abandon('other');
    try {
      await trained(project);
      expect(left()).toEqual(['aieng-script-other']);
    } finally {
      // Of several of which one is gone, podman may remove none.
      for (const name of left()) podman.try('rm', '--force', '--time', '0', name);
    }
  });

  it('runs in an image that is built of a file of the project', async () => {
    const project = await open({
      Dockerfile: `FROM ${tag}\nCOPY made.txt /opt/model.txt\n`,
      'train.mjs': `import { copyFileSync } from 'node:fs';\ncopyFileSync('/opt/model.txt', process.env.AIENG_OUTPUT);\n`,
      'pipelines/left.yaml': pipeline({ image: 'Dockerfile', files: ['made.txt'] }),
    });
    const done = await trained(project);
    expect(scriptOf(done)?.image).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(done.records.train?.parts['script files']).toMatchObject({
      Dockerfile: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    project.write('Dockerfile', `FROM ${tag}\nCOPY made.txt /opt/other.txt\n`);
    await expect(trained(project)).rejects.toMatchObject({ code: 'script-failed' });
    expect(readFileSync(join(project.context.root, '.aieng/scripts/left/training.log'), 'utf8')).toContain(
      "'/opt/model.txt'",
    );
    project.write('Dockerfile', `FROM ${tag}\nCOPY absent.txt /opt/other.txt\n`);
    await expect(trained(project)).rejects.toMatchObject({
      code: 'script-image',
      message: expect.stringContaining('could not be built'),
    });
  });

  it('is what retrain runs, and that is made again', async () => {
    const program = `import { readFileSync, writeFileSync } from 'node:fs';
const { rows } = JSON.parse(readFileSync(process.env.AIENG_PARAMETERS, 'utf8'));
const turned = rows.train + rows.validation < 210;
if (process.getuid() === 0) process.exit(9);
writeFileSync(process.env.AIENG_OUTPUT, JSON.parse(readFileSync('both.json', 'utf8'))[turned ? 1 : 0]);`;
    const project = await open({
      'train.mjs': program,
      'both.json': JSON.stringify([tenureModel(), tenureModel(true)]),
      'pipelines/left.yaml': pipeline(
        { files: ['both.json'] },
        'monitor: { min_rows: 50, performance: { min_labels: 50 }, labels: data/labels.csv }\nretrain: { min_labelled_rows: 60, min_compare_rows: 20 }\n',
      ),
    });
    const { context } = project;
    await run(context, { to: 'package', waitMs: 0 });
    const first = await reproduce(context, { bundle: 'left@1', allowCode: false });
    expect(first.result.state).toBe('same');
    project.environment.advance(hour);
    const rows = customers(1000, 1200, true);
    project.write('data/new.csv', csvOf(rows));
    await predict(context, {
      ...{ bundle: 'left', input: 'data/new.csv', output: 'data/answers.ndjson' },
      log: true,
    });
    const { predictions } = await readLog(await context.store.folder('logs/left'));
    const outcome = new Map(rows.map(({ id, left: known }) => [id, known]));
    const labels = predictions.map(({ id, rowId }) => `${id},${outcome.get(rowId) ?? ''}`);
    project.write('data/labels.csv', ['id,left', ...labels, ''].join('\n'));
    const { result } = await retrain(context, { waitMs: 0, force: true, noDeploy: true });
    expect(result).toMatchObject({ decision: 'promoted', challenger: { version: 2 } });
    const again = await reproduce(context, { bundle: 'left@2', allowCode: false });
    expect(again.result.state).toBe('same');
    expect(left()).toEqual([]);
  });
});
