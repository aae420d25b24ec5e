// A batch user who has row ids only: hours of a bike rental, trained on 2011, live month by month through 2012 by
// `predict --log`, labels by `instant`. AIENG_LONG=1 runs the whole year; otherwise its first three months.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openTestProject } from '../../src/cascade/testing.fixture.ts';
import { monitor } from '../../src/verbs/monitor/monitor.ts';
import { predict } from '../../src/verbs/predict/predict.ts';
import { retrain } from '../../src/verbs/retrain/retrain.ts';
import { run } from '../../src/verbs/run/run.ts';

const hours = fileURLToPath(new URL('../../../shared/data/reference/bike-sharing/hour.csv', import.meta.url));
const day = 24 * 3_600_000;
const months = process.env['AIENG_LONG'] === '1' ? 12 : 3;

const pipeline = `source: data/2011.csv
label: { column: cnt, task: regression }
row_id: instant
features: { drop: [dteday, yr, casual, registered] }
model: { family: linear, backend: wasm }
evaluation: { bootstrap: 200, gates: [] }
monitor: { window_hours: 743, min_rows: 100, labels: data/labels.csv }
retrain: { min_labelled_rows: 200, triggers: { drift: false } }
`;

if (!existsSync(hours)) console.log(`skipped: ${hours} is not provided here`);
describe.skipIf(!existsSync(hours))('bike hours, labelled by row id', () => {
  it(`closes the loop over ${months} months without rewriting an id`, async () => {
    const [header = '', ...lines] = readFileSync(hours, 'utf8').trimEnd().split(/\r?\n/);
    const names = header.split(',');
    const cell = (line: string, name: string): string => line.split(',')[names.indexOf(name)] ?? '';
    const of = (year: string, month: number): string[] =>
      lines.filter((line) => cell(line, 'yr') === year && Number(cell(line, 'mnth')) === month);
    const withoutOutcome = names.slice(0, -3).join(',');
    const file = (rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
    const past = lines.filter((line) => cell(line, 'yr') === '0');
    const { context, environment, write } = await openTestProject({
      'pipelines/bikes.yaml': pipeline,
      'data/2011.csv': file(past),
      'data/labels.csv': 'instant,cnt\n',
    });
    await run(context, { to: 'package', waitMs: 0 });
    const labels: string[] = [];
    const promoted: number[] = [];
    for (let month = 1; month <= months; month += 1) {
      environment.advance(31 * day);
      const rows = of('1', month);
      // What is asked has no outcome yet.
      const asked = rows.map((line) => line.split(',').slice(0, -3).join(','));
      write('data/month.csv', `${[withoutOutcome, ...asked].join('\n')}\n`);
      const { result } = await predict(context, {
        bundle: 'bikes',
        input: 'data/month.csv',
        output: 'data/answers.csv',
        log: true,
      });
      expect(result).toMatchObject({ rows: rows.length, rejected: 0 });
      // The file of labels grows: those of earlier months are of predictions before the window.
      labels.push(...rows.map((line) => `${cell(line, 'instant')},${cell(line, 'cnt')}`));
      write('data/labels.csv', `${['instant,cnt', ...labels].join('\n')}\n`);
      const { result: report } = await monitor(context, { bundle: 'bikes' });
      expect(report.window.rows).toBe(rows.length);
      expect(report.labels).toMatchObject({
        given: labels.length,
        used: rows.length,
        outside: labels.length - rows.length,
        unmatched: 0,
        unusable: 0,
        ambiguous: 0,
      });
      expect(report.performance).toMatchObject({ labelled: rows.length });
      const { result: decision, exitCode } = await retrain(context, {
        waitMs: 0,
        force: false,
        noDeploy: true,
      });
      expect(exitCode).toBe(0);
      expect(decision.labels).toMatchObject({ used: rows.length, unmatched: 0 });
      if (decision.decision === 'promoted') promoted.push(month);
    }
    // 2012 is half as busy again as 2011: the loop notices, and learns it from labels by row id.
    expect(promoted.length).toBeGreaterThan(0);
  }, 900_000);
});
