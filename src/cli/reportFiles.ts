import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { readEnvironment } from '../environment/index.ts';
import type { GlobalFlags } from '../verbs/flags.ts';
import type { CiReport } from './render/ciReport.ts';

/** Where the reports for CI servers go: absolute paths, of those that were asked for. */
export interface ReportPlaces {
  readonly junit?: string;
  readonly sarif?: string;
}

/** Whoever writes a report: what is known of the machine, and what must not stand in it. */
interface Author {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly scrub: (text: string) => string;
}

const unusable = (flag: string, path: string, why: string): Error =>
  usageError({
    code: 'report-place',
    message: `--${flag} ${path} cannot be written: ${why}.`,
    hint: 'Name a file in a folder that exists and that you may write to (`mkdir -p reports`).',
  });

async function checkPlace(flag: string, path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder?.isDirectory() !== true) throw unusable(flag, path, `there is no folder ${dirname(path)}`);
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile()) throw unusable(flag, path, 'it is no file');
  const writable = await access(dirname(path), constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) throw unusable(flag, path, `${dirname(path)} takes no new files`);
}

/**
 * Where the reports that were asked for go, checked before any work begins. Paths are relative to `folder`.
 *
 * @throws usage error `report-place` where one cannot be written, or both are one file.
 */
export async function reportPlaces(
  { junit, sarif }: Pick<GlobalFlags, 'junit' | 'sarif'>,
  folder: string,
): Promise<ReportPlaces> {
  const places = {
    ...(junit === undefined ? {} : { junit: resolve(folder, junit) }),
    ...(sarif === undefined ? {} : { sarif: resolve(folder, sarif) }),
  };
  for (const [flag, path] of Object.entries(places)) await checkPlace(flag, path);
  if (places.junit !== undefined && places.junit === places.sarif)
    throw unusable('sarif', places.sarif, '--junit goes there too');
  return places;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What a checkout is called by the CI server, else the nearest folder with a `.git`, else the project. */
async function repositoryOf(root: string, variables: Author['variables']): Promise<string> {
  const told = [variables.GITHUB_WORKSPACE, variables.CI_PROJECT_DIR].find(
    (folder) => folder !== undefined && folder !== '',
  );
  if (told !== undefined) return resolve(told);
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    if (await isThere(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return resolve(root);
  }
}

/** The file that a result without a place is shown at: the pipeline's, where there is one of its name. */
async function fallbackFile(root: string, pipeline: string | null): Promise<string> {
  const files = ['yaml', 'yml', 'json'].map((extension) => `pipelines/${pipeline ?? ''}.${extension}`);
  for (const file of files) if (pipeline !== null && (await isThere(join(root, file)))) return file;
  return 'pipelines';
}

/**
 * Writes the reports that were asked for, scrubbed before anything is escaped: a secret with a `&` in it would not be
 * found afterwards. `root` is what the files of the report are relative to.
 */
export async function writeReports(
  author: Author,
  report: CiReport,
  { places, root }: { readonly places: ReportPlaces; readonly root: string },
): Promise<void> {
  if (places.junit === undefined && places.sarif === undefined) return;
  const { writeReportFile } = await import('../project/reports.ts');
  const { scrubReport } = await import('./render/ciReport.ts');
  const environment = readEnvironment({ variables: author.variables, cwd: root });
  const clean = scrubReport(report, author.scrub);
  if (places.junit !== undefined) {
    const { junitXml } = await import('./render/junit.ts');
    await writeReportFile(places.junit, junitXml(clean), environment);
  }
  if (places.sarif !== undefined) {
    const { sarifJson } = await import('./render/sarif.ts');
    const repository = await repositoryOf(root, author.variables);
    const fallback = await fallbackFile(root, clean.pipeline);
    await writeReportFile(places.sarif, sarifJson(clean, { root, repository, fallback }), environment);
  }
}
