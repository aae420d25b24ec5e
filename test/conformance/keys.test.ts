import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cascade } from '../../src/cascade/cascade.ts';
import { standingOf } from '../../src/cascade/plan.ts';
import type { StageName, Upstream } from '../../src/cascade/stage.ts';
import { stageNames } from '../../src/cascade/stage.ts';
import type { TestProject } from '../../src/cascade/testing.fixture.ts';
import { customers, openTestProject } from '../../src/cascade/testing.fixture.ts';
import { transformParams } from '../../src/features/reference.ts';
import { families } from '../../src/modeling/index.ts';
import { familySections } from '../../src/modeling/reference.ts';
import type { KeySchema } from '../../src/pipeline/schema/index.ts';
import { pipelineSchema } from '../../src/pipeline/schema/index.ts';
import type { Context } from '../../src/project/context.ts';
import { openPipeline } from '../../src/project/openPipeline.ts';
import { metrics } from '../../src/statistics/metrics/index.ts';
import { outputOf } from '../../src/tracking/stages.ts';

// "A key covers what is used", and nothing else: every input of every stage is changed, one at a time, and the stages
// that must run again are named. A key of the pipeline file without an entry here fails.

type Keys = Readonly<Record<string, unknown>>;

/** Long form, nothing left to a default that an entry below changes. */
const pipeline: Keys = {
  goal: 'Who leaves.',
  source: { path: 'data/customers.csv', delimiter: '${SEPARATOR}' },
  label: { column: 'left', positive: 'Yes' },
  row_id: ['id'],
  features: { drop: ['note'] },
  split: { strategy: 'hash' },
  model: { family: 'linear', backend: 'wasm' },
  evaluation: { bootstrap: 100, gates: [] },
  trust: { keys: { release: 'k.pem' }, sign_with: { public_key: 'k.pem' } },
};
/** Says of every file that it is there. */
const web = createServer((_request, response) =>
  response.writeHead(200, { etag: '"x"', 'content-length': 6 }).end(),
);
web.listen(0, '127.0.0.1');
await once(web, 'listening');
const address = web.address();
const PORT = typeof address === 'object' ? String(address?.port) : '';
vi.stubEnv('AWS_ACCESS_KEY_ID', 'nobody');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'nothing');
afterAll(() => {
  web.close();
  vi.unstubAllEnvs();
});

const variables = { SEPARATOR: ';', OTHER: ';', PORT };

const rows = customers(0, 160).map((row, at) => ({
  ...row,
  joined: `2024-01-${String(1 + (at % 28)).padStart(2, '0')}`,
  team: `t${at % 9}`,
}));
const csv = (changed: readonly object[] = rows, separator = ';'): string =>
  [Object.keys(rows[0]!), ...changed.map((row) => Object.values(row))]
    .map((cells) => cells.join(separator))
    .join('\n')
    .concat('\n');

const column = (type: string, own: Keys = {}): Keys => ({ type, 'x-aieng': own });
const schema: { properties: Record<string, Keys>; required: string[]; 'x-aieng': Keys } = {
  properties: {
    id: column('string', { kind: 'text' }),
    tenure: column('integer', { minimum: 0, maximum: 100 }),
    plan: column('string', { kind: 'category', domain: ['basic', 'plus', 'pro'] }),
    note: column('string', { kind: 'text' }),
    left: column('string', { kind: 'category' }),
    joined: column('string', { kind: 'time' }),
    team: column('string', { kind: 'category' }),
  },
  required: ['tenure', 'plan', 'left'],
  'x-aieng': { missing: [''] },
};
const schemaText = (changed: object = schema): string => JSON.stringify({ type: 'object', ...changed });

/** A key of the pipeline, set. */
function withKey(keys: Keys, path: string, value: unknown): Keys {
  const [name, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length === 0) return { ...keys, [name]: value };
  const inner = keys[name];
  const below = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Keys) : {};
  return { ...keys, [name]: withKey(below, rest.join('.'), value) };
}

const files = {
  'pipelines/left.yaml': JSON.stringify(pipeline),
  'pipelines/left.schema.json': schemaText(),
  'data/customers.csv': csv(),
  'features.ts':
    "export const x = { 'aieng:transform': true, name: 'x', inputs: { tenure: 'number' }, output: 'number', apply: () => 1 };",
};
const open = (): Promise<TestProject> => openTestProject(files, { variables });

let project: TestProject;
let upstream: Upstream;
beforeAll(async () => {
  project = await open();
  const database = new sqlite.Database(join(project.context.root, 'data/shop.db'));
  database.exec('CREATE TABLE orders (id TEXT, at TEXT)');
  database.close();
  const done = await cascade(project.context, 'package', { waitMs: 0 });
  upstream = done.records;
}, 120_000);

