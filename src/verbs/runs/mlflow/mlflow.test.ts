import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestProject } from '../../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../../cascade/testing.fixture.ts';
import { run } from '../../run/run.ts';
import { runs } from '../runs.ts';
import { takeRuns } from '../../../project/tried/tried.ts';
import { mlflowRun } from './told.ts';
import type { RunsOptions } from '../options.ts';
import type { RunsResult } from '../result.ts';

/** What the routes are asked, all in one. */
interface Asked {
  readonly name: string;
  readonly experiment_ids: readonly string[];
  readonly experiment_id: string;
  readonly filter: string;
  readonly run_id: string;
  readonly status: string;
  readonly params?: readonly { readonly key: string; readonly value: string }[];
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  readonly metrics?: KeptRun['metrics'];
}

interface KeptRun {
  readonly experiment: string;
  status: string;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly metrics: { readonly key: string; readonly value: number; readonly step: number }[];
}

type KeptJson = Pick<KeptRun, 'status' | 'metrics'> &
  Record<'params' | 'tags', Readonly<Record<string, string>>>;

/** What MLflow 3 does of its API, as far as an export asks for it. */
function fakeMlflow(seen: { authorization: (string | undefined)[] }): Server {
  const experiments: string[] = [];
  const kept: KeptRun[] = [];
  const routes: Record<string, (body: Asked, query: URLSearchParams) => [number, unknown]> = {
    'GET /experiments/get-by-name': (_, query) => {
      const at = experiments.indexOf(query.get('experiment_name') ?? '');
      return at === -1
        ? [404, { error_code: 'RESOURCE_DOES_NOT_EXIST' }]
        : [200, { experiment: { experiment_id: String(at) } }];
    },
    'POST /experiments/create': ({ name }) => [200, { experiment_id: String(experiments.push(name) - 1) }],
    'POST /runs/search': ({ experiment_ids, filter }) => {
      const [, key = '', value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(filter) ?? [];
      const found = kept.flatMap(({ experiment, tags }, at) =>
        experiment_ids.includes(experiment) && tags.get(key) === value
          ? [{ info: { run_id: String(at) } }]
          : [],
      );
      return [200, found.length === 0 ? {} : { runs: found }];
    },
    'POST /runs/create': ({ experiment_id, tags }) => {
      const tagged = new Map<string, string>((tags ?? []).map(({ key, value }) => [key, value]));
      const fresh = {
        experiment: experiment_id,
        status: 'RUNNING',
        params: new Map(),
        tags: tagged,
        metrics: [],
      };
      return [200, { run: { info: { run_id: String(kept.push(fresh) - 1) } } }];
    },
    'POST /runs/log-batch': ({ run_id, params = [], tags = [], metrics = [] }) => {
      const { [Number(run_id)]: one } = kept;
      for (const { key, value } of params) {
        if ((one!.params.get(key) ?? value) !== value)
          return [400, { error_code: 'INVALID_PARAMETER_VALUE' }];
        one!.params.set(key, value);
      }
      for (const { key, value } of tags) one!.tags.set(key, value);
      one!.metrics.push(...metrics);
      return [200, {}];
    },
    'POST /runs/update': ({ run_id, status }) => {
      kept[Number(run_id)]!.status = status;
      return [200, {}];
    },
    'GET /kept': () => [
      200,
      kept.map((one) => ({
        ...one,
        params: Object.fromEntries(one.params),
        tags: Object.fromEntries(one.tags),
      })),
    ],
  };
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    seen.authorization.push(request.headers.authorization);
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const route = routes[`${request.method ?? ''} ${pathname.replace('/api/2.0/mlflow', '')}`];
      const [status, json] =
        route === undefined
          ? [404, { error_code: 'ENDPOINT_NOT_FOUND' }]
          : route(text === '' ? {} : JSON.parse(text), searchParams);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
}

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });

