// `aieng runs export --mlflow` and `import --mlflow` against a real MLflow tracking server, looked at by MLflow's own client.
//   npx tsx bench/tracking.ts
// AIENG_PYTHON names a Python with mlflow (the server, not mlflow-skinny).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const python = process.env['AIENG_PYTHON'] ?? 'python3';
if (spawnSync(python, ['-c', 'import mlflow.server, uvicorn']).status !== 0) {
  console.log(`Skipped: ${python} has no MLflow server (AIENG_PYTHON names the Python; pip install mlflow).`);
  process.exit(0);
}

const repository = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'aieng-bench-tracking-'));
const problems: string[] = [];
let checks = 0;
/** Both as JSON: what is told is plain data. */
function check(what: string, got: unknown, wanted: unknown): void {
  checks += 1;
  if (JSON.stringify(got) !== JSON.stringify(wanted))
    problems.push(`${what}: got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of programs, which the checks look at
function aieng(...args: string[]): any {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(repository, 'bin/aieng.js'), ...args, '--json'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`aieng ${args.join(' ')} ended with ${status ?? 'a signal'}: ${stderr}`);
  return JSON.parse(stdout);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of programs, which the checks look at
function client(url: string, program: string): any {
  const run = spawnSync(python, ['-W', 'ignore', '-c', program, url], { cwd: folder, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`MLflow's client: ${run.stderr}`);
  return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '');
}

const lookProgram = `
import json, sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
experiment = client.get_experiment_by_name('customers')
runs = [] if experiment is None else client.search_runs([experiment.experiment_id], order_by=['attributes.start_time'])
print(json.dumps([{
    'status': run.info.status, 'start': run.info.start_time, 'end': run.info.end_time, 'name': run.info.run_name,
    'params': run.data.params, 'metrics': run.data.metrics, 'tags': run.data.tags,
    'epochs': [[one.step, one.value] for one in client.get_metric_history(run.info.run_id, 'epoch.loss')],
} for run in runs]))
`;

const writeProgram = `
import json, sys, mlflow
from mlflow import MlflowClient
mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment('research')
with mlflow.start_run(run_name='deep') as run:
    mlflow.log_params({'depth': 6, 'note': 'Zweijährig – neu'})
    for step in range(5):
        mlflow.log_metric('auc', 0.5 + step / 10, step=step)
    mlflow.log_metric('odd', float('nan'))
    mlflow.set_tag('team', 'growth')
try:
    with mlflow.start_run(run_name='broken'):
        mlflow.log_metric('auc', 0.4)
        raise ValueError('as meant')
except ValueError:
    pass
client = MlflowClient()
experiment = client.get_experiment_by_name('research').experiment_id
client.create_run(experiment, run_name='goes on')
many = client.create_experiment('many')
for index in range(130):
    made = client.create_run(many, run_name=f'run {index}')
    client.log_param(made.info.run_id, 'index', index)
    client.set_terminated(made.info.run_id)
print(json.dumps(mlflow.__version__))
`;

const free = createServer().listen(0, '127.0.0.1');
await once(free, 'listening');
const address = free.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
free.close();
const url = `http://127.0.0.1:${port}`;
const server = spawn(
  python,
  [
    ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
    ...['--backend-store-uri', `sqlite:///${path.join(folder, 'mlflow.db')}`],
    ...['--default-artifact-root', path.join(folder, 'artifacts')],
  ],
  // A group of its own: the server starts processes, which end with it.
  { cwd: folder, stdio: 'ignore', detached: true },
);
const tries = 240;
const isUp = (): Promise<boolean> =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );

try {
  for (let left = tries; !(await isUp()); left -= 1) {
    if (left === 0 || server.exitCode !== null) throw new Error('the MLflow server did not start');
    await wait(500);
  }
  copyFileSync(path.join(repository, 'fixtures/telco-churn.csv'), path.join(folder, 'customers.csv'));
  aieng('init', '--from', 'customers.csv', '--label', 'churn');
  aieng('run', '--set', 'model.family=linear');
  aieng('run', '--set', 'model.family=rule', '--set', 'evaluation.gates=[]');
  aieng('runs', 'tag', 'customers@1', 'paper');

  const { result } = aieng('runs', 'export', '--mlflow', url);
  check('exported', result.exported.length, 2);
  const there = client(url, lookProgram);
  check('runs there', there.length, 2);
  // Newest first here, oldest first there.
  for (const [index, line] of result.runs.toReversed().entries()) {
    const { [index]: one } = there;
    check('status', one.status, 'FINISHED');
    check('name', one.name, `customers@${line.bundle.version}`);
    check('run', one.tags['aieng.run'], line.id);
    check('bundle', one.tags['aieng.bundle'], line.bundle.digest);
    check('family', one.params.family, line.model.family);
    check('metric', one.metrics[`test.${one.params.metric}`], line.model.test.value);
    check('time', one.end >= one.start && one.start > 1.7e12, true);
  }
  check('tags', [there[0].tags['aieng.tags'], there[1].tags['aieng.tags'] ?? null], ['paper', null]);
  check('epochs', there[0].epochs.length > 0, true);
  check('a set parameter', there[1].params['set.model.family'], '"rule"');

  aieng('runs', 'note', 'customers@2', 'for comparison');
  const again = aieng('runs', 'export', '--mlflow', url).result.exported;
  check(
    'known again',
    again.map(({ known }: { known: boolean }) => known),
    [true, true],
  );
  const later = client(url, lookProgram);
  check('no run twice', later.length, 2);
  check('a note since', later[1].tags['mlflow.note.content'], 'for comparison');
  check('figures stay', later[0].metrics, there[0].metrics);

  const version: string = client(url, writeProgram);
  const imported = aieng('runs', 'import', '--mlflow', url, '--experiment', 'research');
  check('imported', imported.result.imported.length, 2);
  check('told', imported.warnings.length > 0, true);
  const texts = JSON.stringify(
    imported.result.imported.map(({ run }: { run: string }) => aieng('runs', 'show', run).result),
  );
  for (const word of [
    'parameter depth: 6',
    'Zweijährig – neu',
    'metric auc: 0.9',
    'tag team: growth',
    'deep',
    'broken',
  ])
    check(word, texts.includes(word), true);
  check('what goes on stays there', texts.includes('goes on'), false);
  const twice = aieng('runs', 'import', '--mlflow', url, '--experiment', 'research').result.imported;
  check(
    'imported once',
    twice.map(({ known }: { known: boolean }) => known),
    [true, true],
  );
  check(
    'many, page by page',
    aieng('runs', 'import', '--mlflow', url, '--experiment', 'many').result.imported.length,
    130,
  );
  const home = aieng('runs', 'export', '--mlflow', url).result;
  check('what came from there does not go back', home.exported.length, 2);
  console.log(
    problems.length === 0
      ? `MLflow ${version}: ${checks} checks, all as its own client says`
      : `MLflow ${version}: ${problems.join('; ')}`,
  );
} catch (error) {
  problems.push(String(error));
  console.log(`MLflow: ${String(error)}`);
} finally {
  if (server.pid !== undefined && server.exitCode === null) {
    const ended = once(server, 'exit');
    process.kill(-server.pid, 'SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = problems.length === 0 ? 0 : 1;
