// `aieng run` from CSV to bundle, the whole process from nothing, in turn with Python scripts that read the same file with
// pandas: `family: gbdt` beside LightGBM with early stopping, `family: auto` beside LightGBM and a logistic regression in five
// folds, of which the better one is fitted again. CPU and wall seconds, and the memory at its largest, in one run.
//   npx tsx bench/run.ts [--rows 45000] [--family gbdt|auto] [--times 3]
// AIENG_PYTHON names a Python with pandas, scikit-learn and lightgbm; without one our figures stand alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/random.ts';

const bin = path.resolve(import.meta.dirname, '../bin/aieng.js');
const python = process.env['AIENG_PYTHON'] ?? 'python3';
const {
  rows = '45000',
  times = '3',
  family: only,
} = parseArgs({
  options: { rows: { type: 'string' }, times: { type: 'string' }, family: { type: 'string' } },
}).values;
const folder = mkdtempSync(path.join(tmpdir(), 'aieng-bench-run-'));
const file = path.join(folder, 'clients.csv');

/** Seven numbers and nine columns of words, of which some tell the label: the shape of the bank marketing set. */
function generated(count: number): string {
  const random = createRandom('bench/run');
  const words = [12, 3, 4, 2, 2, 2, 3, 12, 4];
  const lines = [
    [
      'age',
      'balance',
      'day',
      'seconds',
      'calls',
      'days',
      'before',
      ...words.map((_, at) => `word_${at}`),
      'y',
    ].join(),
  ];
  for (let row = 0; row < count; row += 1) {
    const numbers = [
      18 + random.integer(70),
      Math.round(1300 + 3000 * random.normal()),
      1 + random.integer(31),
      Math.round(-260 * Math.log(1 - random.next())),
      1 + random.integer(6),
      random.next() < 0.8 ? -1 : random.integer(400),
      random.integer(5),
    ];
    const codes = words.map((size) => random.integer(size));
    const sum =
      -3.4 +
      numbers[3]! / 260 +
      (codes[8] === 1 ? 1.5 : 0) -
      0.5 * codes[4]! +
      (numbers[0]! - 45) ** 2 / 2000;
    const label = random.next() < 1 / (1 + Math.exp(-sum)) ? 'yes' : 'no';
    lines.push([...numbers, ...codes.map((code, at) => `w${at}_${code}`), label].join());
  }
  return `${lines.join('\n')}\n`;
}

const reading = `
import sys, numpy as np, pandas as pd, lightgbm as lgb
from sklearn.model_selection import train_test_split
from sklearn.metrics import log_loss
d = pd.read_csv(sys.argv[1]); y = (d.pop('y') == 'yes').astype(int)
words = list(d.columns[d.dtypes.map(lambda t: not pd.api.types.is_numeric_dtype(t))])
for c in words: d[c] = d[c].astype('category')
x, tx, y, ty = train_test_split(d, y, test_size=.15, random_state=0)
def trees(n): return lgb.LGBMClassifier(n_estimators=n, learning_rate=.05, num_leaves=31, n_jobs=1, verbose=-1)
def stopped(x, y, vx, vy): return trees(3000).fit(x, y, eval_set=[(vx, vy)], callbacks=[lgb.early_stopping(50, verbose=False)])
`;

const keeping = `
print('log loss', round(log_loss(ty, m.predict_proba(tx)[:, 1]), 4))
if hasattr(m, 'booster_'): m.booster_.save_model(sys.argv[1] + '.txt')
else: pickle.dump(m, open(sys.argv[1] + '.pickle', 'wb'))
`;

/** What a practitioner would write by hand for the same end. */
const peers = {
  gbdt: `${reading}
x, vx, y, vy = train_test_split(x, y, test_size=.15, random_state=1)
m = stopped(x, y, vx, vy)
${keeping}`,
  auto: `${reading}
import pickle
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
def linear():
  ready = make_column_transformer((OneHotEncoder(handle_unknown='ignore'), words), remainder=StandardScaler())
  return make_pipeline(ready, LogisticRegression(max_iter=1000))
losses, found = {'trees': [], 'linear': []}, []
for fit, held in StratifiedKFold(5, shuffle=True, random_state=1).split(x, y):
  fx, fy, hx, hy = x.iloc[fit], y.iloc[fit], x.iloc[held], y.iloc[held]
  m = stopped(fx, fy, hx, hy); found.append(m.best_iteration_)
  losses['trees'].append(log_loss(hy, m.predict_proba(hx)[:, 1]))
  losses['linear'].append(log_loss(hy, linear().fit(fx, fy).predict_proba(hx)[:, 1]))
better = min(losses, key=lambda k: np.mean(losses[k]))
m = (linear() if better == 'linear' else trees(int(np.mean(found)))).fit(x, y)
print(better, end=' ')
${keeping}`,
};

/** Runs a command and says what it used in all, its children too. */
function timed(name: string, command: string, args: readonly string[]): void {
  const watch = `import resource, subprocess, sys, time
s = time.time(); c = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
r = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f'{r.ru_utime + r.ru_stime:.2f} CPU s, {time.time() - s:.2f} s, {r.ru_maxrss >> 10} MB, exit {c}')`;
  const { stdout } = spawnSync(python, ['-c', watch, command, ...args], { cwd: folder, encoding: 'utf8' });
  console.log(`${name.padEnd(20)} ${stdout.trim()}`);
}

writeFileSync(file, generated(Number(rows)));
const options = ['--from', 'clients.csv', '--label', 'y', '--name', 'clients'];
spawnSync(process.execPath, [bin, 'init', ...options], { cwd: folder });
const pipeline = path.join(folder, 'pipelines', 'clients.yaml');
const asWritten = readFileSync(pipeline, 'utf8');
const hasPeer = spawnSync(python, ['-c', 'import pandas, sklearn, lightgbm']).status === 0;
if (!hasPeer)
  console.log(`${python} lacks pandas, scikit-learn or lightgbm (AIENG_PYTHON): no peer in this run.`);
for (const [family, peer] of Object.entries(peers).filter(([name]) => only === undefined || name === only)) {
  writeFileSync(pipeline, `${asWritten}\nmodel:\n  family: ${family}\n`);
  for (let time = 0; time < Number(times); time += 1) {
    rmSync(path.join(folder, '.aieng'), { recursive: true, force: true });
    timed(`aieng run, ${family}`, process.execPath, [bin, 'run']);
    if (hasPeer) timed(`Python, ${family}`, python, ['-c', peer, file]);
  }
}
rmSync(folder, { recursive: true });