describe('runs export', () => {
  let project: TestProject;
  let server: Server;
  let url = '';
  const seen: { authorization: (string | undefined)[] } = { authorization: [] };
  const exported = async (options: Partial<RunsOptions> = {}, variables = {}): Promise<RunsResult> => {
    const { environment } = project.context;
    const context = { ...project.context, environment: { ...environment, variables } };
    return (await runs(context, { action: 'export', mlflow: url, ...options })).result;
  };

  beforeAll(async () => {
    project = await openTestProject({
      'pipelines/left.yaml': customersPipeline('row_id: id\n'),
      'data/customers.csv': csvOf(customers(0, 300)),
    });
    await run(project.context, { to: 'package', waitMs: 0 });
  }, 60_000);
  beforeEach(async () => {
    seen.authorization = [];
    server = fakeMlflow(seen);
    url = await listening(server);
    return () => new Promise((resolve) => server.close(resolve));
  });
  const kept = async (): Promise<readonly KeptJson[]> =>
    JSON.parse(await (await fetch(`${url}/api/2.0/mlflow/kept`)).text());

  it('writes each run once, with figures, what it was made of and what was said of it', async () => {
    const first = await exported();
    expect(first).toMatchObject({ server: url, exported: [{ known: false }] });
    const [one] = await kept();
    expect(one).toMatchObject({
      status: 'FINISHED',
      params: { metric: 'log_loss', task: 'binary' },
      tags: { 'aieng.run': first.runs[0]!.id, 'aieng.gates': 'passed', 'aieng.command': 'package' },
    });
    const test = one?.metrics.find(({ key }) => key === 'test.log_loss');
    expect(test?.value).toBe(first.runs[0]!.model!.test!.value);
    expect(JSON.stringify(one)).not.toContain('customers.csv');

    await runs(project.context, { action: 'tag', runs: [first.runs[0]!.id], tags: ['paper'] });
    expect(await exported()).toMatchObject({ exported: [{ known: true }] });
    expect(await kept()).toMatchObject([{ tags: { 'aieng.tags': 'paper' } }]);
  });

  it('tells what a server does not take whole', async () => {
    const { runs: found } = await takeRuns(project.context, { all: true, limit: 1, fits: () => true });
    const [one] = found;
    const history = Array.from({ length: 450 }, (_, epoch) => ({ epoch, loss: 1, validation: 1 }));
    const { model } = one!.train!;
    const long = {
      ...one!,
      train: { ...one!.train!, model: { ...model, history } },
      content: { ...one!.content, set: [{ key: 'model.seed', value: 'x'.repeat(600), instead: null }] },
    };
    const { told, params, metrics } = mlflowRun(long, (await exported()).runs[0]!);
    expect(told).toEqual([
      'of 450 epochs only one in 3 has its loss there',
      'set.model.seed is cut to 500 characters',
    ]);
    expect(params.find(({ key }) => key === 'set.model.seed')?.value).toHaveLength(500);
    expect(metrics.filter(({ key }) => key === 'epoch.loss')).toHaveLength(151);
  });

  it('of what is named, and nothing where nothing fits', async () => {
    expect((await exported({ runs: ['left@1'] })).exported).toHaveLength(1);
    expect((await exported({ filter: { family: 'tabm' } })).exported).toEqual([]);
    await expect(exported({ runs: ['left@7'] })).rejects.toMatchObject({ exitCode: 2, code: 'run-unknown' });
  });

  it('sends what the variables of MLflow say, and only there', async () => {
    await exported({}, { MLFLOW_TRACKING_TOKEN: 'hunter2' });
    expect(new Set(seen.authorization)).toEqual(new Set(['Bearer hunter2']));
    const basic = {
      MLFLOW_TRACKING_USERNAME: 'ada',
      MLFLOW_TRACKING_PASSWORD: 'x',
      MLFLOW_TRACKING_URI: url,
    };
    await exported({ mlflow: '' }, basic);
    expect(seen.authorization.at(-1)).toBe(`Basic ${Buffer.from('ada:x').toString('base64')}`);
  });

  it.each([
    ['http://ada:hunter2@127.0.0.1:1', 'mlflow-address'],
    ['ftp://127.0.0.1', 'mlflow-address'],
    ['', 'mlflow-address'],
    ['http://127.0.0.1:1', 'mlflow-failed'],
  ])('refuses %s without telling a secret', async (mlflow, code) => {
    const failure: unknown = await exported({ mlflow }, { MLFLOW_TRACKING_TOKEN: 'hunter2' }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ exitCode: 2, code });
    expect(String(failure)).not.toContain('hunter2');
  });

  it('says so where something else answers', async () => {
    const other = createServer((_, response) => response.end('<html>'));
    const at = await listening(other);
    await expect(exported({ mlflow: at })).rejects.toMatchObject({ code: 'mlflow-answer' });
    other.close();
  });
});
