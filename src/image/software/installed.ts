import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { usageError } from '../../errors.ts';
import { ownPath } from '../../ownFolder.ts';
import { packageFacts } from './packageFacts.ts';
import type { PackageFacts } from './packageFacts.ts';
import type { InstalledPackage } from './placement.ts';

/** A package on this disk. `id` is its real folder. */
export interface FoundPackage extends InstalledPackage {
  readonly folder: string;
  readonly facts: PackageFacts;
}

function incomplete(message: string): Error {
  return usageError({
    code: 'installation-incomplete',
    message,
    hint: 'Install aieng again (`npm install aieng`; in a clone `npm ci && npm run build`).',
  });
}

async function factsOf(folder: string): Promise<PackageFacts | undefined> {
  try {
    return packageFacts(await readFile(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Node's own search (nodejs.org/api/modules.html, "Loading from node_modules folders"), for packages with no main, too. */
async function findPackage(from: string, name: string): Promise<string | undefined> {
  for (let at = from; ; at = dirname(at)) {
    if (basename(at) !== 'node_modules') {
      const candidate = join(at, 'node_modules', ...name.split('/'));
      if ((await factsOf(candidate)) !== undefined) return realpath(candidate);
    }
    if (dirname(at) === at) return undefined;
  }
}

/** Names from other people's package.json become paths: only what npm itself would accept. */
const isPackageName = (name: string): boolean => /^(?:@[\w.-]+\/)?[\w-][\w.-]*$/.test(name);

async function dependenciesOf(
  folder: string,
  facts: PackageFacts,
  takes: (name: string) => boolean,
  isRoot: boolean,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  // What somebody installed beside aieng for one of its places goes into an image, too: its Jobs go to that place.
  const beside = isRoot ? facts.optionalPeers : [];
  for (const name of [...facts.required, ...facts.optional, ...beside].filter(takes)) {
    if (!isPackageName(name)) continue;
    const target = await findPackage(folder, name);
    if (target !== undefined) found.set(name, target);
    else if (facts.required.includes(name))
      throw incomplete(`The package ${name}, which ${facts.name} needs, is not installed here.`);
  }
  return found;
}

/**
 * aieng and the packages below it that an image takes, by following package.json from folder to folder.
 * `takes(name, byAieng)` chooses: `byAieng` is true for aieng's own dependencies.
 *
 * @throws a usage error where one that is needed is not installed.
 */
export async function installedPackages(
  takes: (name: string, byAieng: boolean) => boolean,
): Promise<{ readonly root: FoundPackage; readonly packages: ReadonlyMap<string, FoundPackage> }> {
  const rootFolder = await realpath(ownPath(''));
  const packages = new Map<string, FoundPackage>();
  const waiting = [rootFolder];
  for (const folder of waiting) {
    if (packages.has(folder)) continue;
    const facts = await factsOf(folder);
    if (facts === undefined) throw incomplete(`There is no readable package.json in ${folder}.`);
    const isRoot = folder === rootFolder;
    const dependencies = await dependenciesOf(folder, facts, (name) => takes(name, isRoot), isRoot);
    packages.set(folder, { id: folder, name: facts.name, folder, facts, dependencies });
    waiting.push(...dependencies.values());
  }
  const root = packages.get(rootFolder);
  if (root === undefined) throw incomplete(`There is no readable package.json in ${rootFolder}.`);
  return { root, packages };
}
