import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder, runCli, schemaErrors } from './support.ts';

const secret = 'a-secret-of-the-receiver';

interface Receiver {
  url: string;
  up: boolean;
  readonly bodies: string[];
}

async function openReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', up: true, bodies: [] };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (receiver.up) receiver.bodies.push(body);
      response.writeHead(receiver.up ? 204 : 403).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  receiver.url = `http://127.0.0.1:${port}/${secret}`;
  return receiver;
}

/** A pipeline whose source is not there. */
function project(): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'pipelines'));
  writeFileSync(
    join(folder, 'pipelines', 'churn.yaml'),
    'source: data/gone.csv\nlabel: left\nalerts:\n  sinks:\n    - name: ops\n      webhook: { url: "${OPS_URL}", secret: "${OPS_SECRET}" }\n',
  );
  return folder;
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());

describe('a command that nobody watches', () => {
  it('tells the receiver once, keeps what it could not tell, and shows no secret anywhere', async () => {
    const cwd = project();
    const receiver = await openReceiver();
    const env = { OPS_URL: receiver.url, OPS_SECRET: 'whsec_bm90aGluZw==' };
    receiver.up = false;
    const first = await runCli(['ingest', 'churn'], { cwd, env });
    expect([first.exitCode, first.stderr]).toEqual([
      2,
      expect.stringContaining('warning: Alerts for ops wait: it answered 403.'),
    ]);
    const status = await runCli(['status', '--json'], { cwd, env });
    expect(schemaErrors('status', status.json)).toEqual([]);
    expect(status.json.result.alerts).toEqual([
      { pipeline: 'churn', firing: 1, waiting: [{ receiver: 'ops', alerts: 1, problem: 'it answered 403' }] },
    ]);
    receiver.up = true;
    const sent = await runCli(['alerts', 'send', 'churn', '--json'], { cwd, env });
    expect(schemaErrors('alerts', sent.json)).toEqual([]);
    expect([sent.exitCode, sent.json.result.sent]).toEqual([
      0,
      [{ receiver: 'ops', alerts: 1, problem: null }],
    ]);
    await runCli(['ingest', 'churn'], { cwd, env });
    expect(receiver.bodies.map((body) => JSON.parse(body).alerts)).toMatchObject([
      [{ kind: 'run-failed', key: 'ingest', severity: 'critical', reason: 'new' }],
    ]);
    const said = [first, status, sent].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    const kept = filesBelow(cwd).map((file) => readFileSync(file, 'utf8'));
    for (const text of [...said, ...kept]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('bm90aGluZw');
    }
  });
});

describe('aieng alerts', () => {
  it('test says which receiver did not take it, and exits with 2', async () => {
    const cwd = project();
    const { exitCode, json, stderr } = await runCli(['alerts', 'test', '--json'], { cwd });
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ code: 'receiver-failed' });
    expect(stderr).toContain('the environment variable OPS_URL is not set');
  });

  it('rules writes a file for Prometheus and one for Grafana', async () => {
    const cwd = project();
    const { exitCode, json } = await runCli(['alerts', 'rules', '--output', 'out', '--json'], { cwd });
    expect(exitCode).toBe(0);
    expect(json.result.files.map((file: string) => file.replace(cwd, ''))).toEqual([
      '/out/churn.rules.yaml',
      '/out/churn.dashboard.json',
    ]);
  });

  it('a secret that stands in the file is refused, and not shown', async () => {
    const cwd = project();
    const file = join(cwd, 'pipelines', 'churn.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('${OPS_SECRET}', 'hunter2hunter2'));
    const { exitCode, stderr } = await runCli(['alerts', 'list'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('a secret stands in the file');
    expect(stderr).not.toContain('hunter2');
  });
});
