import { isDeepStrictEqual } from 'node:util';
import { dotted, fromFieldsV1, pathsOf, removeAt, setAt, toFieldsV1, valueAt } from './fieldSets.ts';
import type { Json, Path } from './fieldSets.ts';

/** `apiVersion/plural` of the kinds it serves; written out here, so that a wrong path of the client is a 404. */
export const resources: Readonly<Record<string, string>> = {
  'v1/serviceaccounts': 'ServiceAccount',
  'v1/configmaps': 'ConfigMap',
  'v1/persistentvolumeclaims': 'PersistentVolumeClaim',
  'v1/services': 'Service',
  'v1/pods': 'Pod',
  'v1/events': 'Event',
  'v1/secrets': 'Secret',
  'apps/v1/deployments': 'Deployment',
  'autoscaling/v2/horizontalpodautoscalers': 'HorizontalPodAutoscaler',
  'policy/v1/poddisruptionbudgets': 'PodDisruptionBudget',
  'networking.k8s.io/v1/networkpolicies': 'NetworkPolicy',
  'batch/v1/cronjobs': 'CronJob',
  'batch/v1/jobs': 'Job',
};

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: string;
  readonly version: number;
  readonly object: Json;
}

/** A refusal, as the API's Status says it. */
export class Refused extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Json;
  constructor(code: number, reason: string, message: string, details: Json = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
}

const isWriter = (entry: Json, writer: Writer): boolean =>
  entry['manager'] === writer.manager &&
  entry['operation'] === writer.operation &&
  (entry['subresource'] ?? '') === (writer.subresource ?? '');

const has = (paths: readonly Path[], path: Path): boolean =>
  paths.some((one) => isDeepStrictEqual(one, path));

/** What the API fills in when it is left out. */
function fillIn(object: Json): Json {
  const filled = structuredClone(object);
  const spec = filled['spec'] as Json | undefined;
  const lists = [
    spec?.['ports'],
    ...(spec?.['template']?.spec?.containers ?? []).map((one: Json) => one['ports']),
  ];
  for (const port of lists.flat()) if (port && filled['kind'] !== 'NetworkPolicy') port.protocol ??= 'TCP';
  if (filled['kind'] === 'Deployment' && spec) spec['progressDeadlineSeconds'] ??= 600;
  if (filled['kind'] === 'Deployment' && spec) spec['replicas'] ??= 1;
  if (filled['kind'] === 'Service' && spec) spec['clusterIP'] ??= '10.0.0.7';
  if (filled['kind'] === 'CronJob' && spec) spec['suspend'] ??= false;
  return filled;
}