/** Stages whose own key is another one, while the stages before them gave what they gave. */
async function staleIn(context: Context): Promise<StageName[]> {
  const opened = await openPipeline(context, 'left');
  const stale: StageName[] = [];
  for (const name of stageNames) {
    const work = { context, pipeline: opened, upstream, held: {} };
    const { key } = await standingOf(work, name, { prepare: false });
    if (key !== upstream[name]!.key) stale.push(name);
  }
  return stale;
}

async function staleWith(keys: Keys): Promise<StageName[]> {
  project.write('pipelines/left.yaml', JSON.stringify(keys));
  try {
    return await staleIn(project.context);
  } finally {
    project.write('pipelines/left.yaml', files['pipelines/left.yaml']);
  }
}

const readByTheService: readonly StageName[] = [];
/** The pipeline above fits another family; where it fits this one, the key matters (see below). */
const ofAnotherFamily: readonly StageName[] = [];

/** Each key of a pipeline file: a value that it does not have above, and whose key it is part of. */
const changes: Readonly<Record<string, readonly [value: unknown, stale: readonly StageName[]]>> = {
  goal: ['Who stays.', ['package']],
  // The bytes that a path leads to, and how messages name it.
  'source.path': ['./data/customers.csv', ['ingest']],
  'source.format': ['ndjson', ['ingest']],
  'source.gzip': [true, ['ingest']],
  'source.compression': ['gzip', ['ingest']],
  'source.sheet': ['Rows', ['ingest']],
  'source.records': ['data', ['ingest']],
  'source.partitions': [['year'], ['ingest']],
  'source.delimiter': [',', ['ingest']],
  'source.quote': ["'", ['ingest']],
  'source.escape': ['backslash', ['ingest']],
  'source.skip_lines': [1, ['ingest']],
  'source.comment': ['#', ['ingest']],
  'source.row_names': [true, ['ingest']],
  'source.lines_after_header': [1, ['ingest']],
  'source.skip_footer': [1, ['ingest']],
  'source.trailing_delimiter': [false, ['ingest']],
  'source.empty_rows': ['skip', ['ingest']],
  'source.ragged': ['fill', ['ingest']],
  'source.header': [false, ['ingest']],
  'source.names': [['a', 'b'], ['ingest']],
  'source.encoding': ['latin-1', ['ingest']],
  'source.max_rejected_share': [0.2, ['ingest']],
  'source.table': ['orders', ['ingest']],
  'source.query': ['select * from orders', ['ingest']],
  'source.cursor': ['at', ['ingest']],
  'source.endpoint': ['https://s3.example.com', ['ingest']],
  // How a server is asked changes no row.
  // Only a source of the web has it, which is another source.
  'source.allow_private': [true, ['ingest']],
  'source.max_bytes': [1000, []],
  'source.timeout': [10, []],
  // The same content under another name is the same schema.
  schema: ['pipelines/copy.schema.json', []],
  'label.column': ['plan', ['validate', 'featurize', 'train', 'package']],
  'label.task': ['binary', ['validate', 'featurize', 'train']],
  'label.positive': ['No', ['featurize', 'train']],
  row_id: [
    ['id', 'team'],
    // Ids are text as written, whatever kind their column has otherwise: another column is read in another way.
    ['ingest', 'validate', 'featurize', 'train', 'package'],
  ],
  time: ['joined', ['validate', 'featurize', 'train']],
  checks: [[{ column: 'tenure', present: true, severity: 'warning' }], ['validate']],
  'split.strategy': ['stratified', ['validate', 'featurize', 'train']],
  'split.train': [0.6, ['featurize', 'train']],
  'split.validation': [0.2, ['featurize', 'train']],
  'split.test': [0.2, ['featurize', 'train']],
  'split.seed': [2, ['featurize', 'train']],
  'split.group': ['team', ['validate', 'featurize', 'train']],
  'features.auto': [false, ['featurize', 'train']],
  'features.drop': [
    ['note', 'team'],
    ['validate', 'featurize', 'train'],
  ],
  'features.columns': [{ tenure: [['log1p']] }, ['featurize', 'train']],
  'features.interactions': [[['tenure', 'tenure']], ['featurize', 'train']],
  'features.transforms': [['features.ts'], ['featurize', 'train']],
  // Columns of the snapshot: they stand in the row schema that ingest reads by.
  'features.history.by': ['team', ['ingest']],
  'features.history.time': ['joined', ['ingest']],
  'features.history.rows': [7, ['ingest']],
  'features.history.lag': [[{ column: 'tenure' }], ['ingest']],
  'features.history.rolling': [[{ column: 'tenure', window: '7d' }], ['ingest']],
  'features.history.since_last': [[{ column: 'plan', equals: 'pro' }], ['ingest']],
  // A bundle names the code that trained it: that of another family.
  'model.family': ['mlp', ['train', 'package']],
  'model.backend': ['auto', ['train', 'package']],
  'model.seed': [2, ['train', 'package']],
  'model.class_weights': ['balanced', ['train']],
  'model.folds': [2, ['train']],
  'model.interval': [0.8, ['train']],
  'model.target': ['log', ['train']],
  // What they come to stands in the model that was imported.
  'model.inputs': [{ f0: 'tenure' }, []],
  'model.calibration': ['none', ['train']],
  'model.mlp.hidden': [[8], ofAnotherFamily],
  'model.mlp.dropout': [0.2, ofAnotherFamily],
  'model.mlp.epochs': [5, ofAnotherFamily],
  'model.mlp.max_row_visits': [4_000_000, ofAnotherFamily],
  'model.mlp.batch_size': [32, ofAnotherFamily],
  'model.mlp.learning_rate': [0.002, ofAnotherFamily],
  'model.mlp.weight_decay': [0.2, ofAnotherFamily],
  'model.mlp.patience': [9, ofAnotherFamily],
  'model.tabm.members': [4, ofAnotherFamily],
  'model.tabm.hidden': [[8], ofAnotherFamily],
  'model.tabm.dropout': [0.2, ofAnotherFamily],
  'model.tabm.epochs': [5, ofAnotherFamily],
  'model.tabm.max_row_visits': [4_000_000, ofAnotherFamily],
  'model.tabm.batch_size': [32, ofAnotherFamily],
  'model.tabm.learning_rate': [0.001, ofAnotherFamily],
  'model.tabm.weight_decay': [0.2, ofAnotherFamily],
  'model.tabm.patience': [9, ofAnotherFamily],
  'model.imported.digest': ['ab'.repeat(32), ofAnotherFamily],
  'model.imported.classes': [['No', 'Yes'], ofAnotherFamily],
  'model.imported.output': ['logit', ofAnotherFamily],
  'model.imported.calibrate': [true, ofAnotherFamily],
  'model.imported.approve': [true, ofAnotherFamily],
  'model.script.command': [['python', 'train.py'], ofAnotherFamily],
  'model.script.files': [['data'], ofAnotherFamily],
  'model.script.parameters': [{ leaves: 31 }, ofAnotherFamily],
  'model.script.output': ['model.ubj', ofAnotherFamily],
  'model.script.image': [`python@sha256:${'ab'.repeat(32)}`, ofAnotherFamily],
  'model.script.env': [['LICENCE'], ofAnotherFamily],
  'model.script.timeout_seconds': [60, ofAnotherFamily],
  'model.script.network': [true, ofAnotherFamily],
  'model.script.memory_mb': [512, ofAnotherFamily],
  'model.script.cpus': [1, ofAnotherFamily],
  'model.gbdt.objective': ['poisson', ofAnotherFamily],
  'model.gbdt.trees': [20, ofAnotherFamily],
  'model.gbdt.max_row_visits': [1_000_000, ofAnotherFamily],
  'model.gbdt.learning_rate': [0.2, ofAnotherFamily],
  'model.gbdt.patience': [9, ofAnotherFamily],
  'model.gbdt.leaves': [7, ofAnotherFamily],
  'model.gbdt.min_data_in_leaf': [3, ofAnotherFamily],
  'model.gbdt.lambda': [0.1, ofAnotherFamily],
  'model.gbdt.rows': [1, ofAnotherFamily],
  'model.gbdt.columns': [1, ofAnotherFamily],
  'model.gbdt.max_bins': [63, ofAnotherFamily],
  'model.gbdt.max_cat_to_onehot': [8, ofAnotherFamily],
  'model.gbdt.max_cat_threshold': [8, ofAnotherFamily],
  'model.gbdt.cat_smooth': [3, ofAnotherFamily],
  'model.gbdt.cat_l2': [3, ofAnotherFamily],
  'model.gbdt.quantile': [0.9, ofAnotherFamily],
  'model.gbdt.tweedie_power': [1.2, ofAnotherFamily],
  'model.gbdt.monotone': [{ age: 1 }, ofAnotherFamily],
  'evaluation.metric': ['roc_auc', ['train']],
  'evaluation.costs': [{ false_positive: 1, false_negative: 5 }, ['train']],
  'evaluation.slices': [['plan'], ['train']],
  'evaluation.min_slice_rows': [31, ['train']],
  'evaluation.fairness.columns': [['plan'], ['train']],
  'evaluation.fairness.min_rows': [31, ['train']],
  'evaluation.bootstrap': [101, ['train']],
  'evaluation.gates': [[{ better_than: 'baseline' }], ['train']],
  'package.golden_rows': [7, ['package']],
  'deploy.target': ['container', readByTheService],
  'deploy.host': ['0.0.0.0', readByTheService],
  'deploy.port': [8081, readByTheService],
  'deploy.timeout_seconds': [31, readByTheService],
  'deploy.drain_seconds': [11, readByTheService],
  'deploy.body_limit_bytes': [2048, readByTheService],
  'deploy.allowed_hosts': [['api.example.com'], readByTheService],
  'deploy.auth.tokens': [{ shop: `sha256:${'ab'.repeat(32)}` }, readByTheService],
  'deploy.auth.feedback': [{ crm: `sha256:${'cd'.repeat(32)}` }, readByTheService],
  'deploy.socket': ['run/churn.sock', readByTheService],
  'deploy.tls.certificate': ['tls/churn.pem', readByTheService],
  'deploy.tls.key': ['tls/churn.key', readByTheService],
  'deploy.docs': [false, readByTheService],
  'deploy.workers': [2, readByTheService],
  'deploy.gateway': [true, readByTheService],
  'deploy.durable': [true, readByTheService],
  'deploy.canary.share': [0.1, readByTheService],
  'deploy.canary.min_rows': [501, readByTheService],
  'deploy.canary.min_labels': [201, readByTheService],
  'deploy.canary.hours': [24, readByTheService],
  'deploy.canary.promotion': ['approve', readByTheService],
  'deploy.require_signature': [true, readByTheService],
  'trust.keys': [{ release: 'other.pem' }, readByTheService],
  'trust.sign_with.key': ['env:KEY', readByTheService],
  'trust.sign_with.command': [['sign'], readByTheService],
  'trust.sign_with.environment': [['PIN'], readByTheService],
  'trust.sign_with.public_key': ['other.pem', readByTheService],
  'trust.sign_with.certificate': ['other.crt', readByTheService],
  'deploy.image.repository': ['registry.example.com/x', readByTheService],
  'deploy.image.base': ['this-machine', readByTheService],
  'deploy.image.variant': ['full', readByTheService],
  'deploy.container.engine': ['podman', readByTheService],
  'deploy.container.memory_mb': [513, readByTheService],
  'deploy.container.cpus': [2, readByTheService],
  'deploy.container.pids': [129, readByTheService],
  'deploy.kubernetes.context': ['c', readByTheService],
  'deploy.kubernetes.namespace': ['n', readByTheService],
  'deploy.kubernetes.environment': ['staging', readByTheService],
  'deploy.kubernetes.min_replicas': [3, readByTheService],
  'deploy.kubernetes.max_replicas': [11, readByTheService],
  'deploy.kubernetes.target_cpu_percent': [71, readByTheService],
  'deploy.kubernetes.cpu_millis': [251, readByTheService],
  'deploy.kubernetes.memory_mb': [513, readByTheService],
  'deploy.kubernetes.service_monitor': [true, readByTheService],
  'deploy.kubernetes.tls_secret': ['churn-tls', readByTheService],
  'deploy.kubernetes.claim.size_gb': [11, readByTheService],
  'deploy.kubernetes.claim.storage_class': ['fast', readByTheService],
  'deploy.kubernetes.schedule.monitor': ['0 * * * *', readByTheService],
  'deploy.kubernetes.schedule.retrain': ['0 4 * * *', readByTheService],
  'deploy.kubernetes.batch.input': ['in.csv', readByTheService],
  'deploy.kubernetes.batch.output': ['out.csv', readByTheService],
  'deploy.kubernetes.batch.shards': [5, readByTheService],
  'deploy.kubernetes.route.gateway': ['web', readByTheService],
  'deploy.kubernetes.route.canary_namespace': ['beside', readByTheService],
  'deploy.kubernetes.route.canary_percent': [20, readByTheService],
  'batch.input': ['rows', readByTheService],
  'batch.output': ['out.csv', readByTheService],
  'batch.shards': [2, readByTheService],
  'batch.log': [true, readByTheService],
  'alerts.repeat_hours': [12, readByTheService],
  'alerts.expire_days': [3, readByTheService],
  'alerts.sinks': [[{ slack: { url: '${SLACK_URL}' } }], readByTheService],
  'logs.keep_days': [399, readByTheService],
  'monitor.window_rows': [9999, readByTheService],
  'monitor.window_hours': [167, readByTheService],
  'monitor.min_rows': [201, readByTheService],
  'monitor.drift.alpha': [0.02, readByTheService],
  'monitor.drift.min_effect': [0.2, readByTheService],
  'monitor.drift.ignore': [['plan'], readByTheService],
  'monitor.performance.max_worsening': [0.2, readByTheService],
  'monitor.performance.min_labels': [201, readByTheService],
  'monitor.performance.confidence': [0.98, readByTheService],
  'monitor.health.max_error_rate': [0.02, readByTheService],
  'monitor.health.max_p99_ms': [99, readByTheService],
  'monitor.health.max_memory_mb': [1025, readByTheService],
  'monitor.slo.availability': [0.999, readByTheService],
  'monitor.slo.latency_ms': [100, readByTheService],
  'monitor.slo.latency_share': [0.95, readByTheService],
  'monitor.labels': ['data/customers.csv', readByTheService],
  'retrain.triggers.drift': [false, readByTheService],
  'retrain.triggers.performance': [false, readByTheService],
  'retrain.triggers.schedule': ['0 3 * * *', readByTheService],
  'retrain.triggers.new_rows': [10, readByTheService],
  'retrain.triggers.every_days': [14, readByTheService],
  'retrain.cooldown_hours': [23, readByTheService],
  'retrain.budget': [3, readByTheService],
  'retrain.promotion': ['approve', readByTheService],
  'retrain.compare_share': [0.4, readByTheService],
  'retrain.min_labelled_rows': [201, readByTheService],
  'retrain.min_compare_rows': [101, readByTheService],
  'retrain.margin': [0.1, readByTheService],
  'retrain.deploy': [false, readByTheService],
};
/** A source in a database of the project. */
const inDatabase = (own: Keys): Keys => ({ source: { path: 'sqlite:data/shop.db', ...own } });
/** What an entry needs to be a pipeline that loads. */
const together: Readonly<Record<string, Keys>> = {
  // A door with TLS has both.
  'deploy.tls.certificate': { deploy: { tls: { certificate: 'tls/churn.pem', key: 'k' } } },
  'deploy.tls.key': { deploy: { tls: { certificate: 'c', key: 'tls/churn.key' } } },
  'label.column': { label: { column: 'plan' } },
  'source.sheet': {
    source: { path: 'data/customers.csv', delimiter: '${SEPARATOR}', format: 'xlsx', sheet: 'Rows' },
  },
  'source.records': {
    source: { path: 'data/customers.csv', delimiter: '${SEPARATOR}', format: 'json', records: 'data' },
  },
  'source.names': {
    source: { path: 'data/customers.csv', delimiter: '${SEPARATOR}', header: false, names: ['a', 'b'] },
  },
  'source.table': inDatabase({ table: 'orders' }),
  'source.query': inDatabase({ query: 'select * from orders' }),
  'source.allow_private': {
    source: { path: 'http://127.0.0.1:${PORT}/rows.csv', allow_private: true },
  },
  'source.endpoint': {
    source: { path: 's3://bucket/rows.csv', endpoint: 'http://127.0.0.1:${PORT}', allow_private: true },
  },
  'source.cursor': inDatabase({ table: 'orders', cursor: 'at' }),
  'split.train': { split: { strategy: 'hash', train: 0.6, validation: 0.25, test: 0.15 } },
  'split.validation': { split: { strategy: 'hash', train: 0.65, validation: 0.2, test: 0.15 } },
  'split.test': { split: { strategy: 'hash', train: 0.65, validation: 0.15, test: 0.2 } },
  'split.group': { split: { strategy: 'group', group: 'team' } },
  ...Object.fromEntries(
    [
      { by: 'team' },
      { time: 'joined' },
      { rows: 7 },
      { lag: [{ column: 'tenure' }] },
      { rolling: [{ column: 'tenure', window: '7d' }] },
      { since_last: [{ column: 'plan', equals: 'pro' }] },
    ].map((history) => [
      `features.history.${Object.keys(history)[0] ?? ''}`,
      {
        features: {
          drop: ['note'],
          history: { time: 'joined', lag: [{ column: 'tenure', rows: 2 }], ...history },
        },
      },
    ]),
  ),
  'features.auto': { features: { drop: ['note'], auto: false, columns: { tenure: [['standard']] } } },
};

