import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyBook } from '../../src/alerting/alert.ts';
import { afterNews, dueFor } from '../../src/alerting/book.ts';
import type { AlertBook } from '../../src/alerting/alert.ts';
import { rulesText } from '../../src/alerting/rules/rules.ts';
import { alertmanager } from '../../src/alerting/sinks/alertmanager.ts';
import { ownRoutes } from '../../src/monitoring/prometheus.ts';
import { findingOf } from '../../src/project/alerting/findings.ts';
import { durationBuckets } from '../../src/serving/metrics.ts';

// The rules that aieng writes, judged and fired by Prometheus itself, and both ways into a real Alertmanager.

const [promtool, prometheus, manager] = ['promtool', 'prometheus', 'prometheus-alertmanager'].map(
  (name) => `/usr/bin/${name}`,
) as [string, string, string];
const isHere = [promtool, prometheus, manager].every((file) => existsSync(file));

const monitor = {
  health: { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 1024 },
  slo: { availability: 0.999, latency_ms: 100, latency_share: 0.99 },
};
const folder = mkdtempSync(join(tmpdir(), 'aieng-prometheus-'));
const rulesFile = join(folder, 'churn.rules.yaml');
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

/** One that answers so, on a port of its own. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function freePort(): Promise<number> {
  const server = createPlain();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts a program and waits until it is ready. */
async function start(program: string, args: readonly string[], ready: string): Promise<ChildProcess> {
  const child = spawn(program, args, { cwd: folder, stdio: 'ignore' });
  closing.push(() => void child.kill('SIGKILL'));
  await expect
    .poll(
      () =>
        fetch(ready).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 20_000, interval: 200 },
    )
    .toBe(true);
  return child;
}

const write = (name: string, content: object): string => {
  // JSON is YAML.
  writeFileSync(join(folder, name), JSON.stringify(content));
  return join(folder, name);
};

const info = { series: 'aieng_model_info{job="a",instance="i",name="churn"}', values: '1x800' };
const requests = (status: string, values: string): object => ({
  series: `aieng_http_requests_total{job="a",instance="i",route="/predict",status="${status}"}`,
  values,
});

