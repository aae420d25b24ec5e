import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectColumns, takeRows } from '../src/data/columns.ts';
import { featureRows, fit } from '../src/features/index.ts';
import { columnSources } from '../src/features/sources.ts';
import { writeCells } from '../src/modeling/families/gbdt/features.ts';
import { readFiles } from '../src/modeling/families/gbdt/files.ts';
import { familyDefaults } from '../src/modeling/families/parameters.fixture.ts';
import { load, train } from '../src/modeling/index.ts';
import type { FamilyOptions, LabelledRows, TrainedModel } from '../src/modeling/index.ts';
import { addContributions, explainForest } from '../src/modeling/trees/contributions.ts';
import { computeMetric, metricByName, scoredRows } from '../src/statistics/metrics/index.ts';
import { finish } from '../src/work.ts';
import type { Work } from '../src/work.ts';
import { adult, churn } from './datasets.ts';

// What explaining an answer costs beside giving it, by family; for trees beside LightGBM's pred_contrib on the same forest
// and rows, one thread each, and how far the two are apart.
//   npx tsx bench/explain.ts [--adult]
// AIENG_PYTHON names a Python with lightgbm and numpy; without one our figures stand alone.

const python = process.env['AIENG_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'aieng-bench-explain-'));

const peer = `
import sys, json, resource, numpy as np, lightgbm as lgb
folder, rows = sys.argv[1], int(sys.argv[2])
x = np.fromfile(f'{folder}/x').reshape(rows, -1)
model = lgb.Booster(model_file=f'{folder}/trees.txt')
model.predict(x[:10], pred_contrib=True, num_threads=1)
cpu = lambda: (lambda r: r.ru_utime + r.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
started = cpu()
theirs = model.predict(x, pred_contrib=True, num_threads=1)
seconds = cpu() - started
ours = np.fromfile(f'{folder}/ours').reshape(theirs.shape)
print(json.dumps(dict(seconds=seconds, off=float(np.max(np.abs(theirs - ours) / np.maximum(1e-6, np.abs(theirs)))))))
`;

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Microseconds of CPU a row, the second time. */
function measured(rows: number, work: () => Work<unknown>): number {
  finish(work());
  const started = cpuSeconds();
  finish(work());
  return ((cpuSeconds() - started) * 1e6) / rows;
}

const keep = (name: string, values: Float64Array): void =>
  writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

/** LightGBM's contributions of the same forest: its seconds, and the greatest relative difference. */
function askPeer(
  model: TrainedModel,
  { rows }: LabelledRows,
): { readonly seconds: number; readonly off: number } | undefined {
  const { trees, binding } = readFiles(model.files, model.task);
  const width = binding.features.length;
  const cells = new Float64Array(rows.rows * width);
  writeCells(binding.features, rows.prepared, 0, rows.rows, cells);
  const explained = explainForest(trees.trees, 1)!;
  const place = Int32Array.from({ length: width }, (_, at) => at);
  const ours = new Float64Array(rows.rows * (width + 1));
  const slots = width + 1;
  addContributions(explained, cells, width, place, slots, ours);
  for (let row = 0; row < rows.rows; row += 1) ours[row * slots + width] = explained.base[0]!;
  keep('x', cells);
  keep('ours', ours);
  writeFileSync(join(folder, 'trees.txt'), model.files.get('trees.txt')!);
  try {
    const args = ['-c', peer, folder, String(rows.rows)];
    return JSON.parse(execFileSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

const options: FamilyOptions = {
  class_weights: 'none',
  calibration: 'none',
  target: 'none',
  metric: 'log_loss',
  backend: 'wasm',
  ...familyDefaults,
  mlp: {
    ...familyDefaults.mlp,
    epochs: 20,
    batch_size: 256,
    learning_rate: 0.003,
    weight_decay: 0.01,
    patience: 5,
    hidden: [64, 32],
    dropout: 0,
    max_row_visits: 10_000_000,
  },
};

const explainedRows = 200;
const data = process.argv.includes('--adult') ? adult() : churn();
if (data === undefined) throw new Error('the data set Adult is absent');
const split = data.split(1);
const inputs = selectColumns(
  data.table,
  [...data.table.columns.keys()].filter((column) => column !== data.label),
);
const features = fit({ auto: true, drop: [], features: [] }, takeRows(inputs, split.train), []);
const part = (rows: Int32Array): LabelledRows => ({
  rows: featureRows(features, takeRows(data.table, rows)),
  target: Float64Array.from(rows, (row) => data.target[row]!),
});
const parts = { training: part(split.train), validation: part(split.validation) };
const few = part(split.test.slice(0, explainedRows));
const score = (scores: Float64Array, target: Float64Array): number =>
  computeMetric(metricByName('log_loss')!, scoredRows(data.task, scores, target));

console.log(`${data.name}: µs of CPU a row, ${explainedRows} rows at once, ${inputs.columns.size} columns`);
for (const family of ['linear', 'gbdt', 'mlp']) {
  const asked = { ...options, family };
  const { model } = await train(data.task, parts.training, parts.validation, asked, 1, score);
  const scorer = await load(model);
  const explainer = scorer.explain(columnSources(features));
  const answering = measured(explainedRows, () => scorer.predict(few.rows));
  const explaining = measured(explainedRows, () => explainer.contributions(few.rows));
  const how = explainer.samples === null ? 'exact' : `${explainer.samples} walks`;
  const other = family === 'gbdt' ? askPeer(model, few) : undefined;
  const beside =
    other === undefined
      ? ''
      : `; LightGBM ${((other.seconds * 1e6) / explainedRows).toFixed(0)} µs, off by ${other.off.toExponential(0)}`;
  console.log(
    `  ${family.padEnd(8)} answer ${answering.toFixed(1).padStart(7)}   why ${explaining.toFixed(0).padStart(6)} (${how}; ${model.bestEpoch} rounds; ${((explaining * 1000) / explainer.stepsPerRow).toFixed(2)} ns a step)${beside}`,
  );
  scorer.dispose();
}
rmSync(folder, { recursive: true, force: true });
