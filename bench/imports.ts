// Models that the real libraries make fresh, read here: what they answered compared with what is answered here, and what a row
// costs.
//   npx tsx bench/imports.ts [rows]
// AIENG_PYTHON names a Python with numpy and as many of scikit-learn + skl2onnx, LightGBM, XGBoost, CatBoost and PyTorch as there
// are; what is not there is told.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForeignModel } from '../src/modeling/families/imported/foreign.ts';
import { readForeign, recogniseFormat } from '../src/modeling/families/imported/read.ts';

const python = process.env['AIENG_PYTHON'] ?? 'python3';
const rows = Number(process.argv[2] ?? 2000);

const program = `
import json, os, sys
import numpy as np
folder, rows = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(1)
X = rng.normal(size=(rows, 8)).astype(np.float32)
X[rng.random(X.shape) < 0.05] = np.nan
signal = np.nan_to_num(X)
margin = signal[:, 0] + signal[:, 1] * signal[:, 2] + 0.3 * rng.normal(size=rows)
labels = {'binary': (margin > 0).astype(int), 'three': np.digitize(margin, [-0.7, 0.7]), 'number': 50 + 10 * margin}
skipped = []

def keep(name, file, write, answers):
    own = os.path.join(folder, name)
    os.makedirs(own)
    write(os.path.join(own, file))
    with open(os.path.join(own, 'rows.json'), 'w') as out:
        inputs = [[None if np.isnan(v) else float(v) for v in row] for row in X]
        json.dump({'inputs': inputs, 'answers': np.asarray(answers, dtype=np.float64).reshape(rows, -1).tolist()}, out)

def attempt(name, make):
    try:
        make()
    except ImportError as error:
        skipped.append(f'{name} ({error.name} is not there)')
    except Exception as error:
        skipped.append(f'{name} ({type(error).__name__}: {str(error)[:120]})')

def onnx_answers(data, output=None):
    import onnxruntime
    session = onnxruntime.InferenceSession(data)
    names = [one.name for one in session.get_outputs()]
    return session.run([output or names[-1]], {session.get_inputs()[0].name: X})[0]

def lightgbm():
    import lightgbm as lgb
    for objective, label, more in [('binary', 'binary', {}), ('multiclass', 'three', {'num_class': 3}), ('regression', 'number', {}), ('poisson', 'number', {}), ('binary', 'binary', {'boosting': 'dart', 'tag': 'dart'})]:
        tag = more.pop('tag', objective)
        booster = lgb.train({'objective': objective, 'verbose': -1, 'num_threads': 1, **more}, lgb.Dataset(X.astype(np.float64), np.abs(labels[label])), 60)
        keep(f'LightGBM {lgb.__version__} {tag}', 'model.txt', booster.save_model, booster.predict(X.astype(np.float64)))

def xgboost():
    import xgboost as xgb
    for objective, label, more in [('binary:logistic', 'binary', {}), ('multi:softprob', 'three', {'num_class': 3}), ('reg:squarederror', 'number', {}), ('reg:gamma', 'number', {'booster': 'dart', 'rate_drop': 0.1})]:
        target = np.abs(labels[label]) + (1 if objective == 'reg:gamma' else 0)
        booster = xgb.train({'objective': objective, 'nthread': 1, **more}, xgb.DMatrix(X, target), 60)
        name = objective.replace(':', ' ')
        for file in ('model.ubj', 'model.json'):
            keep(f'XGBoost {xgb.__version__} {name} {file[6:]}', file, booster.save_model, booster.predict(xgb.DMatrix(X)))

def sklearn():
    import sklearn, skl2onnx
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier, HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from skl2onnx.common.data_types import FloatTensorType
    models = [
        ('logistic', make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()), 'binary'),
        ('three classes', make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()), 'three'),
        ('forest', make_pipeline(SimpleImputer(), RandomForestClassifier(40, max_depth=8, random_state=0)), 'binary'),
        ('histogram boosting', HistGradientBoostingClassifier(max_iter=40), 'binary'),
        ('boosted regression', make_pipeline(SimpleImputer(), GradientBoostingRegressor(n_estimators=40)), 'number'),
        ('net', make_pipeline(SimpleImputer(), StandardScaler(), MLPClassifier((16,), max_iter=60, random_state=0)), 'binary'),
    ]
    def one(name, model, label):
        model.fit(X, labels[label])
        options = {} if label == 'number' else {'zipmap': False}
        data = skl2onnx.to_onnx(model, initial_types=[('X', FloatTensorType([None, 8]))], options={id(model): options} if options else None).SerializeToString()
        keep(f'scikit-learn {sklearn.__version__} {name}', 'model.onnx', lambda path: open(path, 'wb').write(data), onnx_answers(data))
    for name, model, label in models:
        attempt(f'scikit-learn {name}', lambda: one(name, model, label))

def catboost():
    import catboost as cb
    for name, model, label in [('binary', cb.CatBoostClassifier(iterations=60, verbose=0, thread_count=1), 'binary'), ('number', cb.CatBoostRegressor(iterations=60, verbose=0, thread_count=1), 'number')]:
        model.fit(X, labels[label])
        path = os.path.join(folder, name + '.onnx.tmp')
        model.save_model(path, format='onnx')
        data = open(path, 'rb').read()
        os.remove(path)
        answers = model.predict_proba(X) if name == 'binary' else model.predict(X)
        keep(f'CatBoost {cb.__version__} {name}', 'model.onnx', lambda own: open(own, 'wb').write(data), answers)

def pytorch():
    import torch
    net = torch.nn.Sequential(torch.nn.Linear(8, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1), torch.nn.Sigmoid())
    X[:] = np.nan_to_num(X)
    def write(path):
        torch.onnx.export(net, (torch.zeros(2, 8),), path, input_names=['x'], output_names=['p'], dynamic_axes={'x': {0: 'n'}, 'p': {0: 'n'}}, dynamo=False)
    with torch.no_grad():
        keep(f'PyTorch {torch.__version__} net', 'model.onnx', write, net(torch.from_numpy(X)).numpy())

for name, make in [('LightGBM', lightgbm), ('XGBoost', xgboost), ('scikit-learn', sklearn), ('CatBoost', catboost), ('PyTorch', pytorch)]:
    attempt(name, make)
print(json.dumps(skipped))
`;