describe.skipIf(!isHere)('Prometheus', () => {
  beforeAll(async () => {
    writeFileSync(rulesFile, await rulesText('churn', monitor, { buckets: durationBuckets, ownRoutes }));
  });

  it('takes the rules, and fires them when it should and not before', () => {
    expect(spawnSync(promtool, ['check', 'rules', rulesFile], { encoding: 'utf8' })).toMatchObject({
      status: 0,
    });
    const test = (
      series: readonly object[],
      expected: readonly { readonly at: string; readonly alert: string; readonly fires: boolean }[],
    ): object => ({
      interval: '1m',
      input_series: series,
      promql_expr_test: expected.map(({ at, alert, fires }) => ({
        expr: `count(ALERTS{alertname="${alert}",alertstate="firing",pipeline="churn"})`,
        eval_time: at,
        exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
      })),
    });
    const at = (time: string, alert: string, fires: boolean) => ({ at: time, alert, fires });
    const tests = write('tests.yaml', {
      rule_files: [rulesFile],
      evaluation_interval: '1m',
      tests: [
        test(
          [{ series: 'up{job="a"}', values: '1x30' }],
          [at('4m', 'AiengServiceDown', false), at('6m', 'AiengServiceDown', true)],
        ),
        // 3 % of the requests fail: more than the limit, and 30 times the budget.
        test(
          [info, requests('2xx', '0+97x60'), requests('5xx', '0+3x60')],
          [
            at('3m', 'AiengErrors', false),
            at('15m', 'AiengErrors', true),
            at('30m', 'AiengAvailabilityFast', true),
            at('30m', 'AiengServiceDown', false),
          ],
        ),
        // One in a thousand: the objective itself.
        test(
          [info, requests('2xx', '0+999x60'), requests('5xx', '0+1x60')],
          [at('30m', 'AiengErrors', false), at('30m', 'AiengAvailabilityFast', false)],
        ),
        // The requests of another pipeline are none of ours.
        test(
          [
            info,
            requests('2xx', '0+100x60'),
            {
              series: 'aieng_http_requests_total{job="b",instance="j",route="/predict",status="5xx"}',
              values: '0+100x60',
            },
            { series: 'aieng_model_info{job="b",instance="j",name="bikes"}', values: '1x60' },
          ],
          [at('30m', 'AiengErrors', false)],
        ),
        // Nine requests of ten take longer than 100 ms.
        test(
          [
            info,
            ...['0.1', '+Inf'].map((le) => ({
              series: `aieng_http_request_duration_seconds_bucket{job="a",instance="i",route="/predict",le="${le}"}`,
              values: le === '0.1' ? '0+10x60' : '0+100x60',
            })),
          ],
          [at('30m', 'AiengSlowFast', true)],
        ),
      ],
    });
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', tests], { encoding: 'utf8' });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('and aieng itself reach an Alertmanager, and both tell it when it is over', async () => {
    const arrived: { status: string; labels: Readonly<Record<string, string>> }[] = [];
    const hook = await serve((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        arrived.push(...JSON.parse(body).alerts);
        response.end();
      });
    });
    let lost = 0;
    const service = await serve((_request, response) => {
      lost += 1;
      response.end(`aieng_model_info{name="churn"} 1\naieng_prediction_log_lost_total ${lost}\n`);
    });
    const [managerPort, prometheusPort] = [await freePort(), await freePort()];
    const managerUrl = `http://127.0.0.1:${managerPort}`;
    const managerFile = write('alertmanager.yml', {
      route: { receiver: 'hook', group_by: ['...'], group_wait: '0s', group_interval: '1s' },
      receivers: [
        { name: 'hook', webhook_configs: [{ url: `http://127.0.0.1:${hook}/`, send_resolved: true }] },
      ],
    });
    await start(
      manager,
      [
        `--config.file=${managerFile}`,
        `--storage.path=${join(folder, 'manager')}`,
        `--web.listen-address=127.0.0.1:${managerPort}`,
        '--cluster.listen-address=',
      ],
      `${managerUrl}/-/ready`,
    );
    const prometheusFile = write('prometheus.yml', {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rulesFile],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${managerPort}`] }] }] },
      scrape_configs: [{ job_name: 'a', static_configs: [{ targets: [`127.0.0.1:${service}`] }] }],
    });
    await start(
      prometheus,
      [
        `--config.file=${prometheusFile}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${prometheusPort}`,
      ],
      `http://127.0.0.1:${prometheusPort}/-/ready`,
    );
    const receiver = { name: null, kinds: [], min_severity: 'info', resolved: true } as const;
    const tell = async (book: AlertBook): Promise<void> => {
      const now = Date.now();
      const due = dueFor(book, { repeat_hours: 24 }, receiver, 'x', now);
      await alertmanager.send(
        { id: 'one', pipeline: 'churn', from: 'shop', at: now, due, more: 0, repeatMs: 86_400_000 },
        { url: managerUrl, token: null },
        { variables: {}, now, timeoutMs: 5000, signal: new AbortController().signal },
      );
    };
    const finding = findingOf('drift', { summary: 'contract drifted.' });
    const judged = [{ kind: 'drift' }] as const;
    const drifted = afterNews(emptyBook, { findings: [finding], judged }, 'churn', Date.now() - 5000);
    await tell(drifted);
    const came = (alertname: string, status: string): boolean =>
      arrived.some((alert) => alert.status === status && alert.labels['alertname'] === alertname);
    await expect.poll(() => came('aieng', 'firing'), { timeout: 20_000, interval: 200 }).toBe(true);
    expect(arrived.find(({ labels }) => labels['alertname'] === 'aieng')?.labels).toMatchObject({
      pipeline: 'churn',
      kind: 'drift',
      severity: 'warning',
    });
    await tell(afterNews(drifted, { findings: [], judged }, 'churn', Date.now() - 1000));
    await expect.poll(() => came('aieng', 'resolved'), { timeout: 20_000, interval: 200 }).toBe(true);
    await expect
      .poll(() => came('AiengPredictionsLost', 'firing'), { timeout: 30_000, interval: 200 })
      .toBe(true);
  }, 100_000);
});
