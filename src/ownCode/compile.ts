import { basename, join, relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { readWholeFile } from '../disk/wholeFile.ts';
import type { Digest } from '../digest.ts';
import { digestOf, sha256 } from '../digest.ts';
import { AiengError, usageError } from '../errors.ts';
import { optionalPeer } from '../optionalPeer.ts';
import { lintCode } from './lint.ts';
import type { CodeProblem } from './lint.ts';

/** Own code as one script. */
export interface CompiledCode {
  /** Defines `ownCode`, what each file exports by its name. The same bytes for the same sources. */
  readonly javascript: string;
  /** SHA-256 of the script: what fitted features name. */
  readonly code: Digest;
  /** Of every file that it is made of: by path from the project's root. */
  readonly sources: Digest;
  readonly files: readonly string[];
}

/** What own code may weigh, with all that it imports. */
const mostBytes = 5 * 1024 * 1024;

/** What own code imports as `aieng`: how to define, and nothing that works. */
const definitions = `
export const defineTransform = (transform) => ({ ...transform, 'aieng:transform': true });
export const definePipeline = (pipeline) => pipeline;
`;

const loaders = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.json': 'json',
} as const;
const loaderOf = (path: string): 'ts' | 'js' | 'json' | undefined =>
  Object.entries(loaders).find(([end]) => path.endsWith(end))?.[1];

/** Reads every source itself: what is hashed is what is compiled. */
function readingSources(root: string, read: Map<string, string>): Plugin {
  return {
    name: 'sources',
    setup: (build) => {
      build.onResolve({ filter: /^aieng$/ }, () => ({ path: 'aieng', namespace: 'aieng' }));
      build.onLoad({ filter: /.*/, namespace: 'aieng' }, () => ({ contents: definitions, loader: 'js' }));
      build.onLoad({ filter: /.*/, namespace: 'file' }, async ({ path }) => {
        const loader = loaderOf(path);
        if (loader === undefined)
          return { errors: [{ text: `${basename(path)} is neither TypeScript, JavaScript nor JSON` }] };
        const contents = new TextDecoder().decode(await readWholeFile(path, mostBytes));
        read.set(relative(root, path).split(sep).join('/'), contents);
        return { contents, loader };
      });
    },
  };
}

interface Message {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function messagesOf(error: unknown): readonly Message[] | undefined {
  if (typeof error !== 'object' || error === null || !('errors' in error) || !Array.isArray(error.errors))
    return undefined;
  // What esbuild throws, by its own types.
  return error.errors as readonly Message[];
}

function notCompiled(files: readonly string[], error: unknown): unknown {
  const [first] = messagesOf(error) ?? [];
  if (first === undefined) return error;
  const { text, location } = first;
  const outside = /Could not resolve "(node:)?\w+(\/\w+)?"/.test(text);
  return usageError({
    code: 'code-not-compiled',
    message: `${location?.file ?? files.join(', ')} cannot be compiled: ${text.split('\n')[0]!.slice(0, 300)}.`,
    hint: outside
      ? 'Own code has no modules of Node: it reaches nothing outside of its row. Packages have to be installed in the project.'
      : 'Mend the file.',
    at: {
      file: location?.file ?? files[0] ?? '',
      ...(location === null ? {} : { line: location.line, column: location.column + 1 }),
    },
    cause: error,
  });
}

/** Where something of the script stands in its source: found by its words, since types were taken out in between. */
function placeOf(
  javascript: string,
  { excerpt, start }: CodeProblem,
  read: ReadonlyMap<string, string>,
): { readonly file: string; readonly line?: number; readonly column?: number } {
  const file = [...javascript.slice(0, start).matchAll(/^ *\/\/ (\S.*)$/gm)]
    .map((found) => found[1]!)
    .findLast((name) => read.has(name));
  if (file === undefined) return { file: [...read.keys()][0] ?? '' };
  const source = read.get(file)!;
  const names = (excerpt.match(/[\w$.]+/g) ?? []).toSorted((left, right) => right.length - left.length);
  // Quotes and white space are written anew by the compiler, names are not.
  const words = [excerpt.split('\n')[0]!, ...names].find((each) => source.includes(each));
  if (words === undefined) return { file };
  const before = source.slice(0, source.indexOf(words)).split('\n');
  return { file, line: before.length, column: before.at(-1)!.length + 1 };
}

async function refuseProblems(javascript: string, read: ReadonlyMap<string, string>): Promise<void> {
  const { parse } = await optionalPeer("a team's own code", () => import('acorn'));
  const problems = lintCode(javascript, parse(javascript, { ecmaVersion: 2022, sourceType: 'script' }));
  const [first] = problems;
  if (first === undefined) return;
  const at = placeOf(javascript, first, read);
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  throw usageError({
    code: 'code-not-pure',
    message: `${at.file} has \`${first.excerpt.split('\n')[0]!}\`: ${first.message}${more}.`,
    hint: 'Own code is a function of its row: the same answer in training, batch and service, today and in a year.',
    at,
  });
}

/**
 * Compiles a team's own code with all that it imports into one script, and looks for what would make it differ from call
 * to call.
 *
 * @param files relative to the root
 * @throws usage error (exit 2) where a file is not there, cannot be compiled, or has what own code must not have
 */
export async function compileCode(root: string, files: readonly string[]): Promise<CompiledCode> {
  const { build } = await optionalPeer("a team's own code", () => import('esbuild'));
  for (const file of files) await readWholeFile(join(root, file), mostBytes);
  const read = new Map<string, string>();
  const names = files.map((file) => file.replace(/^\.\//, ''));
  const entry = [
    ...names.map((name, at) => `import * as m${at} from ${JSON.stringify(`./${name}`)};`),
    `export const modules = { ${names.map((name, at) => `${JSON.stringify(name)}: m${at}`).join(', ')} };`,
  ].join('\n');
  let javascript: string;
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: root, sourcefile: 'ownCode', loader: 'js' },
      absWorkingDir: root,
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'ownCode',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['import', 'default'],
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      // The project's own file would make the script another one where it is another one.
      tsconfigRaw: '{}',
      plugins: [readingSources(root, read)],
    });
    javascript = outputFiles[0]!.text;
  } catch (error) {
    if (error instanceof AiengError) throw error;
    throw notCompiled(names, error);
  }
  if (javascript.length > mostBytes)
    throw usageError({
      code: 'code-too-large',
      message: `${names.join(', ')}: ${javascript.length} characters with all that is imported; at most ${mostBytes} are taken.`,
      hint: 'Import less: every service and every bundle carries it.',
    });
  await refuseProblems(javascript, read);
  const paths = [...read.keys()].sort();
  return {
    javascript,
    code: sha256(javascript),
    sources: digestOf(paths.map((path) => [path, sha256(read.get(path)!)])),
    files: paths,
  };
}