const leavesOf = (keys: KeySchema, at = ''): string[] =>
  Object.entries(keys.properties ?? {}).flatMap(([name, below]) => {
    const inner = leavesOf(below, `${at}${name}.`);
    return inner.length > 0 ? inner : [`${at}${name}`];
  });

describe('a key of the pipeline file', () => {
  it('has an entry, whatever it is called', () => {
    const leaves = leavesOf(
      pipelineSchema({ transforms: transformParams(), metrics, families: familySections() }),
    );
    // The name is the file's own.
    expect(leaves.filter((leaf) => leaf !== 'name').sort()).toEqual(Object.keys(changes).sort());
  });

  it('makes nothing stale where it stays as it is', async () => {
    expect(await staleWith(pipeline)).toEqual([]);
  });

  it.each(Object.entries(changes))('%s', async (path, [value, stale]) => {
    project.write('pipelines/copy.schema.json', schemaText());
    const changed =
      together[path] === undefined ? withKey(pipeline, path, value) : { ...pipeline, ...together[path] };
    expect(await staleWith(changed)).toEqual(stale);
  });
});

describe('a key that only an environment sets', () => {
  const some = ['goal', 'source.delimiter', 'label.positive', 'time', 'split.seed', 'evaluation.metric'];
  const others = ['package.golden_rows', 'deploy.port', 'alerts.repeat_hours'];

  it.each([...some, ...others])(
    '%s is stale there as if the file said it, and nowhere else',
    async (path) => {
      const [value, stale] = changes[path]!;
      const own = path.startsWith('source.')
        ? { source: { ...(pipeline['source'] as Keys), delimiter: value } }
        : withKey({}, path, value);
      project.write(
        'pipelines/left.yaml',
        JSON.stringify({ ...pipeline, env: { prod: own, dev: { goal: 'Try.' } } }),
      );
      try {
        expect(await staleIn({ ...project.context, env: 'prod' })).toEqual(stale);
        expect(await staleIn(project.context)).toEqual([]);
      } finally {
        project.write('pipelines/left.yaml', files['pipelines/left.yaml']);
      }
    },
  );
});

