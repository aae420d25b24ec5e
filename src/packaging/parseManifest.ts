import { damagedError } from '../errors.ts';
import { problemOfBounds } from '../statistics/conformal.ts';
import { bundleDamaged } from './damage.ts';
import { documentCheck } from './documentCheck.ts';
import { cardName, documentNames, isAttachment, isBundlePath, manifestName, versionName } from './layout.ts';
import type { Manifest } from './manifest.ts';
import { columnSchema, taskSchema } from './shapes.ts';

const text = { type: 'string', maxLength: 10_000 };
const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const names = { type: 'array', items: { type: 'string', maxLength: 1_000 }, maxItems: 100_000 };

const knownVersion = 1;

/** JSON Schema of `manifest.json`, version 1. */
export const manifestSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    ...[
      'manifest_version',
      'name',
      'goal',
      'task',
      'family',
      'backend',
      'inputs',
      'outputs',
      'label',
      'row_id',
    ],
    ...['metric', 'digests', 'files'],
  ],
  properties: {
    manifest_version: { const: knownVersion },
    name: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$' },
    goal: text,
    task: taskSchema,
    family: { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,49}$' },
    backend: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'version'],
      properties: { name: { enum: ['native', 'wasm', 'javascript'] }, version: text },
    },
    inputs: { type: 'array', items: columnSchema, maxItems: 100_000 },
    outputs: names,
    label: text,
    row_id: names,
    metric: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,49}$' },
    threshold: { type: 'number', minimum: 0, maximum: 1 },
    interval: {
      type: 'object',
      additionalProperties: false,
      required: ['level', 'rows', 'upTo', 'below', 'above'],
      properties: {
        level: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
        rows: { type: 'integer', minimum: 0 },
        upTo: { type: 'array', items: { type: 'number' }, maxItems: 10_000 },
        below: { type: 'array', items: { type: 'number' }, maxItems: 10_000 },
        above: { type: 'array', items: { type: 'number' }, maxItems: 10_000 },
        floor: { type: 'number' },
      },
    },
    set: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['key', 'value', 'instead'],
        properties: { key: text, value: {}, instead: {} },
      },
    },
    transforms: {
      type: 'object',
      additionalProperties: false,
      required: ['names', 'sources'],
      properties: { names, sources: digest },
    },
    digests: {
      type: 'object',
      additionalProperties: false,
      required: ['data', 'features', 'code'],
      properties: { data: text, features: text, code: text },
    },
    files: {
      type: 'object',
      maxProperties: 100_000,
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['sha256', 'bytes'],
        properties: { sha256: digest, bytes: { type: 'integer', minimum: 0 } },
      },
    },
  },
} as const;

const checkShape = documentCheck<Manifest>(manifestSchema);

/** What is wrong with the paths that a manifest lists, or undefined. */
function problemOfPaths(paths: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const path of paths) {
    const shown = JSON.stringify(path.slice(0, 200));
    if (!isBundlePath(path) || path === manifestName || path === versionName || isAttachment(path))
      return `manifest.json lists ${shown}, which cannot be a file of a bundle`;
    // On file systems that ignore case the two would be one file.
    if (seen.has(path.toLowerCase())) return `manifest.json lists ${shown} twice`;
    seen.add(path.toLowerCase());
  }
  for (const path of seen)
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1))
      if (seen.has(path.slice(0, at)))
        return `manifest.json lists ${JSON.stringify(path.slice(0, at))} as a file and as a folder`;
  const absent = [...documentNames, cardName].find((name) => !paths.includes(name));
  return absent === undefined ? undefined : `manifest.json does not list ${absent}`;
}

/** Costs have a row and a column for each class: what is answered is read from them. */
function problemOfCosts({ task }: Manifest): string | undefined {
  if (task.kind === 'regression' || task.costs === undefined) return undefined;
  const classes = task.classes.length;
  const fits = task.costs.length === classes && task.costs.every((costs) => costs.length === classes);
  return fits ? undefined : `manifest.json: the costs of its task are no ${classes} × ${classes} numbers`;
}

/** Bounds of numbers, and of nothing else. */
function problemOfInterval({ task, interval }: Manifest): string | undefined {
  if (interval === undefined) return undefined;
  if (task.kind !== 'regression') return 'manifest.json: only numbers have an interval';
  const problem = problemOfBounds(interval);
  return problem === undefined ? undefined : `manifest.json: its interval has ${problem}`;
}

/** Is it a manifest of a version that this aieng knows? Says what is wrong, or gives it. */
export function checkManifest(value: unknown): { manifest: Manifest } | { problem: string } {
  const checked = checkShape(value);
  if ('problem' in checked) return { problem: `manifest.json: ${checked.problem}` };
  const manifest = checked.document;
  const problem =
    problemOfPaths(Object.keys(manifest.files)) ?? problemOfCosts(manifest) ?? problemOfInterval(manifest);
  return problem === undefined ? { manifest } : { problem };
}

/** A manifest of a later form says so itself, and may name the first aieng that reads it (`minimum_aieng`). */
function requireKnown(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null || !('manifest_version' in value)) return;
  const version = value.manifest_version;
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= knownVersion) return;
  const named = 'minimum_aieng' in value ? value.minimum_aieng : undefined;
  const minimum = typeof named === 'string' && /^\d[\w.-]{0,40}$/.test(named) ? named : null;
  throw damagedError({
    code: 'bundle-too-new',
    message: `Bundle ${where} was written by a newer aieng: it has manifest version ${version}; this aieng reads version ${knownVersion}.`,
    hint:
      minimum === null
        ? 'Use the aieng that wrote it, or a newer one.'
        : `Use aieng ${minimum} or newer for this bundle.`,
  });
}

/**
 * Reads `manifest.json` as what it is: text from anywhere.
 *
 * @throws damaged (exit 8) when it is not a manifest, or is one of a later aieng (`bundle-too-new`).
 */
export function parseManifest(content: Uint8Array, where: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    throw bundleDamaged(where, 'manifest.json is not JSON', error);
  }
  requireKnown(value, where);
  const checked = checkManifest(value);
  if ('problem' in checked) throw bundleDamaged(where, checked.problem);
  return checked.manifest;
}
