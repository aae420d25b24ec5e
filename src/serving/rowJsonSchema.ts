import type { ColumnSchema } from '../data/schema.ts';
import type { Manifest } from '../packaging/manifest.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A value that a request may give for the column: the first of the domain, the middle of the range. */
export function exampleCell(column: ColumnSchema): string | number | boolean {
  const [word] = column.domain ?? [];
  switch (column.type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number': {
      const low = column.minimum ?? Math.min(0, column.maximum ?? 0);
      const high = column.maximum ?? Math.max(1, low);
      const middle = low + (high - low) / 2;
      const whole = Math.min(Math.max(Math.round(middle), Math.ceil(low)), Math.floor(high));
      return column.type === 'integer' ? whole : middle;
    }
    case 'string':
      return word ?? (column.kind === 'time' ? '2025-01-31T12:00:00Z' : 'text');
  }
}

/** One example row with every column. */
export const exampleRow = (manifest: Manifest): Readonly<Record<string, string | number | boolean>> =>
  Object.fromEntries(manifest.inputs.map((column) => [column.name, exampleCell(column)]));

/** JSON Schema 2020-12 of one column; open domains and ranges are documented, only closed ones constrain. */
export function columnJsonSchema(column: ColumnSchema): JsonObject {
  const { domain, minimum, maximum, closed } = column;
  const enumerated = closed && domain !== undefined && column.type === 'string';
  const seen =
    minimum !== undefined && maximum !== undefined
      ? `Seen in training: ${minimum} to ${maximum}.`
      : undefined;
  const description = [column.description, closed ? undefined : seen]
    .filter((text) => text !== undefined)
    .join(' ');
  return {
    type: column.nullable ? [column.type, 'null'] : column.type,
    ...(description === '' ? {} : { description }),
    ...(enumerated ? { enum: column.nullable ? [...domain, null] : domain } : {}),
    ...(closed && minimum !== undefined ? { minimum } : {}),
    ...(closed && maximum !== undefined ? { maximum } : {}),
    examples: domain !== undefined && column.type === 'string' ? domain.slice(0, 5) : [exampleCell(column)],
  };
}

/** JSON Schema 2020-12 of one row of a request. */
export function rowJsonSchema(manifest: Manifest): JsonObject {
  return {
    type: 'object',
    additionalProperties: false,
    required: manifest.inputs.filter((column) => column.required).map((column) => column.name),
    properties: Object.fromEntries(manifest.inputs.map((column) => [column.name, columnJsonSchema(column)])),
  };
}

/** A reference to a named schema of the document. */
export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** An OpenAPI response whose body is JSON. */
export const jsonContent = (description: string, media: JsonObject): JsonObject => ({
  description,
  content: { 'application/json': media },
});

/** An answer of `/predict` for one row, as documentation shows it. */
export function examplePrediction(manifest: Manifest): JsonObject {
  const share = Math.round(1e4 / Math.max(1, manifest.outputs.length)) / 1e4;
  const answer =
    manifest.outputs.length === 0
      ? { prediction: 12.5 }
      : {
          prediction: manifest.outputs[0],
          probabilities: Object.fromEntries(manifest.outputs.map((name) => [name, share])),
        };
  return {
    id: '01JGFJJZ000000000000000001',
    ...answer,
    status: 'success',
    model: { name: manifest.name, version: 1, bundle: '0'.repeat(64) },
  };
}
