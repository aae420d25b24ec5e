import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../../data/schema.ts';
import { sampleInputs } from '../../packaging/bundle.fixture.ts';
import { moduleTypes } from './types.ts';

const column = (name: string, more: Partial<ColumnSchema>): ColumnSchema => ({
  ...{ name, kind: 'category', type: 'string', nullable: false, required: true, closed: false },
  ...more,
});
const columns = [
  column('plan', { closed: true, domain: ['a', "b'", '"'] }),
  column('city', { domain: ['Rome', '*/ export'], required: false, description: 'Ends */ nothing.' }),
  column('code', { type: 'integer', domain: ['1', '2'] }),
  column('member', { type: 'boolean', nullable: true }),
  column('size', { kind: 'number', type: 'number', minimum: 1, maximum: 2 }),
  column('when', { kind: 'time' }),
];
const { documents: _documents, card: _card, model: _model, ...manifest } = sampleInputs();
const types = moduleTypes(
  { ...manifest, manifest_version: 1, files: {}, inputs: columns },
  { columns: [...columns, column('customerID', {}), column('Churn', {})], missing: [''] },
);

/** What the compiler says of code that uses the types, with the few globals that they need. */
function problemsOf(code: string, declared = types): readonly string[] {
  const globals = `interface Array<T> { readonly length: number; [at: number]: T } interface ReadonlyArray<T> { readonly length: number; readonly [at: number]: T } interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {} interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {} interface Error { message: string } declare class Error {} interface Promise<T> { then(use: (value: T) => void): void } type Readonly<T> = { readonly [K in keyof T]: T[K] }; type Record<K extends string, V> = { [P in K]: V }; interface Request {} interface Response {}`;
  const files: Readonly<Record<string, string>> = {
    '/globals.d.ts': globals,
    '/model.d.mts': declared,
    '/use.mts': `import { predict } from './model.mjs';\n${code}`,
  };
  const host: ts.CompilerHost = {
    ...{ getDefaultLibFileName: () => '/none.d.ts', getCurrentDirectory: () => '/', getNewLine: () => '\n' },
    ...{ getCanonicalFileName: (name: string) => name, useCaseSensitiveFileNames: () => true },
    ...{ fileExists: (name: string) => name in files, readFile: (name: string) => files[name] },
    writeFile: () => undefined,
    getSourceFile: (name, version) =>
      files[name] === undefined ? undefined : ts.createSourceFile(name, files[name], version),
  };
  const options = {
    ...{ noLib: true, strict: true, noEmit: true, types: [], exactOptionalPropertyTypes: true },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  };
  const program = ts.createProgram(['/globals.d.ts', '/use.mts'], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const good = `plan: 'a', code: 1, member: null, size: 1.5, when: '2024-01-01'`;

describe('types of a written module', () => {
  it('take a row of the schema: words, unseen ones where it is open, ids and what is ignored', () => {
    expect(problemsOf(`predict({ ${good} });`)).toEqual([]);
    expect(
      problemsOf(
        `predict({ ${good}, city: 'Oslo', customerID: 7, Churn: 'Yes' }, { explain: true }).prediction satisfies 'No' | 'Yes';`,
      ),
    ).toEqual([]);
  });

  it.each([
    ['a word that a closed column has not', good.replace(`'a'`, `'c'`)],
    ['a missing field', good.replace('size: 1.5,', '')],
    ['null where a value must be', good.replace('1.5', 'null')],
    ['a field that the model does not know', `${good}, sise: 1`],
    ['a text for a boolean', good.replace('null', `'true'`)],
  ])('refuse %s', (_what, row) => {
    expect(problemsOf(`predict({ ${row} });`)).toHaveLength(1);
  });

  it('take a row with the rows before it, or with the cells that these make, and not half of each', () => {
    const visits = [
      column('size', { kind: 'number', type: 'number' }),
      column('size_lag_1', { kind: 'number', type: 'number', nullable: true }),
    ];
    const declared = moduleTypes(
      { ...manifest, manifest_version: 1, files: {}, inputs: visits },
      {
        columns: [column('who', {}), column('at', { kind: 'time' }), ...visits],
        missing: [''],
        history: {
          ...{ by: 'who', time: 'at', rows: 5 },
          columns: [{ how: 'lag', name: 'size_lag_1', column: 'size', rows: 1 }],
        },
      },
    );
    const found = (row: string): number => problemsOf(`predict(${row});`, declared).length;
    expect(found(`{ at: '2024-01-02', who: 'a', size: 1, history: [{ at: '2024-01-01', size: 2 }] }`)).toBe(
      0,
    );
    expect(found(`{ at: '2024-01-02', size: 1, history: [] }`)).toBe(0);
    expect(found(`{ size: 1, size_lag_1: null }`)).toBe(0);
    expect(found(`{ size: 1 }`)).toBe(1);
    expect(found(`{ size: 1, history: [] }`)).toBe(1);
    expect(found(`{ at: '2024-01-02', size: 1, history: [], size_lag_1: 2 }`)).toBe(1);
    expect(found(`{ at: '2024-01-02', size: 1, history: [{ size: 2 }] }`)).toBe(1);
    expect(found(`{ at: '2024-01-02', size: 1, history: [{ at: '2024-01-01', size: 2, siz: 1 }] }`)).toBe(1);
  });

  it('name classes and probabilities', () => {
    expect(types).toContain('export type Class = "No" | "Yes";');
    expect(types).toContain('/** Ends *\u200b/ nothing. */');
  });
});
