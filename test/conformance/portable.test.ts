import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableFromRows } from '../../src/data/rows.ts';
import type { ColumnSchema, RowSchema } from '../../src/data/schema.ts';
import { featureRows } from '../../src/features/encode.ts';
import { fit } from '../../src/features/fit.ts';
import { fitOwn } from '../../src/features/own/fit.ts';
import { passedFeatures } from '../../src/features/given/passed.ts';
import type { FittedFeatures } from '../../src/features/spec.ts';
import { replayGolden } from '../../src/inference/golden.ts';
import { createPredictor } from '../../src/inference/predictor.ts';
import type { Predictor } from '../../src/inference/predictor.ts';
import { sealEnsemble } from '../../src/modeling/ensemble/files.ts';
import { families } from '../../src/modeling/families/index.ts';
import type { Task, TrainedModel } from '../../src/modeling/model.ts';
import { train } from '../../src/modeling/train.ts';
import { recordGolden } from '../../src/packaging/golden.ts';
import type { Manifest } from '../../src/packaging/manifest.ts';
import { embed } from '../../src/portable/write/embed.ts';
import { madeUpRows } from '../../src/portable/write/madeUpRows.ts';
import { portableFiles } from '../../src/portable/write/portableFiles.ts';
import { runtimeFor } from '../../src/portable/write/runtimeFile.ts';
import type { RuntimeName } from '../../src/portable/write/runtimeFile.ts';
import { loadCode } from '../../src/project/trust/allowedCode.ts';
import { createRandom } from '../../src/random.ts';
import { nets, options, scoreFor } from './problems.ts';

// Every family, written as a file of its own, says in Node and in a browser what it says in the service: the same answers bit for
// bit, the same words for what is wrong.

const root = fileURLToPath(new URL('../..', import.meta.url));
const { runtimeText, runtimes } = (await import(
  new URL('../../scripts/portable.mjs', import.meta.url).href
)) as {
  readonly runtimes: readonly RuntimeName[];
  readonly runtimeText: (root: string, name: string) => Promise<string>;
};
const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
const folder = mkdtempSync(join(tmpdir(), 'aieng-portable-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const column = (
  name: string,
  kind: ColumnSchema['kind'],
  more: Partial<ColumnSchema> = {},
): ColumnSchema => ({
  ...{ name, kind, type: kind === 'number' ? 'number' : 'string' },
  ...{ nullable: true, required: false, closed: false },
  ...more,
});
const schema: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    column('size', 'number', { required: true, nullable: false, minimum: -5, maximum: 5, closed: true }),
    column('count', 'number', { type: 'integer', minimum: 0, maximum: 8 }),
    column('member', 'category', { type: 'boolean' }),
    column('plan', 'category', { domain: ['a', 'b', 'c', '</script>'] }),
    column('since', 'time'),
    column('note', 'text'),
    column('label', 'category'),
  ],
};
const inputs = schema.columns.slice(0, -1);
const random = createRandom('rows that are answered anywhere');
const rows = Array.from({ length: 90 }, () => ({
  size: 4 * random.next() - 2,
  count: Math.floor(9 * random.next()),
  member: random.next() < 0.5,
  plan: random.next() < 0.2 ? null : ['a', 'b', '</script>'][Math.floor(3 * random.next())],
  since: new Date(1.6e12 + Math.floor(1e11 * random.next())).toISOString(),
  note: random.next() < 0.5 ? 'good and cheap' : 'late',
}));
const badRows: readonly unknown[] = [
  {},
  { size: 6 },
  { size: 'x', conut: 1 },
  { size: 1, count: 1.5, member: 'perhaps', since: 'yesterday' },
  { size: 1, plan: {} },
  null,
  7,
];

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const three: Task = { kind: 'multiclass', classes: ['x', 'y', '__proto__'] };
const regression: Task = { kind: 'regression' };

const { table } = tableFromRows(
  rows,
  schema,
  inputs.map(({ name }) => name),
);
const features = fit({ auto: true, drop: [], features: [] }, table, []);

