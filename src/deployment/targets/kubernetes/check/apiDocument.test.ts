import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pointerTo } from '../fields.ts';
import { broken, deployment, everything, kserve } from '../lint/breaking.fixture.ts';
import type { KubernetesObject } from '../object.ts';

/**
 * A second opinion: the API's own document of a newer release, walked by a validator that shares nothing with the one
 * that ships. The document is not part of the repository.
 */
const document = fileURLToPath(
  new URL('../../../../../../shared/data/kubernetes/swagger-1.36.json.gz', import.meta.url),
);

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}
type Definitions = Readonly<Record<string, Schema>>;

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isText = (value: unknown): boolean => typeof value === 'string';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function scalarProblem({ type, format }: Schema, value: unknown): boolean {
  if (format === 'int-or-string') return !isNumber(value) && !isText(value);
  if (type === 'integer') return !Number.isInteger(value);
  if (type === 'number') return !isNumber(value);
  if (type === 'boolean') return typeof value !== 'boolean';
  return type === 'string' && !isText(value);
}

/** Pointers of what the document refuses: wrong types, missing members, and members that it does not have. */
function refused(definitions: Definitions, schema: Schema, value: unknown, path: string): string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/definitions/', '');
    // Its document calls a quantity a string; the API takes numbers as well.
    if (name.endsWith('resource.Quantity')) return isText(value) || isNumber(value) ? [] : [path];
    return refused(definitions, definitions[name] ?? {}, value, path);
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [path];
    return value.flatMap((one, index) =>
      refused(definitions, schema.items ?? {}, one, pointerTo(path, index)),
    );
  }
  if (schema.properties === undefined && schema.additionalProperties === undefined)
    return scalarProblem(schema, value) ? [path] : [];
  if (!isObject(value)) return [path];
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => pointerTo(path, key));
  const members = Object.entries(value).flatMap(([key, member]) => {
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    return known === undefined
      ? [pointerTo(path, key)]
      : refused(definitions, known, member, pointerTo(path, key));
  });
  return [...missing, ...members];
}

const readDefinitions = (): Definitions =>
  (JSON.parse(gunzipSync(readFileSync(document)).toString('utf8')) as { definitions: Definitions })
    .definitions;

describe.skipIf(!existsSync(document))("the API's own document", () => {
  const definitions = existsSync(document) ? readDefinitions() : {};
  const schemaOf = ({ apiVersion, kind }: KubernetesObject): Schema | undefined => {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    return Object.values(definitions).find((one) =>
      one['x-kubernetes-group-version-kind']?.some(
        (known) => known.group === group && known.version === version && known.kind === kind,
      ),
    );
  };
  const judge = (object: KubernetesObject): string[] | undefined => {
    const schema = schemaOf(object);
    return schema === undefined ? undefined : refused(definitions, schema, object, '');
  };

  it.each([...everything, ...kserve])('knows all of $kind $metadata.name', (object) => {
    const isCustom = object.kind === 'ServiceMonitor' || object.kind === 'InferenceService';
    expect(judge(object)).toEqual(isCustom ? undefined : []);
  });

  it.each([
    ['/spec/replica', 1],
    ['/spec/template/spec/containers/0/imagee', 'x'],
    ['/spec/minReadySeconds', '5'],
    ['/spec/template', undefined],
    ['/metadata/label', {}],
  ])('refuses %s as our schemas do', (path, to) => {
    const object = broken(everything, deployment, path, to).find(({ kind }) => kind === 'Deployment');
    expect(object === undefined ? [] : judge(object)).toEqual([path]);
  });
});
