import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { basename, join, relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { readWholeFile } from '../disk/wholeFile.ts';
import type { Digest } from '../digest.ts';
import { digestOf, sha256 } from '../digest.ts';
import { AiengError, usageError } from '../errors.ts';
import { optionalPeer } from '../optionalPeer.ts';
import { lintCode } from './lint.ts';

/** Own code as one script. */
export interface CompiledCode {
  /** Defines `ownCode`, what each file exports by its name. The same bytes for the same sources. */
  readonly javascript: string;
  /** SHA-256 of the script: what fitted features name. */
  readonly code: Digest;
  /** Of every file that it is made of: by path from the project's root. */
  readonly sources: Digest;
  readonly files: readonly string[];
  /** Where a place of the script stands in the sources: lines from 1, columns from 0. */
  readonly placeOf: PlaceOf;
}

/** A place of the script as one of the sources, from 1; null where the compiler made it up. */
type PlaceOf = (
  line: number,
  column: number,
) => { readonly file: string; readonly line: number; readonly column: number } | null;

/** What own code may weigh, with all that it imports. */
const mostBytes = 5 * 1024 * 1024;

/** What own code imports as `aieng`: how to define, and nothing that works. */
const definitions = `
export const defineTransform = (transform) => ({ ...transform, 'aieng:transform': true });
export const defineCheck = (check) => ({ ...check, 'aieng:check': true });
export const forRows = () => ({ defineTransform, defineCheck });
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

/** Places by the map that the compiler writes beside the script. */
function placesBy(map: string): PlaceOf {
  // What esbuild writes is what Node reads.
  const read = new SourceMap(JSON.parse(map) as SourceMapPayload);
  return (line, column) => {
    const entry = read.findEntry(line - 1, column);
    return 'originalSource' in entry
      ? { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
      : null;
  };
}

async function refuseProblems(javascript: string, file: string, placeOf: PlaceOf): Promise<void> {
  const { parse } = await optionalPeer("a team's own code", () => import('acorn'));
  const problems = lintCode(javascript, parse(javascript, { ecmaVersion: 2022, sourceType: 'script' }));
  const [first] = problems;
  if (first === undefined) return;
  const before = javascript.slice(0, first.start).split('\n');
  const at = placeOf(before.length, before.at(-1)!.length) ?? { file };
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
  let [javascript, map] = ['', ''];
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: root, sourcefile: 'ownCode', loader: 'js' },
      absWorkingDir: root,
      bundle: true,
      write: false,
      outfile: join(root, 'ownCode.js'),
      sourcemap: 'external',
      sourcesContent: false,
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
    for (const { path, text } of outputFiles)
      if (path.endsWith('.map')) map = text;
      else javascript = text;
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
  const placeOf = placesBy(map);
  await refuseProblems(javascript, names[0] ?? '', placeOf);
  const paths = [...read.keys()].sort();
  return {
    javascript,
    code: sha256(javascript),
    sources: digestOf(paths.map((path) => [path, sha256(read.get(path)!)])),
    files: paths,
    placeOf,
  };
}