async function trained(
  family: string,
  task: Task,
  target: 'none' | 'log',
  made = features,
): Promise<TrainedModel> {
  const labels = Float64Array.from(rows, ({ size, count }) => {
    if (task.kind === 'regression') return 10 + 3 * size + count;
    return task.kind === 'binary' ? Number(size + count > 4) : count % 3;
  });
  const part = { rows: featureRows(made, table), target: labels };
  const asked = { ...options, ...nets({ epochs: 3 }), target, family, backend: 'wasm' as const };
  const few = { ...asked, gbdt: { ...asked.gbdt, trees: 20 } };
  return (await train(task, part, part, few, 1, scoreFor(task))).model;
}

/** What a model is asked about: how a row has to be, what is made of it, and rows, good and bad. */
interface Setting {
  readonly schema: RowSchema;
  readonly features: FittedFeatures;
  readonly asked: readonly unknown[];
  readonly ownCode?: string;
}
const asked = [...rows.slice(0, 12), { size: 1 }, { size: 0, plan: 'unseen', note: '' }, ...badRows];
const usual: Setting = { schema, features, asked };

interface Case {
  readonly name: string;
  readonly asked: readonly unknown[];
  readonly predictor: Predictor;
  readonly runtime: RuntimeName;
  readonly module: string;
  readonly demo: string;
}

async function written(
  name: string,
  task: Task,
  model: Pick<TrainedModel, 'family' | 'files'>,
  texts: ReadonlyMap<string, string>,
  { schema, features, asked, ownCode }: Setting = usual,
): Promise<Case> {
  const outputs = task.kind === 'regression' ? [] : task.classes;
  const inputs = schema.columns.filter((one) => one.name !== 'label');
  // What an answer needs of a manifest.
  const manifest = {
    ...{ name: 'm', goal: '', task, family: model.family, inputs, outputs, label: 'label', row_id: [] },
    ...{ threshold: 0.4, interval: undefined },
  } as unknown as Manifest;
  const parts = { manifest, digest: 'd'.repeat(64), version: 1, schema, features };
  const predictor = await createPredictor({ ...parts, modelFiles: model.files }, 'wasm');
  const made = madeUpRows(manifest, schema).filter(
    (row) => predictor.predictRows([row], () => '').issues.length === 0,
  );
  const golden = recordGolden(predictor.backend, made, replayGolden(predictor, schema, made));
  const bundle = { manifest, digest: parts.digest, files: new Map<string, Uint8Array>() };
  const embedded = embed({ ...parts, bundle, modelFiles: model.files }, golden);
  const runtime = runtimeFor(model.family, model.files.keys());
  const text = texts.get(runtime)!;
  const { module, files } = portableFiles('browser', embedded, { name: runtime, text }, ownCode ?? null);
  return { name, asked, predictor, runtime, module, demo: new TextDecoder().decode(files.get('demo.html')) };
}

