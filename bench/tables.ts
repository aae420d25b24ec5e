// Other people's tables: `aieng init` and `aieng run` on their defaults beside scikit-learn's linear models and LightGBM, on rows
// that none of them saw. Every .csv file of a folder is a table whose last column is the label.
//   npm run bench -- tables --folder=/some/folder [--only=name]
// AIENG_PYTHON names a Python with pandas, scikit-learn and lightgbm: it deals out the rows and fits the peers.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const bin = path.resolve(import.meta.dirname, '../bin/aieng.js');
const python = process.env['AIENG_PYTHON'] ?? 'python3';
const { folder = '', only = '' } = parseArgs({
  options: { folder: { type: 'string' }, only: { type: 'string' } },
}).values;

/** A fifth of the rows, drawn at random, judges. Peers: usual defaults; LightGBM stops early on 15 % of the others. */
const peers = `
import sys, json, warnings, numpy as np, pandas as pd, lightgbm as lgb
warnings.filterwarnings('ignore')
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
source, folder = sys.argv[1:3]
d = pd.read_csv(source)
label = d.columns[-1]
d = d.dropna(subset=[label]).reset_index(drop=True)
order = np.random.RandomState(0).permutation(len(d))
test, train = d.iloc[order[:len(d) // 5]], d.iloc[order[len(d) // 5:]]
train.to_csv(folder + '/train.csv', index=False)
test.to_csv(folder + '/test.csv', index=False)
classes = d[label].dtype.kind not in 'if' or d[label].nunique() <= 6
x, y, xt, yt = train.drop(columns=label), train[label], test.drop(columns=label), test[label]
if classes: y, yt = y.astype(str), yt.astype(str)
numbers = [c for c in x if x[c].dtype.kind in 'if']
words = [c for c in x if c not in numbers]
for part in (x, xt): part[words] = part[words].astype(str).where(part[words].notna(), None)
encode = ColumnTransformer([
  ('n', make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
  ('w', make_pipeline(SimpleImputer(strategy='constant', fill_value='NA'), OneHotEncoder(handle_unknown='ignore', min_frequency=5)), words)])
rmse = lambda answers: float(np.sqrt(np.mean((answers - yt) ** 2)))
if classes:
  m = make_pipeline(encode, LogisticRegression(max_iter=2000)).fit(x, y)
  linear = log_loss(yt, m.predict_proba(xt), labels=list(m.classes_))
else: linear = rmse(make_pipeline(encode, RidgeCV(np.logspace(-2, 4, 13))).fit(x, y).predict(xt))
for c in words:
  kind = pd.CategoricalDtype(sorted(set(x[c].dropna())))
  x[c], xt[c] = x[c].astype(kind), xt[c].astype(kind)
xa, xv, ya, yv = train_test_split(x, y, test_size=.15, random_state=0)
options = dict(n_estimators=2000, learning_rate=.05, verbosity=-1, n_jobs=1)
fit = dict(eval_set=[(xv, yv)], callbacks=[lgb.early_stopping(50, verbose=False)])
if classes:
  m = lgb.LGBMClassifier(**options).fit(xa, ya, **fit)
  trees = log_loss(yt, m.predict_proba(xt), labels=list(m.classes_))
else: trees = rmse(lgb.LGBMRegressor(**options).fit(xa, ya, **fit).predict(xt))
print(json.dumps(dict(label=label, rows=len(d), task='classes' if classes else 'numbers', linear=linear, trees=trees)))`;

/** What aieng's answers lose: log loss where it answers classes, else RMSE. Rows that it refused are counted, not scored. */
const scoring = `
import sys, json, numpy as np, pandas as pd
test, answers = pd.read_csv(sys.argv[1] + '/test.csv'), [json.loads(line) for line in open(sys.argv[1] + '/out.ndjson')]
y = test.iloc[:, -1]
if ('probabilities' in answers[0]) != (sys.argv[2] == 'classes'): print(json.dumps(dict(other=1))); sys.exit()
if len(answers) != len(y): print(json.dumps(dict(refused=len(y) - len(answers)))); sys.exit()
if 'probabilities' in answers[0]:
  said = [{k.lower(): v for k, v in a['probabilities'].items()} for a in answers]
  words = y.astype(str).str.lower().str.replace(r'[.]0$', '', regex=True)
  print(json.dumps(dict(loss=float(np.mean([-np.log(max(1e-7, p[w])) for p, w in zip(said, words)])))))
else: print(json.dumps(dict(loss=float(np.sqrt(np.mean((np.array([a['prediction'] for a in answers]) - y) ** 2))))))`;

interface Told {
  readonly [key: string]: number | string | undefined;
}

function ask(script: string, ...args: readonly string[]): Told | null {
  const { status, stdout } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Told) : null;
}

/** What `aieng` loses on the rows that it did not see; in words where it did not come to that. */
function lossOf(work: string, label: string, task: string): number | string {
  const aieng = (...args: readonly string[]): number =>
    spawnSync(process.execPath, [bin, '-C', work, ...args], { encoding: 'utf8' }).status ?? 1;
  const steps = [
    ['init', '--from', path.join(work, 'train.csv'), '--label', label, '--name', 'table'],
    // Which model is kept is the question here, not whether it may be used.
    ['run', '--set', 'evaluation.gates=[]'],
    ['predict', 'table', path.join(work, 'test.csv'), '-o', path.join(work, 'out.ndjson')],
  ] as const;
  for (const step of steps) {
    const status = aieng(...step);
    if (status !== 0) return `${step[0]} ended with ${status}`;
  }
  const { loss, refused, other } = ask(scoring, work, task) ?? {};
  if (typeof loss === 'number') return loss;
  if (other !== undefined) return `not ${task}: another task`;
  return refused === undefined ? 'not scored' : `${refused} rows refused`;
}

const files =
  folder === '' ? [] : readdirSync(folder).filter((file) => file.endsWith('.csv') && file.includes(only));
if (files.length === 0)
  console.log('skipped: --folder=<folder with .csv files, the label last> names no table');
else console.log('| table | rows | aieng | linear | LightGBM | above the best |\n|---|---|---|---|---|---|');
const places: number[] = [];
let near = 0;
for (const file of files) {
  const work = mkdtempSync(path.join(tmpdir(), 'aieng-bench-tables-'));
  const peer = ask(peers, path.resolve(folder, file), work);
  if (peer === null) {
    console.log(`| ${file} | ${python} could not read or fit it |`);
    continue;
  }
  const own = lossOf(work, String(peer['label']), String(peer['task']));
  const others = [Number(peer['linear']), Number(peer['trees'])];
  const shown = others.map((loss) => loss.toPrecision(4)).join(' | ');
  if (typeof own === 'string') console.log(`| ${file} | ${peer['rows']} | ${own} | ${shown} | – |`);
  else {
    const above = own / Math.min(own, ...others) - 1;
    places.push(1 + others.filter((loss) => loss < own).length);
    if (above <= 0.01) near += 1;
    console.log(
      `| ${file} | ${peer['rows']} | ${own.toPrecision(4)} | ${shown} | ${(100 * above).toFixed(1)} % |`,
    );
  }
  rmSync(work, { recursive: true, force: true });
}
if (places.length > 0) {
  const counted = [1, 2, 3].map((place) => places.filter((each) => each === place).length);
  console.log(
    `\nfirst ${counted[0]}, second ${counted[1]}, last ${counted[2]} of ${places.length}; first or within 1 % of the best: ${near}`,
  );
}
