import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readLog } from '../../src/serving/index.ts';
import { createRandom } from '../../src/random.ts';
import { ask } from './load.ts';
import { createProject, freePort } from './project.ts';

/** Integers that float64 cannot tell apart: next to each other, far beyond 2⁵³. */
const idOf = (customer: number): string => String(1_582_218_195_625_938_944n + BigInt(customer));

/** A customer as JSON writes it, the id as a number; with `left` where the outcome is known. */
function written(customer: number, outcome: boolean): string {
  const random = createRandom(`customer/${customer}`);
  const age = 18 + random.integer(60);
  const plan = ['basic', 'plus', 'pro'][random.integer(3)]!;
  const left = age > 45 === random.next() < 0.9 ? 'yes' : 'no';
  return `{"id":${idOf(customer)},"age":${age},"plan":"${plan}"${outcome ? `,"left":"${left}"` : ''}}`;
}
const leftOf = (customer: number): string => JSON.parse(written(customer, true)).left;
const rows = (from: number, to: number, outcome: boolean): string[] =>
  Array.from({ length: to - from }, (_, i) => written(from + i, outcome));

const [trained, asked] = [1200, 600];
const port = await freePort();
const project = createProject({
  'data/customers.ndjson': rows(0, trained, true).join('\n'),
  'pipelines/left.yaml': `source: data/customers.ndjson
label: { column: left, task: binary, positive: 'yes' }
row_id: id
model: { family: linear }
evaluation: { bootstrap: 200, gates: [] }
deploy: { port: ${port} }
retrain: { min_labelled_rows: 100, min_compare_rows: 20, compare_share: 0.5 }
`,
});
afterAll(() => project.aieng('stop', 'left'));

it('ids of 64 bits stay as they are written from the source through service and labels to retraining', async () => {
  await project.must('run', '--to', 'deploy');
  const post = async (path: string, body: string): Promise<void> => {
    const { status, body: said } = await ask(`http://127.0.0.1:${port}${path}`, { body });
    expect(status, said).toBe(200);
  };
  for (let from = trained; from < trained + asked; from += 200)
    await post('/predict', `{"features":[${rows(from, from + 200, false).join()}]}`);
  const customers = Array.from({ length: asked }, (_, i) => trained + i);
  const logged = async (): Promise<readonly string[]> => {
    const { predictions } = await readLog(join(project.folder, '.aieng', 'logs', 'left'));
    return predictions.map(({ rowId }) => rowId).sort();
  };
  // The log is written a moment after the answer.
  await expect.poll(async () => (await logged()).length, { timeout: 30_000 }).toBe(asked);
  expect(await logged()).toEqual(customers.map(idOf));
  const labels = customers.map((customer) => ({ id: idOf(customer), label: leftOf(customer) }));
  await post('/feedback', JSON.stringify(labels));
  const { json } = await project.must('retrain', '--force', '--no-deploy', '--json');
  expect(json.result.labels).toMatchObject({ given: asked, used: asked, unmatched: 0, ambiguous: 0 });
  // No row of the recent ones is taken for one that the champion was fitted on.
  const { candidates, comparisonRows } = json.result as {
    readonly candidates: readonly { readonly name: string; readonly trainingRows: number }[];
    readonly comparisonRows: number;
  };
  const used = comparisonRows + (candidates.find(({ name }) => name === 'union')?.trainingRows ?? 0);
  // All but the source's own test part, which teaches nobody.
  expect(used).toBeLessThan(trained + asked);
  expect(used).toBeGreaterThan(0.75 * trained + asked);
});
