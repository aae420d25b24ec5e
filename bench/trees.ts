import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectColumns, takeRows } from '../src/data/columns.ts';
import { featureRows, fit } from '../src/features/index.ts';
import { writeCells } from '../src/modeling/families/gbdt/features.ts';
import { readFiles } from '../src/modeling/families/gbdt/files.ts';
import { gbdtDefaults } from '../src/modeling/families/gbdt/parameters.fixture.ts';
import { familyDefaults } from '../src/modeling/families/parameters.fixture.ts';
import type { GbdtParameters } from '../src/modeling/families/gbdt/parameters.ts';
import { load, train } from '../src/modeling/index.ts';
import type { FamilyOptions, LabelledRows, Score, Task, TrainedModel } from '../src/modeling/index.ts';
import { rowsOfMatrix } from '../src/modeling/rows.fixture.ts';
import { addSums, layOut } from '../src/modeling/trees/forest.ts';
import { createRandom } from '../src/random.ts';
import { computeMetric, metricByName, scoredRows } from '../src/statistics/metrics/index.ts';
import { finish } from '../src/work.ts';
import { adult, attrition, bikes, california, churn, lending } from './datasets.ts';

// Trees beside LightGBM on the same rows in one run, one thread each: accuracy with early stopping, the time of 100 trees
// (by one thread and by two, of which the clock tells), and the raw sums that LightGBM gives by our text model.
//   npx tsx bench/trees.ts [--only Adult] [--seeds 3] [--million]
// AIENG_PYTHON names a Python with lightgbm, numpy and scikit-learn; without one our figures stand alone.

