import { lstat, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { usageError } from '../errors.ts';
import { nearest } from '../suggest.ts';

/** A file of the project that a program uses. */
export interface ScriptFile {
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

/** Files of the project by path, with `/` between folders. */
export type ScriptFiles = ReadonlyMap<string, ScriptFile>;

/** What names the files of a program. */
export interface NamedFiles {
  readonly command: readonly string[];
  readonly files: readonly string[];
  readonly image: string | null;
}

const mostFiles = 2000;
const mostBytes = 256 * 1024 * 1024;

/** What says which packages a program runs with, where it lies beside it. */
const lockFile =
  /^(requirements[\w.-]*\.txt|uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock|pyproject\.toml|pixi\.lock|conda-lock\.yml|environment\.ya?ml|\.python-version|renv\.lock)$/;
/** What is never part of a program: stores, caches, installed packages. */
const never = new Set([
  '.git',
  '.aieng',
  'node_modules',
  '__pycache__',
  '.venv',
  'venv',
  '.ipynb_checkpoints',
]);

const refuse = (message: string, hint: string): Error => usageError({ code: 'script-files', message, hint });

/** A path of the project in one form, or null for what lies outside of it or is no path. */
function pathInside(word: string): string | null {
  if (word === '' || word.includes('\0') || posix.isAbsolute(word) || /^[a-z]:/i.test(word)) return null;
  const path = posix.normalize(word).replace(/\/$/, '');
  return path === '.' || path === '..' || path.startsWith('../') ? null : path;
}

/** A pattern of paths as a regular expression. `*` and `?` do not cross folders. */
function matcherOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*\/|\*\*|\*|\?|[$()+.[\\\]^{|}]/g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 'u');
}

type Kind = 'file' | 'folder' | 'link' | null;

interface Below {
  readonly path: string;
  readonly kind: 'file' | 'link';
}

/** Every file below a folder, in the order of names. Links are not followed. */
async function* filesBelow(root: string, folder: string): AsyncGenerator<Below> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (never.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(root, path);
    else if (entry.isFile()) yield { path, kind: 'file' };
    else if (entry.isSymbolicLink()) yield { path, kind: 'link' };
  }
}

/** May a pattern name something below this folder? */
function reachesBelow(pattern: string, folder: string): boolean {
  const parts = pattern.split('/');
  for (const [at, name] of folder.split('/').entries()) {
    const part = parts[at];
    if (part?.includes('**') === true) return true;
    if (part === undefined || at === parts.length - 1 || !matcherOf(part).test(name)) return false;
  }
  return true;
}

/** Is a link one that a program would miss: to a file that the entry names, or to a folder that it reaches into? */
async function isMissed(root: string, link: string, pattern: string | null): Promise<boolean> {
  // One that leads nowhere is no file for anybody: editors mark what is open by such.
  const facts = await stat(join(root, link)).catch(() => null);
  if (facts === null) return false;
  if (pattern === null) return true;
  return facts.isDirectory() ? reachesBelow(pattern, link) : matcherOf(pattern).test(link);
}

async function kindOf(root: string, path: string): Promise<Kind> {
  const facts = await lstat(join(root, path)).catch(() => null);
  if (facts === null) return null;
  if (facts.isSymbolicLink()) return 'link';
  if (facts.isDirectory()) return 'folder';
  return facts.isFile() ? 'file' : null;
}

/** Files that one entry of `files` names. */
async function named(root: string, entry: string): Promise<readonly string[]> {
  const path = pathInside(entry);
  if (path === null)
    throw refuse(
      `model.script.files names ${JSON.stringify(entry)}, which does not lie in the project.`,
      'Name files by their path from the root of the project.',
    );
  const isPattern = /[*?]/.test(path);
  const kind = isPattern ? null : await kindOf(root, path);
  if (kind === 'file') return [path];
  const found: string[] = [];
  const start = isPattern
    ? path.split('/').slice(
        0,
        path.split('/').findIndex((part) => /[*?]/.test(part)),
      )
    : [path];
  const matches = isPattern ? matcherOf(path) : /^/;
  if (isPattern || kind === 'folder')
    for await (const { path: each, kind: what } of filesBelow(root, start.join('/'))) {
      if (what === 'file' && matches.test(each)) found.push(each);
      if (what === 'link' && (await isMissed(root, each, isPattern ? path : null)))
        throw refuse(
          `model.script.files names ${JSON.stringify(entry)}, and ${each} is a link: the copy that the program runs with holds none.`,
          'Put the file itself in its place, or name the files that the program uses by narrower patterns.',
        );
      if (found.length > mostFiles) break;
    }
  if (found.length > 0) return found;
  const meant = nearest(path, new Set(await readdir(root).catch(() => [])));
  throw refuse(
    `model.script.files names ${JSON.stringify(entry)}, and there is no such file${kind === 'link' ? ' (it is a link)' : ''}.`,
    meant === undefined ? 'Correct it in the pipeline file.' : `Did you mean ${JSON.stringify(meant)}?`,
  );
}

/** Words of the command that are files of the project: `train.py`, `--config=conf/a.yaml`. */
async function inCommand(root: string, { command, image }: NamedFiles): Promise<readonly string[]> {
  const words = [...command, ...(image === null ? [] : [image])].flatMap((word) => [
    word,
    word.slice(word.indexOf('=') + 1),
  ]);
  const found: string[] = [];
  for (const word of new Set(words)) {
    const path = await projectFile(root, word);
    if (path !== null) found.push(path);
  }
  return found;
}

/** The path of a word that names a file of the project; null where it names none. */
export async function projectFile(root: string, word: string): Promise<string | null> {
  const path = pathInside(word);
  return path !== null && (await kindOf(root, path)) === 'file' ? path : null;
}

async function readOne(root: string, path: string): Promise<ScriptFile> {
  const whole = join(root, path);
  // A folder on the way may be a link that leads out of the project.
  const real = await realpath(whole);
  if (!real.startsWith((await realpath(root)) + sep))
    throw refuse(`${path} leads out of the project.`, 'Copy the file into the project.');
  const { mode } = await lstat(real);
  return { bytes: await readFile(real), isExecutable: (mode & 0o111) !== 0 };
}

/**
 * The files that a program uses: those that its command names, those of `files`, and lock files beside it. It finds a copy of
 * exactly these when it runs, so that what is not among them cannot have taken part.
 *
 * @throws a usage error for an entry that names nothing, or what lies outside of the project
 */
export async function scriptFiles(root: string, script: NamedFiles): Promise<ScriptFiles> {
  const paths = new Set(await inCommand(root, script));
  for (const entry of script.files) for (const path of await named(root, entry)) paths.add(path);
  for (const name of await readdir(root))
    if (lockFile.test(name) && (await kindOf(root, name)) === 'file') paths.add(name);
  if (paths.size > mostFiles)
    throw refuse(
      `model.script.files names more than ${mostFiles} files.`,
      'Name those that the program uses.',
    );
  const files = new Map<string, ScriptFile>();
  let bytes = 0;
  for (const path of [...paths].sort()) {
    const file = await readOne(root, path);
    bytes += file.bytes.length;
    if (bytes > mostBytes)
      throw refuse(
        `The files of model.script have more than ${mostBytes / 1024 ** 2} MB (up to ${path}).`,
        'Name those that the program uses; rows are handed to it by aieng.',
      );
    files.set(path, file);
  }
  return files;
}
