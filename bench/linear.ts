import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectColumns, takeRows } from '../src/data/columns.ts';
import { featureRows, fit } from '../src/features/index.ts';
import { linear } from '../src/modeling/families/linear/linear.ts';
import { beliefs } from '../src/modeling/families/linear/path.ts';
import type { LabelledRows, Score } from '../src/modeling/index.ts';
import { familyDefaults } from '../src/modeling/families/parameters.fixture.ts';
import { computeMetric, metricByName, scoredRows } from '../src/statistics/metrics/index.ts';
import { finish } from '../src/work.ts';
import { adult, attrition, churn, lending } from './datasets.ts';

// The linear family beside scikit-learn on the same encoded rows in one run: our whole path, their one fit of 100
// iterations at the ridge that our path chose. CPU time, log loss of the test part.
//   npx tsx bench/linear.ts [--only Adult]
// AIENG_PYTHON names a Python with numpy and scikit-learn; without one our figures stand alone.

const python = process.env['AIENG_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'aieng-bench-linear-'));

const peer = `
import json, sys, time, numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
folder, belief = sys.argv[1], float(sys.argv[2])
def part(name):
    y = np.fromfile(f'{folder}/{name}.y')
    return np.fromfile(f'{folder}/{name}.x', dtype=np.float32).reshape(len(y), -1).astype(float), y
(x, y), (tx, ty) = part('training'), part('test')
started = time.process_time()
model = LogisticRegression(C=1 / belief).fit(x, y)
print(json.dumps(dict(seconds=time.process_time() - started, loss=log_loss(ty, model.predict_proba(tx)[:, 1]))))
`;

interface Peer {
  readonly seconds: number;
  readonly loss: number;
}

function askPeer(parts: Readonly<Record<string, LabelledRows>>, belief: number): Peer | undefined {
  for (const [name, { rows, target }] of Object.entries(parts)) {
    const dense = new Float32Array(rows.rows * rows.blocks.names.length);
    rows.blocks.range(0, rows.rows, dense);
    writeFileSync(join(folder, `${name}.x`), new Uint8Array(dense.buffer));
    writeFileSync(join(folder, `${name}.y`), new Uint8Array(target.buffer));
  }
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return JSON.parse(
      execFileSync(python, ['-c', peer, folder, String(belief)], { encoding: 'utf8', stdio: [...stdio] }),
    );
  } catch {
    return undefined;
  }
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const at = process.argv.indexOf('--only');
const only = at === -1 ? undefined : process.argv[at + 1];
for (const data of [adult(), churn(), lending(), attrition()]) {
  if (data === undefined || (only !== undefined && data.name !== only)) continue;
  const inputs = selectColumns(
    data.table,
    [...data.table.columns.keys()].filter((column) => column !== data.label),
  );
  const split = data.split(1);
  const features = fit({ auto: true, drop: [], features: [] }, takeRows(inputs, split.train), []);
  const part = (rows: Int32Array): LabelledRows => ({
    rows: featureRows(features, takeRows(data.table, rows)),
    target: Float64Array.from(rows, (row) => data.target[row]!),
  });
  const parts = { training: part(split.train), validation: part(split.validation), test: part(split.test) };
  const score: Score = (scores, target) =>
    computeMetric(metricByName('log_loss')!, scoredRows(data.task, scores, target));
  const job = {
    task: data.task,
    training: parts.training,
    stopping: parts.validation,
    rounds: null,
    options: {
      class_weights: 'none',
      calibration: 'none',
      metric: 'log_loss',
      backend: 'auto',
      target: 'none',
      ...familyDefaults,
    },
    seed: 1,
    score,
    hooks: {},
  } as const;
  await linear.fit(job);
  const started = cpuSeconds();
  const fitted = await linear.fit(job);
  const seconds = cpuSeconds() - started;
  const loss = score(fitted.answers(finish(fitted.margins(parts.test.rows))), parts.test.target);
  const belief = beliefs[fitted.rounds - 1]!;
  const other = askPeer({ training: parts.training, test: parts.test }, belief);
  const { width } = parts.training.rows.sparse;
  const figures = ({ seconds: took, loss: lost }: Peer): string =>
    `${took.toFixed(2)} CPU s, log loss ${lost.toFixed(5)}`;
  console.log(
    [
      `${data.name}, ${parts.training.rows.rows} × ${width}`.padEnd(24),
      `a path of ${fitted.history.length} places ${figures({ seconds, loss })} at ${belief}`,
      other === undefined
        ? `no peer: ${python} has no scikit-learn`
        : `one fit of scikit-learn, 100 iterations, ${figures(other)}`,
    ].join('  '),
  );
}
rmSync(folder, { recursive: true });
