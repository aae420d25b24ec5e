import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featuresOf } from '../../scripts/demo/traffic.ts';
import { churnPipeline, createChurnProject, trainedRows } from './churnProject.ts';
import { fixtureLines } from './project.ts';
import type { Project } from './project.ts';

// docs/deploy/canary.md, worked through: a canary that is kept over a restart, judged and promoted, and a shadow.

let project: Project & { readonly port: number };
let url = '';

const bounds = '{ min_rows: 50, min_labels: 50 }';

/** The pipeline with another family; the bounds of the canary are small, and no harm matters here. */
function pipelineWith(family: string, port: number): string {
  return churnPipeline(port)
    .replace('family: linear', `family: ${family}`)
    .replace(`deploy: { port: ${port} }`, `deploy: { port: ${port}, canary: ${bounds} }`)
    .replace('monitor: {', 'monitor: { performance: { max_worsening: 2 },');
}

type Row = Record<string, string>;

function rows(from: number, count: number): readonly Row[] {
  const { header, lines } = fixtureLines('telco-churn.csv');
  const cells = (line: string): string[] => line.split(',').map((cell) => cell.replaceAll('"', ''));
  const names = cells(header);
  return lines
    .slice(trainedRows + from, trainedRows + from + count)
    .map((line) => Object.fromEntries(cells(line).map((cell, at) => [names[at]!, cell])));
}

interface Said {
  readonly id: string;
  readonly version: number;
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

async function predict(row: Row, headers: Record<string, string> = {}): Promise<Said> {
  const { id, model } = (await post('/predict', { features: featuresOf(row) }, headers)) as {
    id: string;
    model: { version: number };
  };
  return { id, version: model.version };
}

async function versionsOf(asked: readonly Row[]): Promise<readonly number[]> {
  const versions: number[] = [];
  for (const row of asked) versions.push((await predict(row)).version);
  return versions;
}

async function json(...args: readonly string[]): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse((await project.must(...args, '--json')).stdout);
}

beforeAll(async () => {
  project = await createChurnProject();
  url = `http://127.0.0.1:${project.port}`;
  project.write('pipelines/churn.yaml', pipelineWith('linear', project.port));
  await project.must('run', 'churn', '--to', 'deploy');
  project.write('pipelines/churn.yaml', pipelineWith('rule', project.port));
  await project.must('package', 'churn');
});
afterAll(async () => {
  await project.aieng('stop', 'churn');
});

describe('a second version beside the one in charge', () => {
  it('answers a share as a canary, the same rows after a restart, and takes over when its labels are good enough', async () => {
    const { result } = await json('deploy', 'churn@2', '--canary', '30%');
    expect(result).toMatchObject({ version: 2, previousVersion: 1, beside: { role: 'canary', share: 0.3 } });
    const asked = rows(0, 60);
    const before = await versionsOf(asked);
    expect(new Set(before)).toEqual(new Set([1, 2]));
    for (const row of asked.slice(0, 5))
      expect((await predict(row, { 'x-aieng-key': 'customer 7' })).version).toBe(
        (await predict(asked[0]!, { 'x-aieng-key': 'customer 7' })).version,
      );

    const [{ status, beside }] = (await json('status', 'churn')).result.deployments;
    expect(beside).toMatchObject({ role: 'canary', version: 2, share: 0.3 });
    process.kill(status.pid, 'SIGKILL');
    // The newest version is the canary: it is started again as one.
    await expect.poll(async () => (await project.aieng('status')).exitCode, { timeout: 20_000 }).toBe(5);
    expect((await json('deploy', 'churn')).result.applied.status).toMatchObject({
      version: 1,
      second: { version: 2, role: 'canary' },
    });
    expect(await versionsOf(asked)).toEqual(before);

    const labels: { id: string; label: string }[] = [];
    for (const row of rows(60, 300)) labels.push({ id: (await predict(row)).id, label: row['churn']! });
    await post('/feedback', labels);
    const judged = JSON.parse((await project.aieng('monitor', 'churn', '--json')).stdout);
    expect(judged.result.second).toMatchObject({ role: 'canary', version: 2, faults: 0, done: 'promoted' });
    expect(judged.result.second.compared.rows).toBe(50);
    const [after] = (await json('status', 'churn')).result.deployments;
    expect(after.status).toMatchObject({ version: 2 });
    expect(after.beside).toBeUndefined();
    expect(after.history.at(-1).why).toMatch(/^aieng monitor \(canary promoted\): It is good enough/);
  });

  it('answers nobody as a shadow, is compared with every answer, and ends by rollback', async () => {
    await project.must('deploy', 'churn@1', '--shadow');
    expect(new Set(await versionsOf(rows(360, 40)))).toEqual(new Set([2]));
    // Shadows are written down within a tenth of a second.
    const seen = async (): Promise<number> =>
      JSON.parse((await project.aieng('monitor', 'churn', '--json')).stdout).result.second.rows;
    await expect.poll(seen, { timeout: 20_000, interval: 500 }).toBe(40);
    const { result } = await json('rollback', 'churn');
    expect(result).toMatchObject({ ended: 'shadow', from: 1, to: 2 });
    expect((await project.must('status')).stdout).not.toContain('shadow');
  });
});
