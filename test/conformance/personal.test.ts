import { Fragment } from 'hono/jsx';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { customers, customersPipeline, openTestProject } from '../../src/cascade/testing.fixture.ts';
import { noInk } from '../../src/cli/render/ink.ts';
import { outcomeJson } from '../../src/cli/render/json.ts';
import { layout } from '../../src/cli/render/layout.ts';
import type { Context } from '../../src/project/context.ts';
import type { Outcome } from '../../src/project/outcome.ts';
import { deploymentRef, moveRef, servedValue } from '../../src/tracking/served.ts';
import { explain } from '../../src/verbs/explain/explain.ts';
import { explainView } from '../../src/verbs/explain/view.ts';
import { monitor } from '../../src/verbs/monitor/monitor.ts';
import { monitorView } from '../../src/verbs/monitor/view.ts';
import { predict } from '../../src/verbs/predict/predict.ts';
import { predictView } from '../../src/verbs/predict/view.ts';
import { rejects } from '../../src/verbs/rejects/rejects.ts';
import { rejectsView } from '../../src/verbs/rejects/view.ts';
import { run } from '../../src/verbs/run/run.ts';
import { runView } from '../../src/verbs/run/view.ts';
import { renderPage } from '../../src/ui/render.ts';
import { openReading } from '../../src/verbs/ui/load/openReading.ts';
import { routes } from '../../src/verbs/ui/routes.ts';
import { validate } from '../../src/verbs/validate/validate.ts';
import { validateView } from '../../src/verbs/validate/view.ts';
import type { View } from '../../src/verbs/view/blocks.ts';

// A value of a person is planted in every row, in records that are refused, and in what is predicted. The whole way from
// ingest to the report of a drift must leave it nowhere: not in the store, a report, a log, a message, or `--json`.

const secret = 'planted-secret';
const withEmail = (from: number, to: number): Record<string, unknown>[] =>
  customers(from, to).map((row, at) => ({ ...row, email: `${secret}-${from + at}@example.com` }));
const csv = (rows: readonly object[]): string =>
  [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))]
    .map((cells) => cells.join(','))
    .join('\n') + '\n';

const learned = withEmail(0, 160);
const refused = [
  // A cell that does not fit, the personal cell itself, and a record whose fields stand in the wrong place.
  { ...learned[0], id: 'c901', tenure: 'old' },
  { ...learned[1], id: 'c902', email: '' },
  { ...learned[2], id: 'c903', note: `a,b,${secret}` },
];

const column = (type: string, own: object): object => ({ type, 'x-aieng': own });
const schema = JSON.stringify({
  type: 'object',
  properties: {
    id: column('string', { kind: 'text' }),
    tenure: column('integer', { kind: 'number', minimum: 1, maximum: 60 }),
    plan: column('string', { kind: 'category', domain: ['basic', 'plus'] }),
    note: column('string', { kind: 'text' }),
    left: column('string', { kind: 'category' }),
    email: column('string', { kind: 'text', pii: true }),
  },
  required: ['tenure', 'plan', 'left', 'email'],
  'x-aieng': { missing: [''] },
});

/** Files below a folder in which a text stands. */
const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
    .map((path) => path.slice(folder.length + 1));

/** Predictions that were logged. */
const loggedIds = (root: string): string[] =>
  filesWith(join(root, '.aieng/logs'), '"prediction"').flatMap((path) =>
    Array.from(
      readFileSync(join(root, '.aieng/logs', path), 'utf8').matchAll(/^\{"id":"([^"]+)"/gm),
      ([, id]) => id!,
    ),
  );

/** Every page over the store, and the files that they offer: the model is deployed, its answers are looked at one by one. */
async function pagesOf(context: Context): Promise<readonly string[]> {
  const [newest] = (await context.store.versions('left')).toReversed();
  if (newest === undefined) throw new Error('nothing was packaged');
  await moveRef(context, deploymentRef('left'), servedValue(newest.version, newest.digest), 'test');
  const ids: Readonly<Record<string, readonly string[]>> = {
    '/runs/:id': await context.store.recordIds('run'),
    '/lineage/:bundle': [newest.digest],
    '/monitoring/:name/:look': await context.store.recordIds('monitor-left'),
    '/data/:name/looks/:look': await context.store.recordIds('validated-left'),
    '/deployments/:name/:id': loggedIds(context.root).slice(0, 1),
  };
  const texts: string[] = [];
  for (const { path, answer } of routes(openReading(context))) {
    const query = new URLSearchParams({
      pipeline: 'left',
      column: 'email',
      run: ids['/runs/:id']?.[0] ?? '',
    });
    const last = /:(\w+)$/.exec(path)?.[1] ?? 'name';
    for (const id of path === '/decisions/:name/:run' ? [] : (ids[path] ?? ['left'])) {
      const given = await answer({ params: { name: 'left', [last]: id }, query, write: true, csrf: '' });
      texts.push(
        `page ${path}: ${given.kind === 'file' ? given.content : await renderPage(Fragment({ children: given.body }))}`,
      );
    }
  }
  return texts;
}

