import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cellValue, takeRows } from '../src/data/columns.ts';
import type { Split } from '../src/data/splitting.ts';
import type { Dataset } from './datasets.ts';

/**
 * scikit-learn's linear model on all rows that are not for the test, with one-hot words and scaled numbers; LightGBM with
 * early stopping on the validation part, on the rows of the training part.
 */
const script = `
import sys, json, warnings, numpy as np, pandas as pd, lightgbm as lgb
warnings.filterwarnings('ignore')
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
source, label, metric, positive, seed = sys.argv[1:6]
d = pd.DataFrame(json.load(open(source)))
part, d = d['__part'], d.drop(columns='__part')
y = (d[label] == positive).astype(int) if positive else d[label].astype(float)
x = d.drop(columns=label)
words = [c for c in x if not pd.api.types.is_numeric_dtype(x[c])]
numbers = [c for c in x if c not in words]
known, test, a, v = part != 'test', part == 'test', part == 'train', part == 'validation'
encode = ColumnTransformer([
  ('n', make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
  ('w', make_pipeline(SimpleImputer(strategy='constant', fill_value='NA'), OneHotEncoder(handle_unknown='ignore', min_frequency=5)), words)])
def judged(m, x):
  if positive: return float(roc_auc_score(y[test], m.predict_proba(x[test])[:, 1]))
  return float(np.sqrt(np.mean((m.predict(x[test]) - y[test]) ** 2)))
linear = LogisticRegression(max_iter=2000) if positive else RidgeCV(np.logspace(-2, 4, 13))
first = judged(make_pipeline(encode, linear).fit(x[known], y[known]), x)
c = x.copy()
for w in words: c[w] = c[w].astype('category')
kind = lgb.LGBMClassifier if positive else lgb.LGBMRegressor
m = kind(n_estimators=2000, learning_rate=.05, verbosity=-1, n_jobs=1, random_state=int(seed))
m.fit(c[a], y[a], eval_set=[(c[v], y[v])], callbacks=[lgb.early_stopping(50, verbose=False)])
print(json.dumps([first, judged(m, c)]))`;

/** What the two peers reach on the same test rows, or null where no Python has them. */
export function peerValues(
  data: Dataset,
  split: Split,
  metric: string,
  seed: number,
): readonly [number, number] | null {
  const { AIENG_PYTHON: python } = process.env;
  if (python === undefined) return null;
  const folder = mkdtempSync(path.join(tmpdir(), 'aieng-bench-accuracy-'));
  const parts = { train: split.train, validation: split.validation, test: split.test };
  const rows = Int32Array.from(Object.values(parts).flatMap((each) => [...each]));
  const table = takeRows(data.table, rows);
  const columns: Record<string, unknown[]> = {
    __part: Object.entries(parts).flatMap(([name, each]) => Array.from(each, () => name)),
  };
  for (const [name, column] of table.columns)
    columns[name] = Array.from(rows, (_, row) => cellValue(column, row));
  const { task } = data;
  columns[data.label] = Array.from(rows, (row) =>
    task.kind === 'regression' ? data.target[row]! : task.classes[data.target[row]!]!,
  );
  const source = path.join(folder, 'rows.json');
  writeFileSync(source, JSON.stringify(columns));
  const positive = task.kind === 'binary' ? task.positive : '';
  const args = ['-c', script, source, data.label, metric, positive, String(seed)];
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8' });
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0) throw new Error(`the peers failed: ${stderr.slice(-500)}`);
  const [linear, trees] = JSON.parse(stdout) as [number, number];
  return [linear, trees];
}
