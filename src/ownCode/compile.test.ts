import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AiengError } from '../errors.ts';
import { asAiengError } from '../errors.fixture.ts';
import { compileCode } from './compile.ts';
import type { CompiledCode } from './compile.ts';
import { evaluate } from './realm.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function compile(files: Readonly<Record<string, string>>): Promise<CompiledCode> {
  const root = mkdtempSync(join(tmpdir(), 'aieng-own-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return compileCode(root, ['./features.ts']);
}

const refusal = async (files: Readonly<Record<string, string>>): Promise<AiengError> =>
  compile(files).then(() => expect.unreachable(), asAiengError);

const source = (apply: string, before = ''): string => `import { defineTransform } from 'aieng';
${before}
interface Unused { readonly a: number }
export const x = defineTransform({ name: 'x', inputs: { a: 'number' }, output: 'number', apply: ${apply} });
`;

/** What `apply` of the only transform gives. */
function called(javascript: string, row: object): unknown {
  const { exported } = evaluate(javascript, 'test');
  const { modules } = exported as { modules: Record<string, { x: { apply: (row: object) => unknown } }> };
  return modules['features.ts']!.x.apply(row);
}

describe('own code', () => {
  it('is compiled with what it imports to the same bytes in every folder', async () => {
    const files = {
      'features.ts': source('({ a }) => twice(a ?? 0)', "import { twice } from './lib/twice.ts';"),
      'lib/twice.ts': 'export const twice = (value: number): number => 2 * value;',
    };
    const [one, other] = [await compile(files), await compile(files)];
    expect({ ...one, placeOf: null }).toEqual({ ...other, placeOf: null });
    expect(one.files).toEqual(['features.ts', 'lib/twice.ts']);
    expect(called(one.javascript, { a: 21 })).toBe(42);
  });

  it('has another digest of its sources after a comment, and another one of its script after a change', async () => {
    const one = await compile({ 'features.ts': source('({ a }) => a') });
    const commented = await compile({ 'features.ts': `// Why.\n${source('({ a }) => a')}` });
    const changed = await compile({ 'features.ts': source('({ a }) => -a') });
    expect([commented.code === one.code, commented.sources === one.sources]).toEqual([true, false]);
    expect([changed.code === one.code, changed.sources === one.sources]).toEqual([false, false]);
  });

  it.each([
    ['() => Math.random()', 'Math.random'],
    ['() => Date.now()', 'Date.now'],
    ['() => new Date().valueOf()', 'new Date()'],
    ['() => new Date(2020, 1, 1).valueOf()', 'Date.UTC'],
    ['({ a }) => new Date(a).getHours()', 'getUTCHours'],
    ['() => Number(process.env.X)', 'process'],
    ["() => { void fetch('http://x'); return 1; }", 'fetch'],
    ['() => { setTimeout(() => 1, 1); return 1; }', 'setTimeout'],
    ["() => eval('1')", 'eval'],
    ["() => new Function('return 1')()", 'Function'],
    ['({ a }) => { void import(String(a)); return 1; }', 'import'],
    ['() => performance.now()', 'performance'],
    ['() => { globalThis.k = 1; return 1; }', 'globalThis'],
    ["() => ('a'.localeCompare('b'))", 'localeCompare'],
    ['() => crypto.getRandomValues(new Uint8Array(1))[0]', 'crypto'],
  ])('is refused where it has %s', async (apply, named) => {
    const error = await refusal({ 'features.ts': source(apply) });
    expect(error.code).toBe('code-not-pure');
    expect(error.message).toContain(named);
    expect(error.at).toMatchObject({ file: 'features.ts', line: 4 });
  });

  it('may call its own things as it likes', async () => {
    const own = source(
      '({ a, ...rest }) => { const process = { env: a }; const fetch = (x: number) => x; return fetch(process.env) + rest.window + { self: 1 }.self; }',
    );
    const { javascript } = await compile({ 'features.ts': own });
    expect(called(javascript, { a: 1, window: 2 })).toBe(4);
  });

  it.each([
    ["import { readFileSync } from 'node:fs'; void readFileSync;", 'node:fs'],
    ["import fs from 'fs'; void fs;", 'fs'],
    ["import { y } from 'no-such-package'; void y;", 'no-such-package'],
    ['const = 1;', 'Expected identifier'],
  ])('says what cannot be compiled: %s', async (before, named) => {
    const error = await refusal({ 'features.ts': source('() => 1', `${before}\nvoid [0];`) });
    expect(error.code).toBe('code-not-compiled');
    expect(error.message).toContain(named);
    expect(error.at).toMatchObject({ file: 'features.ts', line: 2 });
  });

  it('says where a file is missing', async () => {
    expect((await refusal({})).code).toBe('file-not-found');
  });
});

describe('the realm of own code', () => {
  const says = (expression: string): unknown =>
    evaluate(`const ownCode = { modules: (() => ${expression})() };`, 'test').exported;

  it.each([
    'Math.random()',
    'Date.now()',
    'new Date()',
    'Date()',
    "new Date('2020-01-01 10:00')",
    "Date.parse('1 May 2020')",
    'new Date(0).getHours()',
    'new Date(0).toLocaleString()',
    "'a'.localeCompare('b')",
    '(1).toLocaleString()',
    'process.env',
    "eval('1')",
    "(() => 0).constructor('return 1')()",
    'Array.prototype.x = 1',
    'Math.k = 1',
    'Object.assign(Object.prototype, { x: 1 })',
  ])('has no %s', (expression) => {
    expect(() => says(expression)).toThrow('cannot be loaded');
  });

  it.each([
    ["new Date('2020-01-01').getTime()", 1_577_836_800_000],
    ["new Date('2020-01-01T10:00:00+02:00').toISOString()", '2020-01-01T08:00:00.000Z'],
    ['new Date(Date.UTC(2020, 0, 1)).getUTCDay()', 3],
    ['new Date(0) instanceof Date', true],
    ["String(Object.assign(Object.create(null), { toString: () => 'own' }))", 'own'],
    ["String(new (class A { toString() { return 'A'; } })())", 'A'],
  ])('has %s', (expression, expected) => {
    expect(says(expression)).toEqual({ modules: expected });
  });
});
