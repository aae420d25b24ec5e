import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Json } from './fieldSets.ts';
import { Refused } from './objects.ts';

/** The API document (OpenAPI v2), where it was put beside the repository. */
const document = resolve(import.meta.dirname, '../../../../shared/data/kubernetes/swagger-1.36.json.gz');

function refuseUnknown(value: unknown, schema: Json, definitions: Json, path: string): void {
  const known: Json = schema['$ref']
    ? definitions[String(schema['$ref']).replace('#/definitions/', '')]
    : schema;
  if (Array.isArray(value))
    value.forEach((item, index) =>
      refuseUnknown(item, known['items'] ?? {}, definitions, `${path}[${index}]`),
    );
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !known['properties']) return;
  for (const [name, inner] of Object.entries(value)) {
    const field = known['properties'][name];
    if (field === undefined)
      throw new Refused(400, 'BadRequest', `strict decoding error: unknown field "${path}${name}"`);
    refuseUnknown(inner, field, definitions, `${path}${name}.`);
  }
}

/** Refuses fields that the API document does not know, where the document is at hand; else null. */
export function strictSchema(): ((object: Json) => void) | null {
  if (!existsSync(document)) return null;
  const { definitions } = JSON.parse(gunzipSync(readFileSync(document)).toString('utf8')) as {
    definitions: Json;
  };
  const byKind = new Map<string, Json>();
  for (const definition of Object.values(definitions) as Json[])
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? [])
      byKind.set(`${group === '' ? '' : `${group}/`}${version} ${kind}`, definition);
  return (object) => {
    const schema = byKind.get(`${object['apiVersion']} ${object['kind']}`);
    if (schema === undefined)
      throw new Refused(
        400,
        'BadRequest',
        `no kind "${object['kind']}" is registered for version "${object['apiVersion']}"`,
      );
    refuseUnknown(object, schema, definitions, '');
  };
}
