import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { readChurn } from './churn.ts';

/**
 * JSON columns → Table, as a page would do it; runs as text in Node and in the bare context, so that both start from
 * the same cells.
 */
const toTable = `(columns) => {
  const table = new Map();
  let rows = 0;
  for (const [name, cells] of Object.entries(columns)) {
    rows = cells.length;
    if (cells.every((cell) => cell === null || typeof cell === 'number')) {
      table.set(name, { kind: 'number', values: Float64Array.from(cells, (cell) => (cell === null ? NaN : cell)) });
      continue;
    }
    const dictionary = [...new Set(cells.filter((cell) => cell !== null))];
    const codes = Int32Array.from(cells, (cell) => dictionary.indexOf(cell));
    table.set(name, { kind: 'category', codes, dictionary });
  }
  // A time and a text as well, so that calendar, sine and hash are compared too.
  table.set('joined', { kind: 'time', values: Float64Array.from({ length: rows }, (_, i) => 1.6e12 + i * 7654321) });
  table.set('note', { kind: 'text', values: Array.from({ length: rows }, (_, i) => (i % 9 ? 'note ' + i : null)) });
  return { rows, columns: table };
}`;

const spec = {
  auto: true,
  drop: [],
  features: [
    { column: 'note', steps: [{ transform: 'hashing', params: { buckets: 16 } }] },
    { column: 'note', steps: [{ transform: 'ngrams', params: { unit: 'character', buckets: 32 } }] },
    { column: 'monthly_charges', steps: [{ transform: 'quantile', params: { output: 'normal' } }] },
    {
      column: 'total_charges',
      steps: [
        { transform: 'impute', params: {} },
        { transform: 'log1p', params: {} },
      ],
    },
  ],
};

/** Fits and applies with the bundled module; everything crosses as text or bytes. */
const story = `(() => {
  const table = (${toTable})(JSON.parse(columnsText));
  const fitted = features.fit(JSON.parse(specText), table, ['churn']);
  const read = features.parseFeatures(JSON.parse(givenText === '' ? JSON.stringify(fitted) : givenText));
  const matrix = features.apply(read, table);
  return { fitted: JSON.stringify(fitted), names: JSON.stringify(matrix.names), bytes: matrix.dense.buffer };
})()`;

interface Outcome {
  readonly fitted: string;
  readonly names: string;
  readonly bytes: ArrayBuffer;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const columnsText = JSON.stringify(readChurn());
const specText = JSON.stringify(spec);

/** A context of the language's own globals and nothing of Node or a page. */
function bareContext(bundle: string, givenText: string): vm.Context {
  const context = vm.createContext({ columnsText, specText, givenText });
  vm.runInContext(bundle, context);
  return context;
}

describe('features in a browser', () => {
  let bundle = '';
  let inputs: string[] = [];
  let here: Outcome;

  beforeAll(async () => {
    const options = { absWorkingDir: root, bundle: true, write: false, metafile: true } as const;
    const built = await build({
      ...options,
      entryPoints: ['src/features/index.ts'],
      format: 'iife',
      globalName: 'features',
      platform: 'browser',
    });
    bundle = built.outputFiles[0]!.text;
    inputs = Object.keys(built.metafile.inputs);
    const features = await import('../../src/features/index.ts');
    const run: (...values: unknown[]) => Outcome = vm.runInThisContext(
      `(features, columnsText, specText, givenText) => ${story}`,
    );
    here = run(features, columnsText, specText, '');
  });

  it('bundles its own files and leaves only', () => {
    expect(inputs.filter((path) => !path.startsWith('src/features/')).sort()).toEqual([
      'src/data/cells/prose.ts',
      'src/errors.ts',
      'src/hash.ts',
      'src/ownCells.ts',
      'src/statistics/histogram.ts',
      'src/statistics/moments.ts',
      'src/statistics/normalQuantile.ts',
      'src/statistics/quantiles.ts',
      'src/statistics/sortDoubles.ts',
      'src/work.ts',
    ]);
  });

  it('runs without any global of Node', () => {
    const names = [
      'process',
      'Buffer',
      'require',
      'setTimeout',
      'fetch',
      'TextEncoder',
      'structuredClone',
      'crypto',
    ];
    const context = bareContext(bundle, '');
    expect(names.map((name): unknown => vm.runInContext(`typeof ${name}`, context))).toEqual(
      names.map(() => 'undefined'),
    );
    expect(vm.runInContext('typeof features.apply', context)).toBe('function');
  });

  it('fits and applies to the same bits as in Node on the churn fixture', () => {
    const there: Outcome = vm.runInContext(story, bareContext(bundle, ''));
    expect(there.fitted).toBe(here.fitted);
    expect(there.names).toBe(here.names);
    const bytes = Buffer.from(here.bytes);
    expect(bytes.length).toBeGreaterThan(7043 * 4 * 50);
    expect(bytes.some((byte) => byte !== 0)).toBe(true);
    expect(Buffer.compare(Buffer.from(there.bytes), bytes)).toBe(0);
  });

  it('applies features that were fitted in Node', () => {
    const there: Outcome = vm.runInContext(story, bareContext(bundle, here.fitted));
    expect(Buffer.compare(Buffer.from(there.bytes), Buffer.from(here.bytes))).toBe(0);
  });
});
