import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { buildPipeline } from './build.ts';
import { checkPipeline } from './check.ts';
import type { CheckContext } from './check.ts';
import { placeOfPointer } from './document.ts';
import { overlaid, refuseUnknownEnvironment, writtenEnvironments } from './environments/apply.ts';
import type { Overlaid, Written } from './environments/apply.ts';
import { invalidFile } from './invalid.ts';
import { pipelineFile, readPipelineDocument } from './code/readDocument.ts';
import type { CodeReader } from './code/readDocument.ts';
import { displayPath } from './loadText.ts';
import { overridesOf, readSetting, refuseRepeats, settingsInvalid, withSettings } from './overrides/apply.ts';
import type { Pipeline } from './pipeline.ts';
import type { Problem } from './problems.ts';
import { valueAt } from './problems.ts';
import type { Vocabulary } from './schema/index.ts';
import { nearest } from '../suggest.ts';

/** Folder of a project's pipelines; its presence makes a folder the root. */
export const pipelinesFolder = 'pipelines';

const schemaFile = /\.schema\.json$/;

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/**
 * The project's root: the nearest folder from `cwd` upwards that has `pipelines/`.
 *
 * @throws usage error `no-project` where there is none.
 */
export async function findRoot(cwd: string): Promise<string> {
  if (!(await isDirectory(cwd)))
    throw usageError({
      code: 'folder-not-found',
      message: `There is no folder ${cwd}.`,
      hint: 'Correct the path after -C.',
    });
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (await isDirectory(join(folder, pipelinesFolder))) return folder;
    if (dirname(folder) === folder) break;
  }
  throw usageError({
    code: 'no-project',
    message: `There is no aieng project here: neither ${cwd} nor a folder above it has ${pipelinesFolder}/.`,
    hint: 'Start one with `aieng init --from data.csv --label <column>`, or go to the project with -C <folder>.',
  });
}