const python = process.env['AIENG_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'aieng-bench-trees-'));

const peer = `
import json, sys, time, resource, numpy as np, lightgbm as lgb
from sklearn.metrics import roc_auc_score
folder, ask = sys.argv[1], json.loads(sys.argv[2])
def part(name):
    y = np.fromfile(f'{folder}/{name}.y')
    return np.fromfile(f'{folder}/{name}.x').reshape(len(y), -1), y
(x, y), (vx, vy), (tx, ty) = part('training'), part('validation'), part('test')
cpu = lambda: (lambda r: r.ru_utime + r.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
started, at = cpu(), time.perf_counter()
data = lgb.Dataset(x, y, categorical_feature=ask['categories'])
judged = lgb.Dataset(vx, vy, reference=data)
stop = [lgb.early_stopping(ask['patience'], verbose=False)] if ask['patience'] else []
model = lgb.train(dict(objective=ask['objective'], learning_rate=.05, num_leaves=31, verbose=-1, num_threads=ask['threads']), data, ask['trees'], valid_sets=[judged], callbacks=stop)
seconds, wall = cpu() - started, time.perf_counter() - at
p = model.predict(tx)
value = roc_auc_score(ty, p) if ask['objective'] == 'binary' else float(np.sqrt(np.mean((p - ty) ** 2)))
ours = lgb.Booster(model_file=f'{folder}/trees.txt').predict(tx, raw_score=True)
sums = np.fromfile(f'{folder}/sums')
print(json.dumps(dict(value=value, seconds=seconds, wall=wall, trees=model.best_iteration or model.num_trees(), off=float(np.max(np.abs(ours - sums) / np.maximum(1e-300, np.abs(sums)))))))
`;

interface Peer {
  readonly value: number;
  readonly seconds: number;
  readonly wall: number;
  readonly trees: number;
  readonly off: number;
}

type Parts = Readonly<Record<'training' | 'validation' | 'test', LabelledRows>>;

function askPeer(
  parts: Parts,
  task: Task,
  model: TrainedModel,
  trees: number,
  patience: number,
  threads = 1,
): Peer | undefined {
  const { trees: own, binding } = readFiles(model.files, task);
  const width = binding.features.length;
  const cellsOf = ({ rows }: LabelledRows): Float64Array => {
    const cells = new Float64Array(rows.rows * width);
    writeCells(binding.features, rows.prepared, 0, rows.rows, cells);
    return cells;
  };
  const keep = (name: string, values: Float64Array): void =>
    writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  for (const [name, part] of Object.entries(parts)) {
    keep(`${name}.x`, cellsOf(part));
    keep(`${name}.y`, part.target);
  }
  const sums = new Float64Array(parts.test.rows.rows);
  addSums(layOut(own.trees), cellsOf(parts.test), width, 1, sums);
  keep('sums', sums);
  writeFileSync(join(folder, 'trees.txt'), model.files.get('trees.txt')!);
  const categories = binding.features.flatMap(({ kind }, at) => (kind === 'codes' ? [at] : []));
  const objective = task.kind === 'binary' ? 'binary' : 'regression';
  const ask = JSON.stringify({ categories, objective, trees, patience, threads });
  try {
    return JSON.parse(
      execFileSync(python, ['-c', peer, folder, ask], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } catch {
    return undefined;
  }
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function scoreBy(name: string, task: Task): Score {
  const metric = metricByName(name)!;
  return (scores, target) => computeMetric(metric, scoredRows(task, scores, target));
}

async function fitted(
  parts: Parts,
  task: Task,
  change: Partial<GbdtParameters>,
  seed: number,
  threads = 1,
): Promise<{ model: TrainedModel; seconds: number; wall: number; value: number }> {
  const options: FamilyOptions & { family: string } = {
    class_weights: 'none',
    calibration: 'none',
    target: 'none',
    metric: 'any',
    backend: 'auto',
    family: 'gbdt',
    ...familyDefaults,
    gbdt: { ...gbdtDefaults, ...change },
  };
  const watched = scoreBy(task.kind === 'regression' ? 'rmse' : 'log_loss', task);
  const [started, at] = [cpuSeconds(), performance.now()];
  const { model } = await train(task, parts.training, parts.validation, options, seed, watched, { threads });
  const [seconds, wall] = [cpuSeconds() - started, (performance.now() - at) / 1000];
  const scorer = await load(model);
  const judged = scoreBy(task.kind === 'regression' ? 'rmse' : 'roc_auc', task);
  return { model, seconds, wall, value: judged(finish(scorer.predict(parts.test.rows)), parts.test.target) };
}

function tell(
  name: string,
  ours: { value: number; seconds: number; model: TrainedModel },
  other: Peer | undefined,
): void {
  const cells = [
    name.padEnd(24),
    `${ours.value.toFixed(4)}, ${ours.model.bestEpoch} trees, ${ours.seconds.toFixed(2)} CPU s`,
    other === undefined
      ? `no peer: ${python} has no lightgbm`
      : `LightGBM ${other.value.toFixed(4)}, ${other.trees} trees, ${other.seconds.toFixed(2)} CPU s; ${(ours.seconds / ours.model.history.length / (other.seconds / Math.max(1, other.trees + (ours.model.history.length > ours.model.bestEpoch ? 50 : 0)))).toFixed(2)} × a tree; raw sums by LightGBM off by ${other.off.toExponential(0)}`,
  ];
  console.log(cells.join('  '));
}

/** 100 trees by one thread and by two, beside LightGBM by as many: one thread has the same trees as two. */
async function tellThreads(name: string, parts: Parts, task: Task): Promise<void> {
  const one = await fitted(parts, task, fixed, 1);
  const alone = askPeer(parts, task, one.model, fixed.trees, 0);
  tell(name, one, alone);
  const two = await fitted(parts, task, fixed, 1, 2);
  if (two.value !== one.value) throw new Error(`${name}: two threads grow other trees than one`);
  const beside = askPeer(parts, task, two.model, fixed.trees, 0, 2);
  const against = (peer: Peer | undefined): string =>
    peer === undefined ? '' : ` (${(two.wall / peer.wall).toFixed(2)} ×)`;
  console.log(
    [
      `${name}, by the clock`.padEnd(24),
      `one thread ${one.wall.toFixed(2)} s, two ${two.wall.toFixed(2)} s (${two.seconds.toFixed(2)} CPU s)`,
      ...(alone === undefined
        ? []
        : [
            `LightGBM one ${alone.wall.toFixed(2)} s${against(alone)}, two ${beside?.wall.toFixed(2)} s${against(beside)}: × is our two`,
          ]),
    ].join('  '),
  );
}

const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
};
const only = flag('--only');
const seeds = Number(flag('--seeds') ?? 1);
const fixed = { trees: 100, rows: 1, columns: 1, patience: 100 };

for (const data of [adult(), california(), bikes(), churn(), lending(), attrition()]) {
  if (data === undefined || (only !== undefined && data.name !== only)) continue;
  const inputs = selectColumns(
    data.table,
    [...data.table.columns.keys()].filter((column) => column !== data.label),
  );
  for (let seed = 1; seed <= seeds; seed += 1) {
    const split = data.split(seed);
    const features = fit({ auto: true, drop: [], features: [] }, takeRows(inputs, split.train), []);
    const part = (rows: Int32Array): LabelledRows => ({
      rows: featureRows(features, takeRows(data.table, rows)),
      target: Float64Array.from(rows, (row) => data.target[row]!),
    });
    const parts = { training: part(split.train), validation: part(split.validation), test: part(split.test) };
    const ours = await fitted(parts, data.task, {}, seed);
    tell(`${data.name}, seed ${seed}`, ours, askPeer(parts, data.task, ours.model, 1000, 50));
    if (data.name !== 'Adult' || seed > 1) continue;
    await fitted(parts, data.task, fixed, seed);
    await tellThreads('Adult, 100 trees', parts, data.task);
  }
}

if (process.argv.includes('--million')) {
  const random = createRandom('million');
  const width = 14;
  const made = (rows: number): LabelledRows => {
    const dense = new Float32Array(rows * width);
    const target = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) {
      for (let at = 0; at < width; at += 1)
        dense[row * width + at] = at < 8 ? random.normal() : random.integer(4 ** (at - 7));
      const sum =
        dense[row * width]! * dense[row * width + 1]! +
        dense[row * width + 2]! +
        (dense[row * width + 9]! % 3) -
        1;
      target[row] = sum + random.normal() > 0 ? 1 : 0;
    }
    const names = Array.from({ length: width }, (_, at) => `x${at}`);
    return { rows: rowsOfMatrix({ rows, names, dense }), target };
  };
  const task: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
  const parts = { training: made(1_000_000), validation: made(10_000), test: made(10_000) };
  await tellThreads('1M × 14, 100 trees', parts, task);
}
rmSync(folder, { recursive: true });
