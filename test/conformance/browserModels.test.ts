import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { families as all, load, train } from '../../src/modeling/index.ts';
import type { ModelFiles, Task } from '../../src/modeling/index.ts';
import { sealEnsemble } from '../../src/modeling/ensemble/files.ts';
import { scoresFor } from '../../src/modeling/rows.fixture.ts';
import { labelled, nets, options, scoreFor, tasks } from './problems.ts';

const families = all.filter(({ given }) => given === undefined);
// A model of every family, and a blend of all, answers the same bits in a browser as in Node.

const root = fileURLToPath(new URL('../..', import.meta.url));
const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
if (chromium === undefined)
  console.log('Skipped: no Chromium here, models of every family are not tried in a browser.');

interface Asked {
  readonly family: string;
  readonly task: Task;
  readonly files: Readonly<Record<string, string>>;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hexOf = (scores: Float64Array): string => hex(new Uint8Array(scores.buffer));
const textOf = (files: ModelFiles): Record<string, string> =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, hex(bytes)]));

/** What a page runs: loads each model and answers the rows, with the sources that serve. */
const page = `
import { load } from './src/modeling/load.ts';
import { rowsOfDense, scoresFor } from './src/modeling/rows.fixture.ts';
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (scores) => Array.from(new Uint8Array(scores.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
const answers = [];
try {
  const { models, dense, rows, width } = await (await fetch('/asked')).json();
  const cells = new Float32Array(bytes(dense).buffer);
  for (const { family, task, files } of models) {
    const own = new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)]));
    const scorer = await load({ family, files: own, task }, 'wasm');
    answers.push(hex(scoresFor(scorer, rowsOfDense(cells, rows, width))));
  }
} catch (error) {
  answers.push(String(error.stack ?? error));
}
await fetch('/answers', { method: 'POST', body: JSON.stringify(answers) });
`;

/** What of Node the sources name when they are loaded: where a package lies, for TensorFlow.js to fetch its kernels. */
const nodeInPage = `
const require = (name) => ({ version: name });
require.resolve = (name) => {
  if (name.includes('tfjs-node')) throw new Error(name);
  return '/kernels/package.json';
};
export const createRequire = () => require;
export const dirname = (path) => path.slice(0, path.lastIndexOf('/'));
const absent = () => { throw new Error('there is no Node in a page'); };
globalThis.process ??= { listeners: () => [], off: absent, env: {} };
globalThis.setImmediate ??= (work) => setTimeout(work, 0);
`;

async function pageScript(): Promise<string> {
  const built = await build({
    absWorkingDir: root,
    stdin: { contents: page, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    // A model of ONNX asks for it when it is read; none is here.
    external: ['onnxruntime-web', 'onnxruntime-web/*'],
    plugins: [
      {
        name: 'node in a page',
        setup(plugin) {
          plugin.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'node' }));
          plugin.onLoad({ filter: /.*/, namespace: 'node' }, async ({ path }) => {
            const own = ['createRequire', 'dirname'];
            const names = Object.keys((await import(path)) as object).filter(
              (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default' && !own.includes(name),
            );
            const rest = names.map(
              (name) => `export const _${name} = absent; export { _${name} as ${name} };`,
            );
            return { contents: `${nodeInPage}${rest.join('\n')}\nexport default {};` };
          });
        },
      },
    ],
  });
  return built.outputFiles[0]!.text;
}

describe.skipIf(chromium === undefined)('models in Chromium', () => {
  const test = labelled(60, 5, 'browser');
  const asked: Asked[] = [];
  const here: string[] = [];
  let there: readonly string[] = [];
  let profile = '';
  let server: Server;

  beforeAll(async () => {
    for (const [name, task] of Object.entries(tasks)) {
      const [learnt, stopping] = [labelled(200, 5, 'train')(task), labelled(80, 5, 'validation')(task)];
      const models = [];
      for (const { name: family } of families) {
        const asking = { ...options, ...nets({ epochs: 4 }), family, backend: 'wasm' as const };
        const { model } = await train(task, learnt, stopping, asking, 1, scoreFor(task));
        models.push(model);
      }
      const members = models.map((model) => ({ model, target: '', weight: 1 / models.length }));
      for (const { family, files } of [...models, sealEnsemble(task, members, 0)]) {
        const scorer = await load({ family, files, task }, 'wasm');
        here.push(hexOf(scoresFor(scorer, test(task).rows)));
        scorer.dispose();
        asked.push({ family: `${family} ${name}`, task, files: textOf(files) });
      }
    }
    const script = await pageScript();
    const { dense } = test(Object.values(tasks)[0]!).matrix;
    const question = {
      models: asked.map((model) => ({ ...model, family: model.family.split(' ')[0] })),
      dense: hex(new Uint8Array(dense.buffer)),
      rows: 60,
      width: 5,
    };
    const kernels = join(
      dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')),
      'dist',
    );
    let answered: (answers: string[]) => void;
    const answers = new Promise<string[]>((resolve) => (answered = resolve));
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { url = '' } = request;
      // Only so may a page have memory that threads share.
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
      const send = (type: string, body: string | Uint8Array): void => {
        response.setHeader('content-type', type);
        response.end(body);
      };
      if (url === '/') {
        send('text/html', '<script type="module" src="/page.js"></script>');
        return;
      }
      if (url === '/page.js') {
        send('text/javascript', script);
        return;
      }
      if (url === '/asked') {
        send('application/json', JSON.stringify(question));
        return;
      }
      if (url.startsWith('/kernels/dist/') && url.endsWith('.wasm')) {
        send('application/wasm', await readFile(join(kernels, url.slice('/kernels/dist/'.length))));
        return;
      }
      let body = '';
      for await (const piece of request) body += String(piece);
      response.end();
      if (url === '/answers') answered(JSON.parse(body) as string[]);
    };
    server = createServer((request, response) => void answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    profile = await mkdtemp(join(tmpdir(), 'aieng-browser-'));
    const browser = spawn(
      chromium!,
      [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage'],
        `--user-data-dir=${profile}`,
        `http://127.0.0.1:${port}/`,
      ],
      { stdio: 'ignore' },
    );
    const gone = once(browser, 'exit');
    there = await answers;
    browser.kill('SIGKILL');
    await gone;
  }, 300_000);

  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  it('answers, every family and a blend of them, the same bits as in Node', () => {
    const told = (answers: readonly string[]) =>
      answers.map((answer, at) => [asked[at]?.family, answer] as const);
    expect(told(there)).toEqual(told(here));
    expect(there).toHaveLength(3 * (families.length + 1));
  });
});