describe('a key of a family of its own', () => {
  const own = Object.entries(changes).filter(([, [, stale]]) => stale === ofAnotherFamily);

  it.each(own)(
    '%s matters where the pipeline asks for that family, or for all that auto tries',
    async (path, [value]) => {
      const keyOfTrain = async (keys: Keys): Promise<string> => {
        project.write('pipelines/left.yaml', JSON.stringify(keys));
        try {
          const opened = await openPipeline(project.context, 'left');
          const work = { context: project.context, pipeline: opened, upstream, held: {} };
          return (await standingOf(work, 'train', { prepare: false })).key;
        } finally {
          project.write('pipelines/left.yaml', files['pipelines/left.yaml']);
        }
      };
      const [, name] = path.split('.');
      const auto = families.some((family) => family.name === name && family.byName === true) ? [] : ['auto'];
      for (const family of [name, ...auto]) {
        const asking = withKey(pipeline, 'model.family', family);
        expect(await keyOfTrain(withKey(asking, path, value))).not.toBe(await keyOfTrain(asking));
      }
    },
  );
});

describe('the world around a stage', () => {
  const inWorld = (changes: Partial<Context['environment']>): Promise<StageName[]> =>
    staleIn({ ...project.context, environment: { ...project.context.environment, ...changes } });

  it('a value of the environment that the source names is in the key of ingest, and stands nowhere', async () => {
    expect(await inWorld({ variables: { ...variables, SEPARATOR: ',' } })).toEqual(['ingest']);
    expect(await inWorld({ variables: { ...variables, OTHER: ',' } })).toEqual([]);
    const parts = upstream.ingest!.parts as { environment: Record<string, string> };
    expect(Object.keys(parts.environment)).toEqual(['source.delimiter']);
    expect(parts.environment['source.delimiter']).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(parts['pipeline source' as never])).toContain('${SEPARATOR}');
    // Another store has another salt.
    const { environment } = project.context;
    const other = await openTestProject(files, { variables, newId: () => `X${environment.newId()}` });
    const again = (await cascade(other.context, 'ingest', { waitMs: 0 })).last.parts as typeof parts;
    expect(again.environment['source.delimiter']).not.toBe(parts.environment['source.delimiter']);
  });

  it.each(stageNames)('the code of %s, and a library that it uses', async (name) => {
    const { environment } = project.context;
    const with_ = (own: Partial<ReturnType<typeof environment.stageCode>>) =>
      inWorld({
        stageCode: (stage) => ({ ...environment.stageCode(stage), ...(stage === name ? own : {}) }),
      });
    const naming = name === 'train' ? ['train', 'package'] : [name];
    expect(await with_({ digest: 'another' })).toEqual(naming);
    expect(await with_({ libraries: { 'csv-parse': '8.0.0' } })).toEqual([name]);
  });

  it('the code of the family that the pipeline asks for, and of no other', async () => {
    const { environment } = project.context;
    const with_ = (changed: string) =>
      inWorld({
        familyCode: (family) => ({
          ...environment.familyCode(family),
          ...(family === changed ? { digest: 'another' } : {}),
        }),
      });
    expect(await with_('linear')).toEqual(['train', 'package']);
    expect(await with_('gbdt')).toEqual([]);
    expect(await with_('mlp')).toEqual([]);
  });

  it.each(['host', 'pid', 'nodeVersion', 'version', 'cwd', 'now'] as const)(
    '%s is no part of a key',
    async (name) => {
      const elsewhere = {
        host: { ...project.context.environment.host, name: 'elsewhere', cpus: 64 },
        pid: 1,
        nodeVersion: 'v24.0.0',
        version: '9.9.9',
        cwd: '/',
        now: () => 0,
      };
      expect(await inWorld({ [name]: elsewhere[name] })).toEqual([]);
    },
  );

  it('the champion, where a gate asks for a comparison with it, and then only', async () => {
    const { bundle } = upstream.package!.output as unknown as { bundle: string };
    const { store } = project.context;
    const served = (digest: string): Context => ({
      ...project.context,
      store: {
        ...store,
        refHistory: async (name) =>
          name === 'deployments/left'
            ? [{ value: `1@${digest}`, previous: null, at: 0, why: '' }]
            : store.refHistory(name),
      },
    });
    expect(await staleIn(served(bundle))).toEqual([]);
    project.write(
      'pipelines/left.yaml',
      JSON.stringify(withKey(pipeline, 'evaluation.gates', [{ better_than: 'champion' }])),
    );
    try {
      const opened = await openPipeline(project.context, 'left');
      const keyWith = async (context: Context): Promise<string> =>
        (await standingOf({ context, pipeline: opened, upstream, held: {} }, 'train', { prepare: false }))
          .key;
      const keys = [
        await keyWith(project.context),
        await keyWith(served(bundle)),
        await keyWith(served('f'.repeat(64))),
      ];
      expect(new Set(keys).size).toBe(3);
    } finally {
      project.write('pipelines/left.yaml', files['pipelines/left.yaml']);
    }
  });

  it.each<
    [
      string,
      Partial<Record<'digest' | 'profile' | 'quarantine' | 'schemaDigest', string>> & {
        unknownColumns?: unknown;
      },
      StageName[],
    ]
  >([
    ['its profile', { profile: 'f'.repeat(64) }, ['validate']],
    ['what was rejected', { quarantine: 'f'.repeat(64) }, ['validate']],
    ['fields that the schema does not know', { unknownColumns: [{ name: 'x', records: 1 }] }, ['validate']],
    ['the row schema', { schemaDigest: 'f'.repeat(64) }, ['validate', 'featurize', 'package']],
    ['nothing', {}, []],
  ])('of a snapshot: %s', async (_what, changed, stale) => {
    const before = upstream;
    const ingest = before.ingest!;
    const output = ingest.output as unknown as { snapshot: object };
    upstream = {
      ...before,
      ingest: { ...ingest, output: { ...output, snapshot: { ...output.snapshot, ...changed } } as never },
    };
    try {
      expect(await staleIn(project.context)).toEqual(stale);
    } finally {
      upstream = before;
    }
  });
});