interface Exported {
  readonly predict: (row: unknown, options?: object) => unknown;
  readonly predictMany: (rows: readonly unknown[]) => unknown;
  readonly selfTest: (golden?: unknown) => { ok: boolean; rows: number; mismatches: readonly string[] };
}
const loaded = async (module: string): Promise<Exported> =>
  (await import(
    /* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`
  )) as Exported;

/** What a caller of the service sees of a row. */
function answerOf(predictor: Predictor, row: unknown): unknown {
  const { answers, issues } = predictor.predictRows([row], () => '');
  if (issues.length > 0) return { details: issues };
  const { prediction, probabilities, prediction_interval } = answers[0]!;
  return JSON.parse(JSON.stringify({ prediction, probabilities, prediction_interval })) as unknown;
}

/** The same of a written file; runs in a page too, as text. */
const answersText = `(rows, predict) => rows.map((row) => {
  try {
    return JSON.parse(JSON.stringify(predict(row)));
  } catch (error) {
    if (error.details === undefined) throw error;
    return { details: error.details };
  }
})`;
const answersFrom: (rows: readonly unknown[], predict: Exported['predict']) => unknown[] =
  vm.runInThisContext(answersText);

const models = new URL('../../fixtures/models/', import.meta.url);
const linesOf = (folder: string, file: string): readonly string[] =>
  readFileSync(new URL(`${folder}/${file}`, models), 'utf8')
    .trimEnd()
    .split('\n');

/** Rows of a library's own, where each cell is a number that JSON has, and what the library answered. */
function theirs(folder: string): Setting & { readonly answers: readonly number[] } {
  const [head = '', ...lines] = linesOf(folder, 'inputs.csv');
  const names = head.split(',');
  const cells = lines.map((line) => line.split(',').map((cell) => (cell === '' ? null : Number(cell))));
  const kept = cells.flatMap((row, at) =>
    row.every((cell) => cell === null || Number.isFinite(cell)) ? [at] : [],
  );
  const answers = linesOf(folder, 'expected.csv')
    .slice(1)
    .map((line) => Number(line.split(',')[1]));
  return {
    schema: { missing: [''], columns: [...names, 'label'].map((name) => column(name, 'number')) },
    features: passedFeatures(names.map((name) => ({ name, column: name, kind: 'number' }))),
    asked: kept.map((at) => Object.fromEntries(names.map((name, place) => [name, cells[at]![place]!]))),
    answers: kept.map((at) => answers[at]!),
  };
}

/** A file of a library as a model of a bundle. */
async function givenModel(folder: string, file: string, task: Task, setting: Setting): Promise<TrainedModel> {
  const given = new Map([[file, readFileSync(new URL(`${folder}/${file}`, models))]]);
  const columns = setting.features.inputs.map(({ name }) => name);
  const { table } = tableFromRows(setting.asked, setting.schema, columns);
  const target = Float64Array.from({ length: table.rows }, (_, row) => row % 2);
  const part = { rows: featureRows(setting.features, table), target };
  const own = { ...options, family: 'imported', given };
  return (await train(task, part, part, own, 1, scoreFor(task))).model;
}

const ofLibraries = [
  ['lgb-categorical', 'model.txt', regression],
  ['xgb-categorical', 'model.ubj', regression],
  ['xgb-dart', 'model.ubj', binary],
] as const;

/** A team's own transform, as it is compiled: it refuses some rows. */
const script = `var ownCode = (() => {
  const model = 'a name that the module has, too';
  const apply = ({ size, plan }, mean) => {
    if (size > 4.5) throw new Error('too large');
    return plan === null ? null : (size - mean) * plan.length;
  };
  const fit = (rows) => { let [sum, all] = [0, 0]; for (const { size } of rows) { sum += size; all += 1; } return sum / all; };
  const spread = { 'aieng:transform': true, name: 'spread', inputs: { size: 'number', plan: 'category' }, output: 'number', fit, apply };
  return { modules: { 'features.ts': { spread } } };
})();`;
function withOwnCode(): Setting {
  const digest = 'e'.repeat(64);
  loadCode(digest, script, 'features.ts');
  const own = fitOwn(digest, table, ['size', 'plan']);
  const made = fit({ auto: true, drop: ['since', 'note'], features: [] }, table, [], undefined, own);
  return { schema, features: made, asked: [...asked, { size: 4.9 }], ownCode: script };
}

const cases: Case[] = [];
const texts = new Map<string, string>();

beforeAll(async () => {
  for (const name of runtimes) texts.set(name, await runtimeText(root, name));
  const models = new Map<string, readonly [Task, TrainedModel]>();
  for (const { name, given } of families) {
    if (given !== undefined) continue;
    models.set(`${name} binary`, [binary, await trained(name, binary, 'none')]);
  }
  models.set('linear three classes', [three, await trained('linear', three, 'none')]);
  models.set('gbdt regression of logarithms', [regression, await trained('gbdt', regression, 'log')]);
  const members = [...models].flatMap(([name, [, model]]) =>
    name.endsWith('binary') ? [{ model, target: '', weight: 1 / 5 }] : [],
  );
  models.set('blend', [binary, sealEnsemble(binary, members, 0)]);
  for (const [name, [task, model]] of models) cases.push(await written(name, task, model, texts));
  const own = withOwnCode();
  const withOwn = await trained('gbdt', binary, 'none', own.features);
  cases.push(await written('gbdt with own code', binary, withOwn, texts, own));
  for (const [folder, file, task] of ofLibraries) {
    const setting = theirs(folder);
    const model = await givenModel(folder, file, task, setting);
    cases.push(await written(`imported ${folder}`, task, model, texts, setting));
  }
}, 120_000);

describe('a model as a file of its own', () => {
  it('has a runtime for every family that is trained here', () => {
    expect(cases.map(({ name }) => name.split(' ')[0])).toEqual(
      expect.arrayContaining(families.flatMap(({ name, given }) => (given === undefined ? [name] : []))),
    );
    expect(() => runtimeFor('forest', [])).toThrow('forest');
    expect(() => runtimeFor('imported', ['given/model.onnx'])).toThrow('ONNX');
  });

  it('weighs less than 60 kB gzipped besides the model where trees, rules and linear models answer', () => {
    for (const name of ['trees', 'imported'])
      expect(gzipSync(texts.get(name)!, { level: 9 }).length, name).toBeLessThan(60_000);
  });

  it('answers in Node what the service answers, and says of bad rows what it says', async () => {
    for (const { name, asked, predictor, module } of cases) {
      const { predict, predictMany, selfTest } = await loaded(module);
      const expected = asked.map((row) => answerOf(predictor, row));
      expect(answersFrom(asked, predict), name).toEqual(expected);
      const good = name.startsWith('imported') ? asked : rows;
      expect(JSON.parse(JSON.stringify(predictMany(good))), name).toEqual(
        good.map((row) => answerOf(predictor, row)),
      );
      const { ok, rows: tested, mismatches } = selfTest();
      expect([ok, mismatches], name).toEqual([true, []]);
      expect(tested, name).toBe(name.includes('own code') ? 11 : 12);
    }
  });

  it('answers what the libraries answered whose trees came in', () => {
    for (const [folder, , task] of ofLibraries) {
      const { predictor } = cases.find(({ name }) => name === `imported ${folder}`)!;
      const { asked, answers } = theirs(folder);
      asked.forEach((row, at) => {
        const [answer] = predictor.predictRows([row], () => '').answers;
        const score = answer!.scores[task.kind === 'regression' ? 0 : 1]!;
        expect(score, `${folder}, row ${at}`).toBeCloseTo(answers[at]!, 6);
      });
    }
  });

  it('says where a row of several is wrong, and explains', async () => {
    const { predict, predictMany } = await loaded(cases[1]!.module);
    const many = Array.from({ length: 200 }, (_, at) => (at === 150 ? { size: 9 } : { size: 1 }));
    expect(() => predictMany(many)).toThrow('Bad input at /150/size');
    expect(predict({ size: 1 }, { explain: true })).toHaveProperty('explanation.contributions.size');
  });

  it('finds in its test that it computes otherwise', async () => {
    const module = cases[1]!.module.replace(/(\\"scores\\":\[)0\.\d/, '$10.0');
    const { selfTest } = await loaded(module);
    expect(selfTest()).toMatchObject({ ok: false, mismatches: [expect.stringContaining('golden row 0')] });
  });
});

/** What a page holds once it is at rest. */
function domOf(page: string, name: string): string {
  const file = join(folder, name);
  writeFileSync(file, page);
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--dump-dom'];
  const more = ['--disable-dev-shm-usage', `--user-data-dir=${join(folder, 'profile')}`];
  const { stdout } = spawnSync(
    chromium!,
    [...flags, ...more, '--virtual-time-budget=20000', `file://${file}`],
    { encoding: 'utf8', timeout: 60_000, maxBuffer: 1e8 },
  );
  return stdout;
}

describe.skipIf(chromium === undefined)('in Chromium', () => {
  it('answers the same bits, and its test is good', { timeout: 90_000 }, () => {
    const scripts = cases.map(
      ({ module, asked }, at) => `<pre id="of-${at}"></pre><script type="module">${module}
const told = { test: selfTest(), answers: (${answersText})(${JSON.stringify(asked).replaceAll('<', '\\u003c')}, predict) };
document.getElementById('of-${at}').textContent = encodeURIComponent(JSON.stringify(told));
</script>`,
    );
    const dom = domOf(`<!doctype html><meta charset="utf-8">${scripts.join('\n')}`, 'all.html');
    for (const [at, { name, asked, predictor }] of cases.entries()) {
      const [, text = ''] = new RegExp(`<pre id="of-${at}">([^<]*)</pre>`).exec(dom) ?? [];
      const told = JSON.parse(decodeURIComponent(text) || 'null') as unknown;
      expect(told, name).toEqual({
        test: { ok: true, rows: name.includes('own code') ? 11 : 12, mismatches: [] },
        answers: asked.map((row) => answerOf(predictor, row)),
      });
    }
  });

  it('shows a model from a file under its own policy', { timeout: 90_000 }, () => {
    // The blend has networks, whose kernel the policy must allow.
    const dom = domOf(cases.find(({ name }) => name === 'blend')!.demo, 'demo.html');
    expect(dom).toContain('Self-test: 12 rows come out here');
    expect(dom).toMatch(/class="prediction">(yes|no)</);
    expect(dom).toMatch(/Answered on this device in [\d.]+ ms/);
  });
});

// An edge runtime of 120 MB, which no machine needs for anything else: `npm run long -- workerd` puts it there.
const workerd = join(root, 'node_modules', '.cache', 'workerd', 'workerd');

/** A worker of each module, at a port of its own that it chooses. */
const workersOf = (count: number): string => {
  const ids = Array.from({ length: count }, (_, at) => at);
  const services = ids.map(
    (at) =>
      `( name = "s${at}", worker = ( modules = [ ( name = "m", esModule = embed "m${at}.mjs" ) ], compatibilityDate = "2026-01-01" ) )`,
  );
  const sockets = ids.map(
    (at) => `( name = "s${at}", address = "127.0.0.1:0", http = (), service = "s${at}" )`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = ( services = [ ${services.join(', ')} ], sockets = [ ${sockets.join(', ')} ] );
`;
};

describe.skipIf(!existsSync(workerd))('in a worker of an edge runtime', () => {
  it('answers over HTTP what the service answers, and is ready', { timeout: 120_000 }, async () => {
    for (const [at, { module }] of cases.entries()) writeFileSync(join(folder, `m${at}.mjs`), module);
    const config = join(folder, 'workers.capnp');
    writeFileSync(config, workersOf(cases.length));
    const runtime = spawn(workerd, ['serve', config, '--control-fd=3'], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    try {
      const ports = new Map<string, number>();
      for await (const line of createInterface({ input: runtime.stdio[3] as NodeJS.ReadableStream })) {
        const { socket, port } = JSON.parse(line) as { readonly socket: string; readonly port: number };
        if (ports.set(socket, port).size === cases.length) break;
      }
      for (const [at, { name, asked, predictor }] of cases.entries()) {
        const base = `http://127.0.0.1:${ports.get(`s${at}`)}`;
        const ready = await fetch(`${base}/health/ready`);
        expect([ready.status, await ready.json()], name).toMatchObject([200, { status: 'ready' }]);
        for (const row of asked) {
          const sent = { method: 'POST', body: JSON.stringify({ features: row }) };
          const reply = await fetch(`${base}/predict`, sent);
          const told = (await reply.json()) as object;
          const expected = answerOf(predictor, row) as object;
          if ('details' in expected) expect([reply.status, 'details' in told], name).toEqual([400, true]);
          else expect(told, name).toMatchObject(expected);
        }
      }
    } finally {
      runtime.kill();
      await once(runtime, 'exit');
    }
  });
});
