// Training: aieng's loop against TensorFlow.js's own `model.fit`, the same net on the same rows and backend in one run.
import { familyDefaults } from '../src/modeling/families/parameters.fixture.ts';
import { train } from '../src/modeling/index.ts';
import { rowsOfMatrix } from '../src/modeling/rows.fixture.ts';
import { loadBackend } from '../src/modeling/networks/backend.ts';
import { createRandom } from '../src/random.ts';
import { computeMetric, metricByName, scoredRows } from '../src/statistics/metrics/index.ts';

const [rows, width, epochs, batch] = [32_768, 100, 3, 256];
const random = createRandom('bench');
const dense = Float32Array.from({ length: rows * width }, () => random.normal());
const target = Float64Array.from({ length: rows }, (_, row) =>
  dense[row * width]! + random.normal() > 0 ? 1 : 0,
);
const names = Array.from({ length: width }, (_, column) => `x${column}`);
const part = (n: number) => ({
  rows: rowsOfMatrix({ rows: n, names, dense: dense.subarray(0, n * width) }),
  target: target.subarray(0, n),
});
const task = { kind: 'binary', classes: ['0', '1'], positive: '1' } as const;
const logLoss = metricByName('log_loss')!;
const options = {
  family: 'mlp',
  backend: 'wasm',
  class_weights: 'none',
  calibration: 'none',
  target: 'none',
  metric: 'log_loss',
  ...familyDefaults,
  mlp: {
    ...familyDefaults.mlp,
    epochs,
    batch_size: batch,
    learning_rate: 0.001,
    weight_decay: 0.1,
    patience: epochs,
    hidden: [128, 64],
    dropout: 0,
    max_row_visits: Infinity,
  },
} as const;

async function own(): Promise<number> {
  const started = performance.now();
  await train(task, part(rows), part(256), options, 1, (scores, labels) =>
    computeMetric(logLoss, scoredRows(task, scores, labels)),
  );
  return performance.now() - started;
}

async function modelFit(): Promise<number> {
  const { tf } = await loadBackend('wasm');
  const layers = await import('@tensorflow/tfjs-layers');
  const model = layers.sequential();
  const silent = { verbose: 0 as const };
  model.add(layers.layers.dense({ units: 128, activation: 'relu', inputShape: [width] }));
  model.add(layers.layers.dense({ units: 64, activation: 'relu' }));
  model.add(layers.layers.dense({ units: 1, activation: 'sigmoid' }));
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'binaryCrossentropy' });
  const x = tf.tensor2d(dense, [rows, width]);
  const y = tf.tensor2d(Float32Array.from(target), [rows, 1]);
  const started = performance.now();
  await model.fit(x, y, { epochs, batchSize: batch, shuffle: true, ...silent });
  return performance.now() - started;
}

await own();
const [ownMs, fitMs] = [await own(), await modelFit()];
const rate = (ms: number): string =>
  `${Math.round((rows * epochs) / (ms / 1000)).toLocaleString('en')} rows/s`;
console.log(`training ${width}→128→64→1, ${rows} rows, batch ${batch}, ${epochs} epochs, wasm, one thread`);
console.log(`  aieng's loop       ${rate(ownMs)}`);
console.log(`  model.fit          ${rate(fitMs)}`);
console.log(`  ratio              ${(fitMs / ownMs).toFixed(2)} × model.fit`);