/** Names and absolute files of the pipelines in `pipelines/`, by name. A name can have several files: that is an error for who asks for it. */
export async function listPipelines(
  root: string,
): Promise<{ readonly name: string; readonly files: readonly string[] }[]> {
  const folder = join(root, pipelinesFolder);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const byName = new Map<string, string[]>();
  for (const entry of entries) {
    if (entry.isDirectory() || !pipelineFile.test(entry.name) || schemaFile.test(entry.name)) continue;
    const name = entry.name.replace(pipelineFile, '');
    byName.set(name, [...(byName.get(name) ?? []), join(folder, entry.name)].sort());
  }
  return [...byName].map(([name, files]) => ({ name, files })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function onlyFile(root: string, name: string, files: readonly string[]): string {
  const [file, another] = files;
  if (file !== undefined && another === undefined) return file;
  throw usageError({
    code: 'pipeline-ambiguous',
    message: `There are ${files.length} pipelines called ${name}: ${files.map((one) => displayPath(root, one)).join(', ')}.`,
    hint: 'Rename or remove all but one: a name stands for one pipeline, its runs and its bundles.',
  });
}

async function resolvePath(root: string, cwd: string, path: string): Promise<string> {
  const tried = [...new Set([resolve(cwd, path), resolve(root, path)])];
  for (const file of tried) {
    if (!(await stat(file).catch(() => null))?.isFile()) continue;
    const name = basename(file).replace(pipelineFile, '');
    const known = (await listPipelines(root)).find((pipeline) => pipeline.name === name);
    return onlyFile(root, name, [...new Set([...(known?.files ?? []), file])]);
  }
  const pipelines = await listPipelines(root);
  const near = nearest(
    basename(path).replace(pipelineFile, ''),
    pipelines.map(({ name }) => name),
  );
  const [meant] = pipelines.find(({ name }) => name === near)?.files ?? [];
  throw usageError({
    code: 'pipeline-not-found',
    message: `There is no pipeline file ${path}.`,
    hint:
      meant === undefined
        ? `Look for it: \`ls ${pipelinesFolder}/\`.`
        : `Did you mean ${displayPath(root, meant)}?`,
  });
}

/**
 * The file of a pipeline: by name (`churn` → `pipelines/churn.yaml`, `.yml`, `.json` or `.pipeline.ts`), by path (relative to `cwd`, or
 * else to the root), or the only one there is.
 *
 * @throws usage error where there is none (with did-you-mean), more than one to choose from, or two of one name.
 */
export async function resolvePipeline(root: string, nameOrPath?: string, cwd = root): Promise<string> {
  if (nameOrPath !== undefined && (/[/\\]/.test(nameOrPath) || pipelineFile.test(nameOrPath)))
    return resolvePath(root, cwd, nameOrPath);
  const pipelines = await listPipelines(root);
  const names = pipelines.map((pipeline) => pipeline.name);
  if (names.length === 0)
    throw usageError({
      code: 'pipeline-not-found',
      message: `${pipelinesFolder}/ has no pipeline yet.`,
      hint: 'Make one from your data: `aieng init --from data.csv --label <column>`.',
    });
  if (nameOrPath === undefined && pipelines.length > 1)
    throw usageError({
      code: 'pipeline-not-named',
      message: `There are ${names.length} pipelines: ${names.join(', ')}.`,
      hint: `Name one of them, for example: ${names[0] ?? ''}`,
    });
  const found = pipelines.find((pipeline) => nameOrPath === undefined || pipeline.name === nameOrPath);
  if (found !== undefined) return onlyFile(root, found.name, found.files);
  // A bundle's name, where that of its pipeline is asked for: churn@2.
  const meant = nearest((nameOrPath ?? '').replace(/@.*$/, ''), names);
  throw usageError({
    code: 'pipeline-not-found',
    message: `There is no pipeline called "${nameOrPath ?? ''}". Pipelines: ${names.join(', ')}.`,
    hint: meant === undefined ? 'Name one of them, or give a path.' : `Did you mean "${meant}"?`,
  });
}

/** What loading needs of other rooms and of the world: transforms with their parameters, metrics, environment variables. */
export interface LoadOptions extends Vocabulary {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Reads pipelines in TypeScript; left out: there are none. */
  readonly readCode?: CodeReader;
  /** The section of `env` that counts; left out: the file as it stands without one. */
  readonly env?: string | undefined;
  /** Keys that are set for this run, each `key=value`. */
  readonly set?: readonly string[] | undefined;
}

/** What is wrong with environments that were not asked for: a mistake in `prod` is found in `dev`. Variables of there are of there. */
async function problemsElsewhere(
  written: Written,
  chosen: string | undefined,
  context: CheckContext,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [...written.problems];
  for (const name of written.environments.keys()) {
    if (name === chosen) continue;
    const { value, inFile } = overlaid(written, name);
    const result = await checkPipeline(value, context);
    const own = `/env/${name}/`;
    for (const each of result.ok ? [] : result.problems) {
      const pointer = inFile(each.pointer);
      const isOfThere = /\$\{/.test(JSON.stringify(valueAt(value, each.pointer) ?? ''));
      if (pointer.startsWith(own) && !isOfThere) problems.push({ ...each, pointer });
    }
  }
  return problems;
}

/** The document, as the environment that was asked for has it. */
function chosenFrom(written: Written, name: string | undefined, display: string): Overlaid | null {
  if (name === undefined) return null;
  refuseUnknownEnvironment(written, name, display);
  return overlaid(written, name);
}

/**
 * Reads and checks a pipeline file and fills every default in.
 *
 * @param file Absolute path, as `resolvePipeline` gives it.
 * @throws usage error `pipeline-invalid` with everything that is wrong, each with line and column and what to do;
 * `set-invalid` where the file is right, and what is set is not; `env-unknown`.
 */
export async function loadPipeline(file: string, root: string, options: LoadOptions): Promise<Pipeline> {
  const display = displayPath(root, file);
  const document = await readPipelineDocument(file, display, options.readCode);
  const name = basename(file).replace(pipelineFile, '');
  const checkContext = {
    ...options,
    fileName: name,
    inPipelines: dirname(file) === join(root, pipelinesFolder),
  };
  const written = writtenEnvironments(document.value);
  const chosen = chosenFrom(written, options.env, display);
  const value = chosen?.value ?? written.base;
  const result = await checkPipeline(value, checkContext);
  const own = (result.ok ? [] : result.problems).map((each) => ({
    ...each,
    pointer: chosen?.inFile(each.pointer) ?? each.pointer,
  }));
  const elsewhere = await problemsElsewhere(written, options.env, checkContext);
  if (!result.ok || elsewhere.length > 0)
    throw invalidFile(
      'pipeline-invalid',
      display,
      [...own, ...elsewhere].map(({ pointer, on, message, hint }) => ({
        message,
        hint,
        place: placeOfPointer(document, pointer, on),
      })),
    );
  const notices = [...result.notices, ...(chosen?.notices ?? [])];
  const places = placesOf({ ...document.keys, ...document.values }, options.env);
  const origin = { file, name, notices, places, env: chosen?.environment ?? null };
  const saysSplit = (of: unknown): boolean => valueAt(of, '/split/strategy') !== undefined;
  const { set = [] } = options;
  if (set.length === 0)
    return buildPipeline(result.checked, {
      ...origin,
      variables: result.variables,
      overrides: [],
      saysSplit: saysSplit(value),
    });
  const settings = await Promise.all(set.map(readSetting));
  refuseRepeats(settings);
  const asSet = withSettings(value, settings);
  const again = await checkPipeline(asSet, checkContext);
  if (!again.ok) throw settingsInvalid(settings, again.problems, result.checked);
  const overrides = overridesOf(settings, result.checked, again.checked);
  return buildPipeline(again.checked, {
    ...origin,
    variables: again.variables,
    overrides,
    saysSplit: saysSplit(asSet),
  });
}

/** Where things stand: what the environment sets stands in its section. */
function placesOf(places: Pipeline['places'], env: string | undefined): Pipeline['places'] {
  if (env === undefined) return places;
  const own = `/env/${env}/`;
  const above = Object.entries(places).flatMap(([pointer, place]) =>
    pointer.startsWith(own) ? [[pointer.slice(own.length - 1), place] as const] : [],
  );
  return { ...places, ...Object.fromEntries(above) };
}