describe('what a stage says that it depends on', () => {
  const common = ['code', 'libraries'];

  it.each<[StageName, readonly string[]]>([
    [
      'ingest',
      [
        'environment',
        'personal columns not kept',
        'pipeline source',
        'row schema',
        'source data/customers.csv',
      ],
    ],
    [
      'validate',
      [
        'overdue',
        'pipeline checks',
        'pipeline features',
        'pipeline label',
        'pipeline row_id',
        'pipeline split',
        'pipeline time',
        'previous snapshot',
        'profile',
        'quarantined records',
        'row schema',
        'snapshot',
        'unknown fields',
      ],
    ],
    [
      'featurize',
      [
        'pipeline features',
        'pipeline label',
        'pipeline row_id',
        'pipeline split',
        'pipeline time',
        'row schema',
        'snapshot',
      ],
    ],
    [
      'train',
      [
        'backend',
        'champion',
        'feature set',
        'pipeline evaluation',
        'pipeline label',
        'pipeline model',
        'pipeline row_id',
        'snapshot',
      ],
    ],
    [
      'package',
      [
        'backend',
        'feature set',
        'limits of the data',
        'model',
        'pipeline goal',
        'pipeline label',
        'pipeline model',
        'pipeline name',
        'pipeline package',
        'pipeline row_id',
        'row schema',
        'snapshot',
        'training code',
      ],
    ],
  ])('%s names these', (stage, names) => {
    expect(Object.keys(upstream[stage]!.parts)).toEqual(expect.arrayContaining([...common, ...names]));
  });

  it('has what computes, with its version, where a model is fitted and where it answers', () => {
    for (const stage of ['train', 'package'] as const)
      expect(upstream[stage]!.parts['backend']).toEqual({ name: 'javascript', version: 'linear 1' });
  });

  it('has the snapshot before, with its profile, for validation to compare with', async () => {
    const { context, write } = await open();
    const before = (await cascade(context, 'validate', { waitMs: 0 })).records;
    const standing = async (): Promise<{ key: string; previous: unknown }> => {
      const opened = await openPipeline(context, 'left');
      const work = { context, pipeline: opened, upstream: before, held: {} };
      const { key, parts } = await standingOf(work, 'validate', { prepare: false });
      return { key, previous: parts['previous snapshot'] };
    };
    expect(await standing()).toEqual({ key: before.validate!.key, previous: null });
    write('data/customers.csv', csv(rows.slice(1)));
    const other = outputOf.ingest((await cascade(context, 'ingest', { waitMs: 0 })).last).snapshot;
    write('data/customers.csv', csv());
    await cascade(context, 'ingest', { waitMs: 0 });
    const now = await standing();
    expect(now.previous).toEqual({ digest: other.digest, profile: other.profile });
    expect(now.key).not.toBe(before.validate!.key);
  });
});

