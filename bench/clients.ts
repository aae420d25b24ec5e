// The clients that others wrote for the protocols that the service speaks: Triton's (tritonclient.http) and MLflow's own
// (ScoringServerClient), each against a running service, every answer compared with that of POST /predict.
//   npx tsx bench/clients.ts
// AIENG_PYTHON names a Python with tritonclient[http], mlflow (or mlflow-skinny), numpy, pandas and scipy.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fakeManifest } from '../test/system/fakePredictor.ts';

const python = process.env['AIENG_PYTHON'] ?? 'python3';
const modules = 'numpy, pandas, scipy, requests, tritonclient.http, mlflow.pyfunc.scoring_server.client';
if (spawnSync(python, ['-c', `import ${modules}`]).status !== 0) {
  console.log(`Skipped: ${python} lacks one of ${modules} (AIENG_PYTHON names the Python).`);
  process.exit(0);
}

const program = `
import json, sys
import numpy as np, pandas as pd, requests
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

port = int(sys.argv[1])
rows = [
    {'tenure': 5, 'charges': 70.5, 'contract': 'One year', 'senior': True},
    {'tenure': 60, 'charges': 20.25, 'contract': 'Month-to-month', 'senior': False},
    {'tenure': 1, 'charges': 99.0, 'contract': 'Zweijährig – neu', 'senior': False},
]
own = requests.post(f'http://127.0.0.1:{port}/predict', json=rows).json()['predictions']
expected = [(one['prediction'], one['probabilities']['Yes']) for one in own]
checks = 0

def check(what, got, wanted):
    global checks
    checks += 1
    if got != wanted:
        sys.exit(f'{what}: got {got!r}, expected {wanted!r}')

client = triton.InferenceServerClient(f'127.0.0.1:{port}')
check('server live', client.is_server_live(), True)
check('server ready', client.is_server_ready(), True)
check('model ready', client.is_model_ready('churn'), True)
check('model ready, version', client.is_model_ready('churn', '1'), True)
check('no such model', client.is_model_ready('nobody'), False)
check('server name', client.get_server_metadata()['name'], 'aieng')
index = client.get_model_repository_index()
check('repository index', [(one['name'], one['state']) for one in index], [('churn', 'READY')])
metadata = client.get_model_metadata('churn')
check('inputs', [(one['name'], one['datatype']) for one in metadata['inputs']],
      [('tenure', 'INT64'), ('charges', 'FP64'), ('contract', 'BYTES'), ('senior', 'BOOL')])
numpy_types = {'INT64': np.int64, 'FP64': np.float64, 'BYTES': np.object_, 'BOOL': np.bool_}

def inputs_of(rows):
    inputs = []
    for column in metadata['inputs']:
        values = np.array([row[column['name']] for row in rows], dtype=numpy_types[column['datatype']])
        tensor = triton.InferInput(column['name'], list(values.shape), column['datatype'])
        tensor.set_data_from_numpy(values, binary_data=False)
        inputs.append(tensor)
    return inputs

asked = [triton.InferRequestedOutput(name, binary_data=False) for name in ('prediction', 'probability_Yes')]
for outputs in (asked, None):
    result = client.infer('churn', inputs_of(rows), outputs=outputs, request_id='r1')
    check('answers', list(zip(result.as_numpy('prediction').tolist(), result.as_numpy('probability_Yes').tolist())), expected)
    check('request id', result.get_response()['id'], 'r1')
pending = [client.async_infer('churn', inputs_of(rows), outputs=asked) for _ in range(4)]
for one in pending:
    check('asynchronous answers', one.get_result().as_numpy('probability_Yes').tolist(), [p for _, p in expected])
try:
    client.infer('churn', inputs_of(rows)[:1], outputs=asked)
    sys.exit('an incomplete request was answered')
except InferenceServerException as error:
    checks += 1
    check('the refusal says what is missing', 'contract' in str(error), True)
binary = triton.InferInput('tenure', [1], 'INT64')
binary.set_data_from_numpy(np.array([5], dtype=np.int64))
try:
    client.infer('churn', [binary])
    sys.exit('binary data was answered')
except InferenceServerException as error:
    check('binary data is refused by name', 'binary' in str(error), True)

mlflow = ScoringServerClient('127.0.0.1', port)
mlflow.wait_server_ready(timeout=5)
check('version', len(mlflow.get_version()) > 0, True)
frame = pd.DataFrame(rows)
answers = mlflow.invoke(frame)
check('data frame', answers['predictions'], [word for word, _ in expected])
check('data frame, as MLflow reads it', len(answers.get_predictions()), 3)
answers = mlflow.invoke(frame[['senior', 'contract', 'tenure', 'charges']].head(1))
check('columns in another order', answers['probabilities'][0]['Yes'], expected[0][1])
print(f'{checks} checks')
`;

const folder = mkdtempSync(path.join(tmpdir(), 'aieng-bench-clients-'));
writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(fakeManifest));
const service = spawn(
  process.execPath,
  [
    ...['--import', 'tsx', path.resolve(import.meta.dirname, '../test/system/fakeServe.ts'), folder],
    ...['--log-folder', path.join(folder, 'logs'), '--announce'],
  ],
  { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
);
const [{ port }] = (await once(service, 'message')) as [{ port: number }];
const run = spawnSync(python, ['-c', program, String(port)], { encoding: 'utf8' });
service.kill('SIGTERM');
await once(service, 'exit');
rmSync(folder, { recursive: true, force: true });
const said = `${run.stdout.trim()}${run.status === 0 ? '' : ` ${run.stderr.trim()}`}`;
console.log(
  `clients of Triton and MLflow: ${run.status === 0 ? `${said}, all as POST /predict answers` : said}`,
);
process.exitCode = run.status === 0 ? 0 : 1;
