import { usageError } from '../../errors.ts';

/** A package as it is installed; `id` tells two copies apart. */
export interface InstalledPackage {
  readonly id: string;
  readonly name: string;
  /** What Node finds for the names that it depends on: name → `id`. */
  readonly dependencies: ReadonlyMap<string, string>;
}

/** `node_modules` of the image; every location begins with it. */
const rootModules = 'node_modules';

const modulesOf = (location: string): string => `${location}/node_modules`;

/** Far more than aieng has: folders cannot hold packages that need other versions of each other in a circle, only links can. */
const maxPlaced = 5000;
const maxDepth = 16;

/** The `node_modules` folders that Node looks into from a location, the nearest first. */
function lookups(location: string): string[] {
  const found: string[] = [];
  for (let at = location; ;) {
    found.push(modulesOf(at));
    const cut = at.lastIndexOf('/node_modules/');
    if (cut === -1) break;
    at = at.slice(0, cut);
  }
  return [...found, rootModules];
}

/**
 * Where each package goes in the image: flat where it can be, nested where two versions of a name are needed. It
 * depends on who needs whom only and not on how a package manager arranged them, so that a clone, a project that has
 * aieng among its packages and a global installation give the same layer.
 *
 * A package's dependencies are all placed before those of the packages below it are looked up; so nothing that is placed
 * later can come between a package and what it found.
 *
 * @throws a usage error for packages that folders cannot hold.
 * @returns location (`node_modules/a/node_modules/b`) → `id`, without the root package.
 */
export function placePackages(
  rootId: string,
  packages: ReadonlyMap<string, InstalledPackage>,
): ReadonlyMap<string, string> {
  const root = packages.get(rootId);
  if (root === undefined) throw new Error(`no package ${rootId}`);
  const rootLocation = `${rootModules}/${root.name}`;
  const placed = new Map<string, string>([[rootLocation, rootId]]);
  const waiting = [rootLocation];
  for (const location of waiting) {
    const dependencies = packages.get(placed.get(location) ?? '')?.dependencies ?? new Map<string, string>();
    for (const [name, id] of [...dependencies].sort(([left], [right]) => (left < right ? -1 : 1))) {
      const nearest = lookups(location)
        .map((folder) => `${folder}/${name}`)
        .find((candidate) => placed.has(candidate));
      if (nearest !== undefined && placed.get(nearest) === id) continue;
      const target = nearest === undefined ? `${rootModules}/${name}` : `${modulesOf(location)}/${name}`;
      placed.set(target, id);
      if (placed.size > maxPlaced || lookups(target).length > maxDepth)
        throw usageError({
          code: 'installation-circular',
          message: `The installed packages cannot be laid out as folders: ${name} is needed in several versions that need each other.`,
          hint: 'Install aieng again with npm, in a project of its own.',
        });
      waiting.push(target);
    }
  }
  placed.delete(rootLocation);
  return placed;
}