describe('what follows from a change', () => {
  /** Stages that run after a change, in a project where everything had run as it was before. */
  async function ranAfter(change: (write: TestProject['write']) => void): Promise<string[]> {
    const { context, write } = project;
    await cascade(context, 'package', { waitMs: 0 });
    change(write);
    try {
      const { stages } = await cascade(context, 'package', { waitMs: 0 });
      return stages.filter(({ state }) => state === 'ran').map(({ name }) => name);
    } finally {
      for (const [path, text] of Object.entries(files)) write(path, text);
    }
  }
  const reschema = (edit: (copy: typeof schema) => void) => (write: TestProject['write']) => {
    const copy = structuredClone(schema);
    edit(copy);
    write('pipelines/left.schema.json', schemaText(copy));
  };
  const own = (copy: typeof schema, name: string, keys: Keys): void => {
    copy.properties[name] = {
      ...copy.properties[name],
      'x-aieng': { ...(copy.properties[name]!['x-aieng'] as Keys), ...keys },
    };
  };
  const contract = ['ingest', 'validate', 'featurize', 'package'];

  it.each<[string, (copy: typeof schema) => void, readonly string[]]>([
    ['closed', (copy) => own(copy, 'plan', { closed: true }), contract],
    ['domain', (copy) => own(copy, 'plan', { domain: ['basic', 'max', 'plus', 'pro'] }), contract],
    ['minimum', (copy) => own(copy, 'tenure', { minimum: 1 }), contract],
    ['maximum', (copy) => own(copy, 'tenure', { maximum: 99 }), contract],
    [
      'description',
      (copy) => (copy.properties['plan'] = { ...copy.properties['plan'], description: 'What they pay for.' }),
      contract,
    ],
    [
      'nullable',
      (copy) => (copy.properties['plan'] = { ...copy.properties['plan'], type: ['string', 'null'] }),
      contract,
    ],
    // Columns that are required come first: the features stand in another order.
    ['required', (copy) => (copy.required = ['plan', 'left']), stageNames],
    ['missing words', (copy) => (copy['x-aieng'] = { missing: ['', 'none'] }), contract],
    ['missing words of a column', (copy) => own(copy, 'plan', { missing: ['none'] }), contract],
    ['merge', (copy) => own(copy, 'plan', { merge: { Basic: 'basic' } }), contract],
    ['format', (copy) => own(copy, 'tenure', { format: { thousands: ',' } }), contract],
    ['kind', (copy) => own(copy, 'team', { kind: 'text' }), stageNames],
  ])('the row schema: %s reaches the bundle', async (_keyword, edit, ran) => {
    expect(await ranAfter(reschema(edit))).toEqual(ran);
  });

  it('`closed: true` is in the contract of the bundle that is served next', async () => {
    const { context, write } = await open();
    const first = (await cascade(context, 'package', { waitMs: 0 })).last.output as unknown as {
      bundle: string;
    };
    reschema((copy) => own(copy, 'plan', { closed: true }))(write);
    const next = (await cascade(context, 'package', { waitMs: 0 })).last.output as unknown as {
      bundle: string;
      version: number;
    };
    expect([next.version, next.bundle === first.bundle]).toEqual([2, false]);
    const { loadBundle } = await import('../../src/packaging/keep.ts');
    const { readDocument } = await import('../../src/packaging/documents.ts');
    const { columns } = readDocument(await loadBundle(context.store, next.bundle), 'schema.json');
    expect(columns.find(({ name }) => name === 'plan')?.closed).toBe(true);
  });

  it.each<[string, (write: TestProject['write']) => void, readonly string[]]>([
    [
      'a cell',
      (write) =>
        write('data/customers.csv', csv(rows.map((row, at) => (at === 3 ? { ...row, tenure: 71 } : row)))),
      stageNames,
    ],
    [
      'a row more',
      (write) => write('data/customers.csv', csv([...rows, { ...rows[0]!, id: 'new' }])),
      stageNames,
    ],
    ['the order of rows', (write) => write('data/customers.csv', csv(rows.toReversed())), ['ingest']],
    [
      'a record that is refused',
      (write) => write('data/customers.csv', csv([...rows, { ...rows[0]!, id: 'new', tenure: 'x' }])),
      ['ingest', 'validate'],
    ],
    ['nothing', () => undefined, []],
  ])('the source: %s', async (_what, change, ran) => {
    expect(await ranAfter(change)).toEqual(ran);
  });

  it('a snapshot is compared with the one before it: validate looks again when that is another', async () => {
    const { context, write } = await open();
    const run = async (): Promise<string[]> =>
      (await cascade(context, 'validate', { waitMs: 0 })).stages.map(({ name, state }) => `${name} ${state}`);
    await run();
    write('data/customers.csv', csv(rows.slice(0, 150)));
    expect(await run()).toEqual(['ingest ran', 'validate ran']);
    write('data/customers.csv', csv());
    // The rows of the first run, but it was compared with nothing.
    expect(await run()).toEqual(['ingest cached', 'validate ran']);
    expect(await run()).toEqual(['ingest cached', 'validate cached']);
  });
});