/** The objects of one namespace, with versions, field ownership and a history for watches. */
export class Objects {
  readonly namespace: string;
  readonly history: Change[] = [];
  version = 100;
  /** Places before it are forgotten: 410 Gone. */
  oldest = 0;
  onChange: (change: Change) => void = () => undefined;
  readonly #objects = new Map<string, Json>();

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  all(kind: string): Json[] {
    return [...this.#objects.values()]
      .filter((one) => one['kind'] === kind)
      .map((one) => structuredClone(one));
  }
  get(kind: string, name: string): Json | undefined {
    return structuredClone(this.#objects.get(`${kind}/${name}`));
  }
  must(kind: string, name: string): Json {
    const found = this.get(kind, name);
    if (found) return found;
    const plural = Object.keys(resources)
      .find((key) => resources[key] === kind)!
      .split('/')
      .at(-1)!;
    throw new Refused(404, 'NotFound', `${plural} "${name}" not found`, { name, kind: plural });
  }

  /** Server-side apply: merges, tells conflicts, removes what the manager no longer states, moves ownership. */
  apply(given: Json, { manager, force, dryRun }: { manager: string; force: boolean; dryRun: boolean }): Json {
    const writer: Writer = { manager, operation: 'Apply' };
    const live = this.get(given['kind'], given['metadata'].name);
    const withProtocols = fillIn({ ...given, spec: given['spec'] && { ...given['spec'] } });
    // Defaults that are not part of a list's key are not the applier's.
    const paths = pathsOf(given).map((path) => path.map((step) => keyWithDefaults(step)));
    const entries: Json[] = live?.['metadata'].managedFields ?? [];
    const others = entries.filter((entry) => !isWriter(entry, writer));
    const conflicts = others.flatMap((entry) =>
      fromFieldsV1(entry['fieldsV1'])
        .filter((path) => path.at(-1) !== '.' && has(paths, path))
        .filter((path) => !isDeepStrictEqual(valueAt(live, path), valueAt(withProtocols, path)))
        .map((path) => ({ entry, path })),
    );
    if (conflicts.length > 0 && !force) throw conflictOf(conflicts);
    const next: Json = structuredClone(live) ?? {
      apiVersion: given['apiVersion'],
      kind: given['kind'],
      metadata: { ...identity(given), namespace: this.namespace },
    };
    const former = entries
      .filter((entry) => isWriter(entry, writer))
      .flatMap((entry) => fromFieldsV1(entry['fieldsV1']));
    const elsewhere = others.flatMap((entry) => fromFieldsV1(entry['fieldsV1']));
    for (const path of former) if (!has(paths, path) && !has(elsewhere, path)) removeAt(next, path);
    for (const path of paths) setAt(next, path, structuredClone(valueAt(withProtocols, path)));
    const taken = conflicts.map(({ path }) => path);
    const kept = others
      .map((entry) => ({
        ...entry,
        paths: fromFieldsV1(entry['fieldsV1']).filter((path) => !has(taken, path)),
      }))
      .filter((entry) => entry.paths.length > 0)
      .map(({ paths: left, ...entry }) => ({ ...entry, fieldsV1: toFieldsV1(left) }));
    next['metadata'].managedFields = [...kept, this.#entry(given, writer, paths)];
    return this.#write(fillIn(next), live, dryRun);
  }

  /** Any other write: the manager owns what it changes, the others lose it. */
  update(next: Json, writer: Omit<Writer, 'operation'>): Json {
    const live = this.get(next['kind'], next['metadata'].name);
    const version = next['metadata'].resourceVersion;
    if (live && version && version !== live['metadata'].resourceVersion)
      throw new Refused(
        409,
        'Conflict',
        `Operation cannot be fulfilled on "${next['metadata'].name}": the object has been modified`,
      );
    const filled = fillIn({ ...next, metadata: { ...next['metadata'], namespace: this.namespace } });
    const changed = pathsOf(filled).filter(
      (path) => !live || !isDeepStrictEqual(valueAt(live, path), valueAt(filled, path)),
    );
    const all: Writer = { ...writer, operation: 'Update' };
    const entries: Json[] = live?.['metadata'].managedFields ?? [];
    const own = entries
      .filter((entry) => isWriter(entry, all))
      .flatMap((entry) => fromFieldsV1(entry['fieldsV1']));
    const others = entries
      .filter((entry) => !isWriter(entry, all))
      .map((entry) => ({
        ...entry,
        fieldsV1: toFieldsV1(fromFieldsV1(entry['fieldsV1']).filter((path) => !has(changed, path))),
      }));
    const mine = [...own.filter((path) => !has(changed, path)), ...changed];
    filled['metadata'].managedFields = mine.length > 0 ? [...others, this.#entry(next, all, mine)] : others;
    return this.#write(filled, live, false);
  }

  /** What controllers write: no new generation, no field of anybody's. */
  setStatus(kind: string, name: string, status: Json): void {
    const live = this.get(kind, name);
    if (live) this.#write({ ...live, status }, live, false);
  }

  remove(kind: string, name: string): Json {
    const object = this.must(kind, name);
    this.#objects.delete(`${kind}/${name}`);
    this.#record('DELETED', object);
    return object;
  }

  #entry(object: Json, writer: Writer, paths: readonly Path[]): Json {
    const time = new Date(1.7e12).toISOString();
    return {
      ...writer,
      apiVersion: object['apiVersion'],
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(paths),
    };
  }

  #write(next: Json, live: Json | undefined, dryRun: boolean): Json {
    if (live && isDeepStrictEqual(next, live)) return live;
    const { metadata } = next;
    metadata.uid ??= `uid-${this.version}`;
    metadata.creationTimestamp ??= new Date(1.7e12).toISOString();
    const isNewSpec = !live || !isDeepStrictEqual(next['spec'], live['spec']);
    metadata.generation = Number(live?.['metadata'].generation ?? 0) + (isNewSpec ? 1 : 0);
    if (dryRun) return next;
    this.#objects.set(`${next['kind']}/${metadata.name}`, next);
    this.#record(live ? 'MODIFIED' : 'ADDED', next);
    return structuredClone(next);
  }

  #record(type: Change['type'], object: Json): void {
    object['metadata'].resourceVersion = String(++this.version);
    const change = { type, kind: object['kind'], version: this.version, object: structuredClone(object) };
    this.history.push(change);
    this.onChange(change);
  }
}

const identity = ({ metadata }: Json): Json => ({ name: metadata.name });

/** A port's key names its protocol even where the applier left it out. */
const keyWithDefaults = (step: string): string =>
  /^k:\{"(containerPort|port)":\d+\}$/.test(step) ? step.replace('}', ',"protocol":"TCP"}') : step;

function conflictOf(conflicts: readonly { entry: Json; path: Path }[]): Refused {
  const causes = conflicts.map(({ entry, path }) => {
    const by = entry['subresource'] ? ` with subresource "${entry['subresource']}"` : '';
    const message = `conflict with "${entry['manager']}"${by} using ${entry['apiVersion']}`;
    return { reason: 'FieldManagerConflict', message, field: dotted(path) };
  });
  const said = causes.map(({ message, field }) => `${message}: ${field}`).join('\n');
  return new Refused(
    409,
    'Conflict',
    `Apply failed with ${causes.length} conflict${causes.length > 1 ? 's' : ''}: ${said}`,
    { causes },
  );
}