interface Rows {
  readonly inputs: readonly (readonly (number | null)[])[];
  readonly answers: readonly (readonly number[])[];
}

/** The largest difference of an answer, absolute up to 1 and relative beyond, and CPU time of a row. */
function compare(
  model: ForeignModel,
  { inputs, answers }: Rows,
): { difference: number; microseconds: number } {
  const cells = Float64Array.from(inputs.flat(), (cell) => cell ?? Number.NaN);
  const before = process.cpuUsage();
  const own = model.answersOf(model.sums(cells, inputs.length));
  const { user, system } = process.cpuUsage(before);
  let difference = 0;
  answers.forEach((expected, row) => {
    // Of two classes some answer both, and some one.
    const [width, theirs] = [model.outputs, expected.length];
    for (let at = 0; at < Math.min(width, theirs); at += 1) {
      const wanted = expected[width < theirs ? theirs - width + at : at]!;
      const got = own[row * width + (theirs < width ? width - theirs + at : at)]!;
      difference = Math.max(difference, Math.abs(got - wanted) / Math.max(1, Math.abs(wanted)));
    }
  });
  return { difference, microseconds: (user + system) / inputs.length };
}

/** What a difference may be: trees bit for bit but for the last operation, ONNX as its runtimes agree. */
const most = 1e-5;

const folder = mkdtempSync(join(tmpdir(), 'aieng-imports-'));
try {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, folder, String(rows)], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) {
    console.log(
      `Skipped: ${python} could not make the models (AIENG_PYTHON names the Python): ${stderr.trim().split('\n').at(-1) ?? ''}`,
    );
    process.exit(0);
  }
  const skipped = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as readonly string[];
  let [worst, count] = [0, 0];
  for (const name of readdirSync(folder).sort()) {
    const file = readdirSync(join(folder, name)).find((one) => one.startsWith('model.'))!;
    const bytes = new Uint8Array(readFileSync(join(folder, name, file)));
    const model = await readForeign(recogniseFormat(file, bytes), new Map([[file, bytes]]));
    const known = JSON.parse(readFileSync(join(folder, name, 'rows.json'), 'utf8')) as Rows;
    const { difference, microseconds } = compare(model, known);
    model.dispose?.();
    console.log(
      `${name.padEnd(50)} ${difference.toExponential(1).padStart(8)} off, ${microseconds.toFixed(1).padStart(7)} µs a row`,
    );
    worst = Math.max(worst, difference);
    count += 1;
  }
  for (const one of skipped) console.log(`not made: ${one}`);
  console.log(
    `${count} models of ${rows} rows: up to ${worst.toExponential(1)} off what the libraries answered`,
  );
  if (!(worst <= most)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
