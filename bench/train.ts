// Training a net: aieng's loop beside PyTorch on one thread (PYTHON=… says which Python has it) and TensorFlow.js's own
// `model.fit`, the same net on as many rows in one run.
import { spawnSync } from 'node:child_process';
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

/** CPU seconds of some work: other work on the machine does not count. */
async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const own = (): Promise<unknown> =>
  train(task, part(rows), part(256), options, 1, (scores, labels) =>
    computeMetric(logLoss, scoredRows(task, scores, labels)),
  );

/** A run of `model.fit` from nothing; gives what is to be timed. */
async function modelFit(): Promise<() => Promise<unknown>> {
  const { tf } = await loadBackend('wasm');
  const layers = await import('@tensorflow/tfjs-layers');
  const model = layers.sequential();
  model.add(layers.layers.dense({ units: 128, activation: 'relu', inputShape: [width] }));
  model.add(layers.layers.dense({ units: 64, activation: 'relu' }));
  model.add(layers.layers.dense({ units: 1, activation: 'sigmoid' }));
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'binaryCrossentropy' });
  const x = tf.tensor2d(dense, [rows, width]);
  const y = tf.tensor2d(Float32Array.from(target), [rows, 1]);
  return () => model.fit(x, y, { epochs, batchSize: batch, shuffle: true });
}

/** The same net, rows and optimiser with PyTorch on one thread; prints its CPU seconds. */
const peer = `
import time, torch
torch.set_num_threads(1)
rows, width, batch, epochs = ${rows}, ${width}, ${batch}, ${epochs}
x = torch.randn(rows, width)
y = (x[:, :1] + torch.randn(rows, 1) > 0).float()
net = torch.nn.Sequential(torch.nn.Linear(width, 128), torch.nn.ReLU(), torch.nn.Linear(128, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
optimiser = torch.optim.AdamW(net.parameters(), lr=.001, weight_decay=.1)
loss = torch.nn.BCEWithLogitsLoss()
def epoch():
    order = torch.randperm(rows)
    for start in range(0, rows, batch):
        some = order[start:start + batch]
        optimiser.zero_grad()
        loss(net(x[some]), y[some]).backward()
        optimiser.step()
epoch()
started = time.process_time()
for _ in range(epochs): epoch()
print(time.process_time() - started)
`;

/** null where there is no PyTorch. */
function peerSeconds(python: string): number | null {
  const { status, stdout } = spawnSync(python, ['-c', peer], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
}

const rate = (seconds: number | null): string =>
  seconds === null ? 'not to be had' : `${Math.round((rows * epochs) / seconds).toLocaleString('en')} rows/s`;

await own();
const python = process.env['PYTHON'] ?? 'python3';
console.log(
  `training ${width}→128→64→1, ${rows} rows, batch ${batch}, ${epochs} epochs, one thread, rows per CPU second`,
);
for (let round = 1; round <= 3; round += 1) {
  const ownSeconds = await cpuSeconds(own);
  const torch = peerSeconds(python);
  const ratio = torch === null ? '' : `  = ${(torch / ownSeconds).toFixed(2)} × PyTorch`;
  console.log(`  aieng ${rate(ownSeconds)}   PyTorch ${rate(torch)}${ratio}`);
}
console.log(`  TensorFlow.js, model.fit ${rate(await cpuSeconds(await modelFit()))}`);
