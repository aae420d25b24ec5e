import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { featuresOf } from '../../scripts/demo/traffic.ts';
import { churnPipeline } from './churnProject.ts';
import { ask, constantLoad } from './load.ts';
import { createProject, fixtureLines, freePort } from './project.ts';

const { header, lines } = fixtureLines('telco-churn.csv');
const csvOf = (rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
const isFiber = (line: string): boolean => line.includes('"Fiber optic"');
const without = lines.filter((line) => !isFiber(line));
const fiber = lines.filter(isFiber);
type Customer = Readonly<Record<string, string>>;
const customersOf = (rows: readonly string[]): Customer[] =>
  parse<Record<string, string>>(csvOf(rows), { columns: true });

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const project = createProject({
  'pipelines/churn.yaml': churnPipeline(port),
  'data/customers.csv': csvOf(without.slice(0, 1200)),
});
afterAll(() => project.aieng('stop', 'churn'));

/** Customers ask, and later it is known who left. */
async function live(rows: readonly Customer[]): Promise<void> {
  const asked = await ask(`${url}/predict`, {
    body: JSON.stringify({ features: rows.map((row) => featuresOf(row)) }),
  });
  expect(asked.status, asked.body).toBe(200);
  const { predictions } = JSON.parse(asked.body) as { predictions: { id: string }[] };
  const labels = predictions.map(({ id }, at) => ({ id, label: rows[at]!['churn'] }));
  const told = await ask(`${url}/feedback`, { body: JSON.stringify(labels) });
  expect(told.status, told.body).toBe(200);
}

describe('retrain, with the service running', () => {
  it('does nothing for customers like those before', async () => {
    await project.must('run', '--to', 'deploy', '--json');
    await live(customersOf(without.slice(1200, 1500)));
    const { json } = await project.must('retrain', '--json');
    expect(json.decision).toBe('no-trigger');
    expect(json.result).toMatchObject({ trainingRows: null, challenger: null });
  });

  it('replaces the champion when the customers change, and no request fails meanwhile', async () => {
    await live(customersOf(fiber.slice(0, 700)));
    const monitor = await project.aieng('monitor', '--json');
    expect(monitor.exitCode).toBe(5);
    const load = constantLoad(
      `${url}/predict`,
      JSON.stringify({ features: featuresOf(customersOf(fiber.slice(0, 1))[0]!) }),
      2,
    );
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(5);
    const retrain = await project.aieng('retrain', '--json');
    const atSwitch = load.answered();
    await expect.poll(() => load.answered(), { timeout: 60_000 }).toBeGreaterThan(atSwitch + 5);
    const { statuses, versions } = await load.stop();
    expect(retrain, retrain.stderr).toMatchObject({ exitCode: 0 });
    expect(retrain.json.decision, retrain.json.result.because).toBe('promoted-and-deployed');
    expect(retrain.json.result.triggers.length).toBeGreaterThan(0);
    expect(retrain.json.result.comparison.improvement.low).toBeGreaterThan(0);
    expect(retrain.json.result).toMatchObject({
      champion: { version: 1 },
      challenger: { version: 2 },
      deployed: { version: 2, state: 'running' },
    });
    expect([...statuses.keys()]).toEqual([200]);
    expect([...versions].sort()).toEqual([1, 2]);
    const { json } = await project.must('status', '--json');
    expect(json.result.deployments[0].history.map((entry: { version: number }) => entry.version)).toEqual([
      1, 2,
    ]);
  });

  it('twice in a row: the second has nothing to do', async () => {
    const { json } = await project.must('retrain', '--json');
    expect(['no-trigger', 'cooldown']).toContain(json.decision);
    expect(json.result.challenger).toBeNull();
  });

  it('is a cooldown when the alarm comes back at once, and --force overrides it', async () => {
    // The old customers, with the opposite outcome: an alarm that no model deserves.
    const turned = customersOf(without.slice(1500, 1900)).map((row) => ({
      ...row,
      churn: row['churn'] === 'Yes' ? 'No' : 'Yes',
    }));
    await live(turned);
    const rests = await project.must('retrain', '--json');
    expect(rests.json.decision).toBe('cooldown');
    expect(rests.json.result.because).toContain('--force');
    const forced = await project.aieng('retrain', '--force', '--no-deploy', '--json');
    // The best candidate may have learnt from the last week alone.
    const { candidates } = forced.json.result as {
      readonly candidates: readonly { readonly name: string; readonly trainingRows: number }[];
    };
    expect(candidates.find(({ name }) => name === 'union')?.trainingRows).toBeGreaterThan(1200);
    expect(['promoted', 'challenger-not-better', 'gate-failed']).toContain(forced.json.decision);
    const status = await project.must('status', '--json');
    expect(status.json.result.deployments[0].status.version).toBe(2);
  });

  it('leaves a store that verifies, and a rollback brings the champion before back', async () => {
    await project.must('rollback', 'churn', '--json');
    const answer = await ask(`${url}/predict`, {
      body: JSON.stringify({ features: featuresOf(customersOf(fiber.slice(0, 1))[0]!) }),
    });
    expect(JSON.parse(answer.body).model.version).toBe(1);
    const now = new Date().toISOString();
    const explained = await project.must('explain', '--served-at', now, '--json');
    expect(explained.json.result.title).toContain('churn@1 served (local)');
    expect(explained.json.result.data.why).toBe('aieng rollback');
    const { periods } = (await project.must('status', '--history', '--json')).json.result.deployments[0];
    expect(periods[0].versions[0].origin).toMatchObject({ command: 'package', because: 'ended ok' });
    expect(periods[1].versions[0]).toMatchObject({
      version: 2,
      origin: { command: 'retrain', approval: null },
    });
    const { json } = await project.must('doctor', '--json');
    expect(json.ok).toBe(true);
  });
});
