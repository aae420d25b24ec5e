import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import type { Random } from '../../src/random.ts';
import type { CliResult } from '../cli/support.ts';
import { repository, runCli } from '../cli/support.ts';
import { createProject } from './project.ts';

const clock = pathToFileURL(path.join(repository, 'bench', 'clock.mjs')).href;
const dayMs = 86_400_000;
const monday = Date.UTC(2026, 0, 5);

const pipeline = `source: data/orders.csv
label: { column: returned, positive: 'yes' }
row_id: order
model: { family: linear }
evaluation: { bootstrap: 200, gates: [] }
monitor: { labels: data/labels.csv, min_rows: 200 }
`;

/** Orders whose value is so much higher than at first, and what became of them. */
function orders(random: Random, from: number, count: number, higher: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const [value, weight] = [random.normal() + higher, random.normal()];
    const odds = Math.exp(1.2 * value - 0.8 * weight - 0.3);
    const returned = random.next() < odds / (1 + odds) ? 'yes' : 'no';
    return `o${from + at},${value.toFixed(3)},${weight.toFixed(3)},${returned}`;
  });
}

const csv = (header: string, rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
const withoutOutcome = (row: string): string => row.slice(0, row.lastIndexOf(','));
const labelOf = (row: string): string => `${row.split(',')[0] ?? ''},${row.slice(row.lastIndexOf(',') + 1)}`;

/** A project whose days are lived through by their number: batches of orders, their labels, and looks. */
function liveProject() {
  const random = createRandom('accepting a population');
  const files = {
    'pipelines/orders.yaml': pipeline,
    'data/orders.csv': csv('order,value,weight,returned', orders(random, 0, 1500, 0)),
    'data/labels.csv': 'order,returned\n',
  };
  const project = createProject(files);
  const known: string[] = [];
  let next = 1500;
  const at = async (day: number, ...args: readonly string[]): Promise<CliResult> => {
    const BENCH_CLOCK = new Date(monday + day * dayMs).toISOString();
    const env = { BENCH_CLOCK, NODE_OPTIONS: `--import ${clock}` };
    const result = await runCli([...args, '--json'], { cwd: project.folder, timeoutMs: 200_000, env });
    if (result.exitCode !== 0 && result.exitCode !== 5)
      throw new Error(`aieng ${args.join(' ')}: exit ${result.exitCode}\n${result.stderr}${result.stdout}`);
    return result;
  };
  return {
    at,
    /** A day's batch is answered, its outcomes come, and it is looked. */
    look: async (day: number, higher: number): Promise<CliResult> => {
      const rows = orders(random, next, 600, higher);
      next += rows.length;
      project.write('data/asked.csv', csv('order,value,weight', rows.map(withoutOutcome)));
      await at(day, 'predict', 'orders', 'data/asked.csv', '-o', 'data/answers.csv', '--log');
      known.push(...rows.map(labelOf));
      project.write('data/labels.csv', csv('order,returned', known));
      return at(day + 0.1, 'monitor', 'orders');
    },
  };
}

describe('accepting what an alarm shows', () => {
  it('is calm about the same population from then on, and alarms of the next change', async () => {
    const { at, look } = liveProject();
    await at(0, 'run', 'orders', '--to', 'package');
    expect(await look(0.3, 0)).toMatchObject({ exitCode: 0, json: { decision: 'calm' } });
    await look(1.3, 0.8);
    const seen = await look(2.3, 0.8);
    expect(seen).toMatchObject({ exitCode: 5, json: { decision: 'alarm' } });

    const accepted = await at(2.5, 'monitor', 'orders', '--accept', 'orders from abroad');
    expect(accepted).toMatchObject({ exitCode: 0, json: { decision: 'accepted', alarms: [] } });
    expect(accepted.json.result.accepted).toMatchObject({ by: 'person', why: 'orders from abroad' });

    // Looked at again, and after more of the same came.
    expect(await at(2.6, 'monitor', 'orders')).toMatchObject({ exitCode: 0, json: { decision: 'calm' } });
    for (const day of [3.3, 4.3, 5.3])
      expect(await look(day, 0.8), `day ${day}`).toMatchObject({ exitCode: 0, json: { decision: 'calm' } });
    // What was accepted asks for no training either.
    expect((await at(5.5, 'retrain', 'orders')).json.decision).toBe('no-trigger');

    // Back to what it was at first is a change now.
    await look(6.3, 0);
    const back = await look(7.3, 0);
    expect(back).toMatchObject({ exitCode: 5, json: { decision: 'alarm' } });
    expect(back.json.alarms.map(({ kind }: { kind: string }) => kind)).toContain('drift');
  }, 1_200_000);
});
