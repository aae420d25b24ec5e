import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import type { JsonSchema } from '../data/cells/jsonSchema.ts';
import { cellJsonSchema, exampleCell } from '../data/cells/jsonSchema.ts';
import type { Manifest } from '../packaging/manifest.ts';
import type { Contract } from './protocols/protocol.ts';

type Example = Readonly<Record<string, string | number | boolean>>;

/** One example row with every column. */
export const exampleRow = ({ manifest, schema }: Contract): Example =>
  Object.fromEntries(manifest.inputs.map((column) => [column.name, exampleCell(column, schema)]));

/** What is said of a column besides what its cells are: its description, and the range seen where it is open. */
function descriptionOf({ description, closed, minimum, maximum }: ColumnSchema): string {
  const seen =
    closed || minimum === undefined || maximum === undefined
      ? undefined
      : `Seen in training: ${minimum} to ${maximum}.`;
  return [description, seen].filter((text) => text !== undefined).join(' ');
}

function inputSchema(column: ColumnSchema, schema: RowSchema): JsonSchema {
  const { domain = [], type } = column;
  const description = descriptionOf(column);
  return {
    ...cellJsonSchema(column, schema),
    ...(description === '' ? {} : { description }),
    examples:
      domain.length > 0 && type === 'string' && !column.closed
        ? domain.slice(0, 5)
        : [exampleCell(column, schema)],
  };
}

/** A row's id: any scalar, kept as it is written. Missing is no id. */
const idSchema = (column: ColumnSchema, schema: RowSchema): JsonSchema => ({
  ...cellJsonSchema({ ...column, nullable: true }, schema),
  description: 'Part of the row’s id, kept as it is written: labels may come by it.',
});

/**
 * JSON Schema 2020-12 of one row of a request: what the row check accepts. Open domains and ranges are documented, only
 * closed ones constrain; columns of the training data that the model does not use may be there and are ignored.
 */
export function rowJsonSchema({ manifest, schema }: Contract): JsonSchema {
  const inputs = new Map(manifest.inputs.map((column) => [column.name, column]));
  const ids = new Set(manifest.row_id);
  const properties = schema.columns.map((column): readonly [string, JsonSchema] => {
    const input = inputs.get(column.name);
    if (input !== undefined) return [column.name, inputSchema(input, schema)];
    if (ids.has(column.name)) return [column.name, idSchema(column, schema)];
    return [column.name, { description: 'Known from the training data, and ignored.' }];
  });
  return {
    type: 'object',
    additionalProperties: false,
    required: manifest.inputs.filter((column) => column.required).map((column) => column.name),
    properties: Object.fromEntries(properties),
  };
}

/** A reference to a named schema of the document. */
export const schemaRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** An OpenAPI response whose body is JSON. */
export const jsonContent = (description: string, media: JsonSchema): JsonSchema => ({
  description,
  content: { 'application/json': media },
});

/** An answer of `/predict` for one row, as documentation shows it. */
export function examplePrediction(manifest: Manifest): JsonSchema {
  const share = Math.round(1e4 / Math.max(1, manifest.outputs.length)) / 1e4;
  const answer =
    manifest.outputs.length === 0
      ? {
          prediction: 12.5,
          ...(manifest.interval === undefined ? {} : { prediction_interval: { low: 10.25, high: 15 } }),
        }
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
