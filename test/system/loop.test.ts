import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { featuresOf } from '../../scripts/demo/traffic.ts';
import { canonicalJson, sha256 } from '../../src/digest.ts';
import { readTar, writeTar } from '../../src/packaging/index.ts';
import { schemaErrors } from '../cli/support.ts';
import { churnPipeline, createChurnProject, trainedRows } from './churnProject.ts';
import { ask, constantLoad } from './load.ts';
import { createProject, freePort, someRows } from './project.ts';
import type { Project } from './project.ts';

const traffic = parse<Record<string, string>>(someRows('telco-churn.csv', trainedRows, trainedRows + 300), {
  columns: true,
});
const project = await createChurnProject();
const url = `http://127.0.0.1:${project.port}`;
const started: Project[] = [];
afterAll(async () => {
  for (const each of started) await each.aieng('stop', 'churn');
});

interface Answered {
  readonly id: string;
  readonly prediction: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

const predictRows = async (rows: typeof traffic): Promise<Answered[]> => {
  const { status, body } = await ask(`${url}/predict`, {
    body: JSON.stringify({ features: rows.map((row) => featuresOf(row)) }),
  });
  expect(status, body).toBe(200);
  return (JSON.parse(body) as { predictions: Answered[] }).predictions;
};

/** What one request for the first customer gets: who answered, and what. */
const askFirst = async (): Promise<{ version: number; probabilities: Answered['probabilities'] }> => {
  const body = JSON.stringify({ features: featuresOf(traffic[0]!) });
  const answer = JSON.parse((await ask(`${url}/predict`, { body })).body);
  return { version: answer.model.version, probabilities: answer.probabilities };
};

describe('the loop in miniature', () => {
  let answers: Answered[] = [];
  let firstDigest = '';

  it('trains, packages and deploys', async () => {
    const run = await project.must('run', '--to', 'deploy', '--json');
    started.push(project);
    expect(run.json).toMatchObject({ ok: true, pipeline: 'churn', version: 1, deployment: 'churn' });
    firstDigest = run.json.bundle;
    const { status, body } = await ask(`${url}/health/ready`);
    expect(status, body).toBe(200);
    // The same again is done already, and takes nothing down.
    const again = await project.must('deploy', '--json');
    expect([again.json.result.plan.action, again.json.warnings]).toEqual([
      'none',
      expect.not.arrayContaining([expect.stringContaining('stays where')]),
    ]);
    // It is moved by nobody but who says so; that the pipeline names another address is told.
    const pipeline = readFileSync(join(project.folder, 'pipelines', 'churn.yaml'), 'utf8');
    const elsewhere = pipeline.replace(/port: \d+/, 'port: 9');
    expect(elsewhere).not.toBe(pipeline);
    project.write('pipelines/churn.yaml', elsewhere);
    const stays = await project.must('deploy', '--dry-run', '--json');
    project.write('pipelines/churn.yaml', pipeline);
    expect(stays.json.result.plan.action).toBe('none');
    expect(stays.json.warnings.join(' ')).toContain('`aieng deploy churn --port 9` moves it');
  });

  it('answers over HTTP what it answers in a batch, bit for bit', async () => {
    answers = await predictRows(traffic);
    for (const at of [0, 17, 299]) {
      const [alone] = await predictRows([traffic[at]!]);
      expect(alone).toEqual({ ...answers[at], id: alone!.id });
      expect(alone!.id).not.toBe(answers[at]!.id);
    }
    project.write('data/new.csv', someRows('telco-churn.csv', trainedRows, trainedRows + 300));
    await project.must('predict', 'churn', 'data/new.csv', '-o', 'data/answers.ndjson');
    const batch = readFileSync(join(project.folder, 'data/answers.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Answered);
    expect(batch.map(({ prediction, probabilities }) => ({ prediction, probabilities }))).toEqual(
      answers.map(({ prediction, probabilities }) => ({ prediction, probabilities })),
    );
    const logged = await Promise.all(
      [0, 299].map((at) => project.must('explain', 'prediction', answers[at]!.id, '--json')),
    );
    expect(logged.map(({ json }) => json.result.data.record.rowId)).toEqual([batch[0]!.id, batch[299]!.id]);
  });

  it('replays a prediction exactly', async () => {
    const { json } = await project.must('explain', 'prediction', answers[42]!.id, '--json');
    expect(json.result.data).toMatchObject({
      exact: true,
      record: { id: answers[42]!.id, version: 1, bundle: firstDigest },
      replay: { prediction: answers[42]!.prediction, probabilities: answers[42]!.probabilities },
    });
    const unknown = await project.aieng('explain', 'prediction', 'nobody', '--json');
    expect(unknown.json).toMatchObject({ exitCode: 2, error: { code: 'prediction-unknown' } });
  });

  it('takes labels later and finds calm traffic calm', async () => {
    const labels = answers.map(({ id }, at) => ({ id, label: traffic[at]!['churn'] }));
    const told = await ask(`${url}/feedback`, {
      body: JSON.stringify([...labels, { id: 'an-orphan', label: 'Yes' }, labels[0]]),
    });
    expect(told.status, told.body).toBe(200);
    const { exitCode, json } = await project.aieng('monitor', '--json');
    expect(json.alarms).toEqual([]);
    expect(exitCode).toBe(0);
    expect(json.result).toMatchObject({
      version: 1,
      performance: { labelled: 300 },
      labels: { given: 302, used: 300, superseded: 1, unmatched: 1 },
    });
    const retrain = await project.must('retrain', '--json');
    expect(retrain.json.decision).toBe('no-trigger');
  });

  it('packages nothing that fails its gates, says in --json what was done, and leaves what serves alone', async () => {
    const { port } = project;
    project.write('pipelines/churn.yaml', churnPipeline(port).replace('at_most: 0.6', 'at_most: 0.1'));
    const run = await project.aieng('run', '--to', 'deploy', '--json');
    expect(run.json).toMatchObject({
      ok: false,
      exitCode: 4,
      pipeline: 'churn',
      error: { code: 'gate-failed' },
      gates: [{ state: 'failed' }],
      metrics: { test: { log_loss: expect.any(Number) } },
    });
    expect(run.json.stages.map(({ name }: { name: string }) => name).at(-1)).toBe('train');
    expect(schemaErrors('run', run.json)).toEqual([]);
    const gate = await project.must('explain', 'gate', '--json');
    expect(gate.json.result.data).toMatchObject([{ state: 'failed' }]);
    expect((await askFirst()).version).toBe(1);
  });

  it('switches to a changed pipeline under load without a failed request', async () => {
    project.write(
      'pipelines/churn.yaml',
      churnPipeline(project.port, 'features: { drop: [phone_service] }\n'),
    );
    const second = await project.must('package', '--json');
    expect(second.json).toMatchObject({ version: 2, result: { existed: false } });
    expect(second.json.bundle).not.toBe(firstDigest);
    const load = constantLoad(`${url}/predict`, JSON.stringify({ features: featuresOf(traffic[0]!) }), 8);
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(50);
    const deployed = await project.aieng('deploy', '--json');
    const atSwitch = load.answered();
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(atSwitch + 50);
    const { statuses, versions } = await load.stop();
    expect(deployed, deployed.stderr).toMatchObject({ exitCode: 0 });
    expect(deployed.json).toMatchObject({ version: 2, result: { previousVersion: 1 } });
    expect([...statuses.keys()]).toEqual([200]);
    expect([...versions].sort()).toEqual([1, 2]);
    expect((await askFirst()).version).toBe(2);
  });

  it('rolls back to what served before, and the history says so', async () => {
    const before = await askFirst();
    const { json } = await project.must('rollback', 'churn', '--json');
    expect(json.result).toMatchObject({ from: 2, to: 1 });
    const after = await askFirst();
    expect(after.version).toBe(1);
    expect(after.probabilities).toEqual(answers[0]!.probabilities);
    expect(after.probabilities).not.toEqual(before.probabilities);
    const status = await project.must('status', '--json');
    const [deployment] = status.json.result.deployments;
    expect(deployment.status).toMatchObject({ state: 'running', version: 1, url, restarts: 0 });
    expect(deployment.history.map(({ version }: { version: number }) => version)).toEqual([1, 2, 1]);
    expect(deployment.history.at(-1)).toMatchObject({ bundle: firstDigest, why: 'aieng rollback' });
    expect(status.json.result.pipelines).toMatchObject([{ name: 'churn', newestVersion: 2 }]);
  });

  it('refuses a bundle whose golden rows fail, and the old one serves on', async () => {
    const { json } = await project.must('package', '--json');
    cpSync(join(project.folder, json.result.path), join(project.folder, 'tampered'), { recursive: true });
    const at = (file: string): string => join(project.folder, 'tampered', file);
    const golden = JSON.parse(readFileSync(at('golden.json'), 'utf8'));
    golden.rows[3].scores = golden.rows[3].scores.toReversed();
    const text = canonicalJson(golden);
    writeFileSync(at('golden.json'), text);
    const damaged = await project.aieng('deploy', './tampered', '--json');
    expect(damaged.json).toMatchObject({ exitCode: 8, ok: false, error: { code: 'bundle-damaged' } });
    const manifest = JSON.parse(readFileSync(at('manifest.json'), 'utf8'));
    manifest.files['golden.json'] = { sha256: sha256(text), bytes: Buffer.byteLength(text) };
    writeFileSync(at('manifest.json'), canonicalJson(manifest));
    const refused = await project.aieng('deploy', './tampered', '--json');
    expect(refused.json).toMatchObject({ exitCode: 8, ok: false, error: { code: 'golden-mismatch' } });
    expect(await askFirst()).toEqual({ version: 1, probabilities: answers[0]!.probabilities });
    const status = await project.must('status', '--json');
    expect(status.json.result.deployments[0].history).toHaveLength(3);
  });

  it('travels as a tar to another machine, and never under a name that is taken', async () => {
    await project.must('package', '-o', 'churn-2.tar', '--json');
    const port = await freePort();
    const other = createProject({});
    started.push(other);
    cpSync(join(project.folder, 'churn-2.tar'), join(other.folder, 'churn-2.tar'));
    const { json } = await other.must('deploy', 'churn-2.tar', '--port', String(port), '--json');
    expect(json).toMatchObject({ version: 2, deployment: 'churn', result: { previousVersion: null } });
    const body = JSON.stringify({ features: featuresOf(traffic[0]!) });
    const there = JSON.parse((await ask(`http://127.0.0.1:${port}/predict`, { body })).body);
    expect(there.model).toMatchObject({ version: 2, bundle: json.bundle });

    const { bundle } = await readTar(readFileSync(join(other.folder, 'churn-2.tar')), 'churn-2.tar');
    writeFileSync(join(project.folder, 'same-name.tar'), writeTar(bundle, 1));
    const refused = await project.aieng('deploy', 'same-name.tar', '--json');
    expect(refused.json).toMatchObject({ exitCode: 2, error: { code: 'version-taken' } });
    expect((await askFirst()).version).toBe(1);
  });

  it('stops, says so, and starts again with the version that is asked for', async () => {
    const stopped = await project.must('stop', 'churn', '--json');
    expect(stopped.json.result).toMatchObject({ wasRunning: true, version: 1, url });
    expect((await ask(`${url}/health/live`)).status).toBe(0);
    const status = await project.aieng('status', '--json');
    // A wish is not an alarm.
    expect(status.json).toMatchObject({
      exitCode: 0,
      result: { deployments: [{ status: { state: 'stopped' } }] },
    });
    await project.must('deploy', 'churn@2', '--json');
    expect((await askFirst()).version).toBe(2);
    expect((await project.must('stop', '--json')).json.result.wasRunning).toBe(true);
    expect((await project.must('doctor', '--json')).json.ok).toBe(true);
  });
});
