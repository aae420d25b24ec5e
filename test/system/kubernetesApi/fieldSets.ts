// The fields of an object as server-side apply sees them ("Server-Side Apply", "FieldsV1" in the API reference).

/** What JSON.parse gives: Parsed. */
type Parsed = ReturnType<typeof JSON.parse>;
export type Json = Record<string, Parsed>;

/** A field, as steps from the root: `f:spec`, `f:ports`, `k:{"port":80,"protocol":"TCP"}`. */
export type Path = readonly string[];

/** Keys of lists that are maps (x-kubernetes-list-map-keys of the API document); every other list is atomic. */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  imagePullSecrets: ['name'],
};
/** x-kubernetes-map-type: atomic. */
const atomicMaps = new Set(['selector', 'nodeSelector', 'podSelector', 'labelSelector']);

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function keysOf(field: string, item: Json): readonly string[] | undefined {
  if (field !== 'ports') return listKeys[field];
  if ('containerPort' in item) return ['containerPort', 'protocol'];
  return 'port' in item && !('endPort' in item) && 'targetPort' in item ? ['port', 'protocol'] : undefined;
}

function keyStep(field: string, item: unknown): string | undefined {
  if (!isMap(item)) return undefined;
  const keys = keysOf(field, item);
  return keys && `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key]])))}`;
}

/** Every leaf that an object sets, but what identifies it. */
export function pathsOf(value: unknown, path: Path = [], field = ''): Path[] {
  if (isMap(value) && Object.keys(value).length > 0 && !atomicMaps.has(field)) {
    const own = path.at(-1)?.startsWith('k:') ? [[...path, '.']] : [];
    return [
      ...own,
      ...Object.entries(value).flatMap(([name, inner]) => {
        if (path.length === 0 && ['apiVersion', 'kind', 'status'].includes(name)) return [];
        if (path.length === 1 && path[0] === 'f:metadata' && !['labels', 'annotations'].includes(name))
          return [];
        return pathsOf(inner, [...path, `f:${name}`], name);
      }),
    ];
  }
  if (Array.isArray(value) && value.length > 0 && value.every((item) => keyStep(field, item) !== undefined))
    return value.flatMap((item) => pathsOf(item, [...path, keyStep(field, item)!]));
  return [path];
}

function stepInto(value: Parsed, step: string): Parsed {
  if (step === '.') return true;
  if (step.startsWith('f:')) return value?.[step.slice(2)];
  return (value as Json[] | undefined)?.find((item) => matches(item, step));
}
const matches = (item: Json, step: string): boolean =>
  Object.entries(JSON.parse(step.slice(2)) as Json).every(([key, wanted]) => item[key] === wanted);

export const valueAt = (value: unknown, path: Path): unknown => path.reduce(stepInto, value);

/** Sets a leaf, making what is missing on the way. */
export function setAt(root: Json, path: Path, leaf: unknown): void {
  let here: Parsed = root;
  path.forEach((step, index) => {
    const isLast = index === path.length - 1;
    if (step === '.') return;
    if (step.startsWith('f:')) {
      const name = step.slice(2);
      if (isLast) here[name] = leaf;
      else here[name] ??= path[index + 1]!.startsWith('k:') ? [] : {};
      here = here[name];
      return;
    }
    let item = (here as Json[]).find((one) => matches(one, step));
    if (item === undefined) {
      item = JSON.parse(step.slice(2)) as Json;
      here.push(item);
    }
    here = item;
  });
}

/** Takes a leaf away; a list's item goes as a whole with its `.`. */
export function removeAt(root: Json, path: Path): void {
  const last = path.at(-1)!;
  const parent: Parsed = valueAt(root, path.slice(0, -1));
  // What a list finds its items by is never taken away: it would be filled in again.
  const key = path.at(-2)?.startsWith('k:') ? (JSON.parse(path.at(-2)!.slice(2)) as Json) : {};
  if (last.slice(2) in key) return;
  if (last.startsWith('f:') && isMap(parent)) Reflect.deleteProperty(parent, last.slice(2));
  if (last !== '.') return;
  const list = valueAt(root, path.slice(0, -2)) as Json[] | undefined;
  const at = list?.findIndex((item) => matches(item, path.at(-2)!)) ?? -1;
  if (at >= 0) list!.splice(at, 1);
}

export function toFieldsV1(paths: readonly Path[]): Json {
  const root: Json = {};
  for (const path of paths) {
    let here = root;
    for (const step of path) here = here[step] ??= {};
  }
  return root;
}

export function fromFieldsV1(fields: Json, path: Path = []): Path[] {
  const steps = Object.keys(fields);
  return steps.length === 0 ? [path] : steps.flatMap((step) => fromFieldsV1(fields[step], [...path, step]));
}

/** `.spec.ports[containerPort=80,protocol="TCP"].name`: how conflicts name a field. */
export const dotted = (path: Path): string =>
  path
    .filter((step) => step !== '.')
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`;
      const key = Object.entries(JSON.parse(step.slice(2)) as Json);
      return `[${key.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