/** Ids that no prediction has. */
const unmatched = ['email,left', ...Array.from({ length: 40 }, (_, at) => `${secret}-${900 + at},yes`)];

interface Journey {
  /** Rows that are learnt from, and that are predicted. */
  readonly rows?: readonly [learnt: object[], asked: object[]];
  readonly schema?: string;
  /** What stands in the section `features`. */
  readonly features?: string;
  readonly labels?: string;
}

/** The way from the source to a drift report; what was said on it, in every form. */
async function journey(more: string, own: Journey = {}) {
  const [learnt, asked] = own.rows ?? [
    [...learned, ...refused],
    [...withEmail(200, 260), { ...learned[3], id: 'c904', tenure: 'young' }],
  ];
  const opened = await openTestProject({
    'pipelines/left.yaml': `${customersPipeline(more).replace('drop: [note]', own.features ?? 'drop: [note]')}monitor: { min_rows: 20 }\n`,
    'pipelines/left.schema.json': own.schema ?? schema,
    'data/customers.csv': csv(learnt),
    'data/new.csv': csv(asked),
    'data/labels.csv': `${unmatched.join('\n')}\n`,
  });
  const said: string[] = [];
  const context = {
    ...opened.context,
    progress: (event: object) => void said.push(JSON.stringify(event)),
  };
  async function tell<O extends Outcome>(name: string, view: View<O>, done: Promise<O>): Promise<void> {
    try {
      const outcome = await done;
      said.push(outcomeJson(outcome, { command: name, durationMs: 1 }, (text) => text));
      said.push(...view.essential(outcome));
      said.push(layout(view.blocks(outcome), { columns: 80, ink: noInk }));
    } catch (error) {
      said.push(JSON.stringify(error, Object.getOwnPropertyNames(error)));
    }
  }
  await tell('validate', validateView, validate(context, { waitMs: 0 }));
  await tell('rejects', rejectsView, rejects(context, {}));
  await tell('run', runView, run(context, { to: 'package', waitMs: 0 }));
  await tell(
    'predict',
    predictView,
    predict(context, { bundle: 'left', input: 'data/new.csv', output: 'data/answers.csv', log: true }),
  );
  await tell('monitor', monitorView, monitor(context, { bundle: 'left', current: 'data/new.csv' }));
  await tell(
    'monitor',
    monitorView,
    monitor(context, { bundle: 'left', ...(own.labels === undefined ? {} : { labels: own.labels }) }),
  );
  await tell('explain', explainView, explain(context, { topic: 'stage', subject: 'train' }));
  for (const id of loggedIds(context.root).slice(0, 1))
    await tell('explain', explainView, explain(context, { topic: 'prediction', subject: id }));
  said.push(...(await pagesOf(context)));
  return { root: context.root, said: said.join('\n') };
}

describe('what stands in a personal column', () => {
  it('that nothing uses is left nowhere', async () => {
    const { root, said } = await journey('row_id: id\n');
    expect(said).toContain('"command":"monitor"');
    for (const page of [
      '/runs/:id',
      '/data',
      '/deployments/:name/:id',
      '/try/:name',
      '/monitoring/:name/:look',
    ])
      expect(said).toContain(`page ${page}: <`);
    expect(said).not.toContain(secret);
    expect(filesWith(root, secret).sort()).toEqual(['data/customers.csv', 'data/labels.csv', 'data/new.csv']);
  });

  it('that identifies the rows is left where ids must be: in the rows, the prediction log and the answers', async () => {
    const { root, said } = await journey('row_id: email\n', { labels: 'data/labels.csv' });
    expect(said).toContain('"command":"monitor"');
    expect(said).not.toContain(secret);
    const kinds = filesWith(root, secret).map((path) =>
      path
        .replace(/^\.aieng\/objects\/.*/, 'rows')
        .replace(/^\.aieng\/logs\/.*\/predictions-.*/, 'prediction log'),
    );
    expect([...new Set(kinds)].sort()).toEqual([
      'data/answers.csv',
      'data/customers.csv',
      'data/labels.csv',
      'data/new.csv',
      'prediction log',
      'rows',
    ]);
  });

  it('that a pipeline names as a feature is in no alarm, list, report or message, old or new', async () => {
    const named = (rows: readonly object[], word: string): object[] =>
      rows.map((row) => ({ ...row, email: `${secret}-${word}` }));
    const { root, said } = await journey('row_id: id\n', {
      features: 'drop: [note], columns: { email: [one_hot] }',
      rows: [named(withEmail(0, 160), 'old'), named(withEmail(200, 260), 'new')],
      schema: schema.replace('"kind":"text","pii":true', '"kind":"category","pii":true'),
    });
    expect(said).toContain('email: (personal) values never seen before');
    expect(said).toContain('  email: (personal)');
    expect(said).not.toContain(secret);
    // Its words are what the model is made of, and in whole rows that prove it; what is only counted is counted without them.
    const bundles = filesWith(join(root, '.aieng/bundles'), secret).map((path) => path.replace(/^.*\//, ''));
    expect([...new Set(bundles)].sort()).toEqual(['features.json', 'golden.json']);
  });
});
