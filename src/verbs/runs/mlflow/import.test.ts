import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestProject } from '../../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../../cascade/testing.fixture.ts';
import { runs } from '../runs.ts';
import type { RunsResult } from '../result.ts';

/** What MLflow 3 answers, two runs a page. */
const served = [
  {
    info: {
      run_id: 'a1',
      run_name: 'deep',
      user_id: 'ada',
      status: 'FINISHED',
      start_time: 1_764_400_000_000,
      end_time: 1_764_400_009_000,
    },
    data: {
      params: [{ key: 'depth', value: '6' }],
      metrics: [
        { key: 'auc', value: 0.91, step: 4 },
        { key: 'odd', value: 'NaN', step: 0 },
      ],
      tags: [
        { key: 'mlflow.source.git.commit', value: 'c0ffee' },
        { key: 'team', value: 'growth' },
      ],
    },
  },
  { info: { run_id: 'b2', status: 'FAILED', start_time: '1764400001000' } },
  { info: { run_id: 'c3', status: 'RUNNING', start_time: 1 } },
  {
    info: { run_id: 'd4', status: 'FINISHED', start_time: 1 },
    data: { tags: [{ key: 'aieng.run', value: 'x' }] },
  },
];

let server: Server;
let url = '';
let project: TestProject;
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
      const answer = (status: number, body: unknown): unknown =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (pathname.endsWith('/experiments/get-by-name'))
        return searchParams.get('experiment_name') === 'churn'
          ? answer(200, { experiment: { experiment_id: '7' } })
          : answer(404, { error_code: 'RESOURCE_DOES_NOT_EXIST' });
      if (pathname.endsWith('/experiments/search'))
        return answer(200, { experiments: [{ name: 'churn' }, { name: 'Default' }] });
      const from = Number(/"page_token":"(\d+)"/.exec(text)?.[1] ?? 0);
      answer(200, {
        runs: served.slice(from, from + 2),
        ...(from + 2 < served.length ? { next_page_token: String(from + 2) } : {}),
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 4)),
  });
});
afterAll(() => void server.close());

const importing = async (...experiments: string[]): Promise<RunsResult & { warnings: readonly string[] }> => {
  const { result, warnings } = await runs(project.context, { action: 'import', mlflow: url, experiments });
  return { ...result, warnings };
};

describe('runs import', () => {
  it('makes listed runs of them, once, and tells what stays behind', async () => {
    const first = await importing('churn');
    expect(first.imported.map(({ mlflowRun, known }) => [mlflowRun, known])).toEqual([
      ['a1', false],
      ['b2', false],
    ]);
    expect(first.warnings).toEqual([
      '1 of churn still go on and were left out: import again when they have ended.',
      '1 of churn were exported by aieng and were left out.',
      '1 metrics of churn have several steps: the last value came along.',
      '1 metrics of churn are no finite numbers and were left out, odd of run a1 first.',
      'Artifacts and models of churn stay on the server.',
    ]);
    const again = await importing('churn');
    expect(again.imported).toEqual(first.imported.map((each) => ({ ...each, known: true })));

    const { result } = await runs(project.context, { action: 'list', filter: { pipeline: 'churn' } });
    expect(result.runs).toMatchObject([
      { command: 'imported', outcome: 'failed', startedAt: 1_764_400_001_000, git: null },
      { command: 'imported', outcome: 'ok', durationMs: 9_000, git: { commit: 'c0ffee' }, model: null },
    ]);
    const shown = await runs(project.context, { action: 'show', runs: [first.imported[0]!.run] });
    expect(shown.result.shown?.facts).toEqual([
      'by: ada',
      `imported from: MLflow at ${url}, experiment churn, run a1`,
      'metric auc: 0.91',
      'name: deep',
      'parameter depth: 6',
      'tag team: growth',
    ]);
    await expect(
      runs(project.context, { action: 'compare', runs: first.imported.map(({ run }) => run) }),
    ).resolves.toBeDefined();
  });

  it('what came from a server does not go back to one', async () => {
    const { imported } = await importing('churn');
    for (const names of [[], [imported[0]!.run]]) {
      const { result, warnings } = await runs(project.context, {
        action: 'export',
        mlflow: url,
        runs: names,
      });
      expect(result).toMatchObject({ exported: [], runs: [] });
      expect(warnings).toEqual([
        `Left out: ${names.length === 0 ? 2 : 1} of these runs, imported from a server, do not go back to one.`,
      ]);
    }
  });

  it.each([
    [['chrun'], 'mlflow-experiment-unknown', 'Did you mean churn?'],
    [[], 'mlflow-experiment-missing', expect.stringContaining('--experiment')],
  ])('%j is refused', async (experiments, code, hint) => {
    await expect(importing(...experiments)).rejects.toMatchObject({ exitCode: 2, code, hint });
  });
});
