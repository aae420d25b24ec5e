import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { historyField, historySources } from '../data/history/rule.ts';
import { historyNames } from '../data/history/schema.ts';
import type { JsonSchema } from '../data/cells/jsonSchema.ts';
import { cellJsonSchema, exampleCell } from '../data/cells/jsonSchema.ts';
import type { Manifest } from '../packaging/manifest.ts';
import type { Contract } from './protocols/protocol.ts';

type Example = Readonly<Record<string, string | number | boolean>>;

/** One example row with every column of the model. */
export const exampleRow = ({ manifest, schema }: Contract): Example =>
  Object.fromEntries(manifest.inputs.map((column) => [column.name, exampleCell(column, schema)]));

/** One example row as a request brings it: with its history in place of what that makes. */
export function exampleRequest(contract: Contract): Readonly<Record<string, unknown>> {
  const { history } = contract.schema;
  const row = exampleRow(contract);
  if (history === undefined) return row;
  const made = historyNames(contract.schema);
  const known = new Map(contract.schema.columns.map((column) => [column.name, column]));
  const cell = (name: string): unknown => exampleCell(known.get(name)!, contract.schema);
  return {
    ...Object.fromEntries(Object.entries(row).filter(([name]) => !made.has(name))),
    [history.time]: '2026-02-02T00:00:00Z',
    [historyField]: [
      {
        ...Object.fromEntries(historySources(history).map((name) => [name, cell(name)])),
        [history.time]: '2026-02-01T00:00:00Z',
      },
    ],
  };
}

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

/** What a schema says of the rows before a row: they, or the cells that they make. */
function historyJsonSchema(schema: RowSchema): {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly forms: Readonly<Record<string, unknown>>;
} {
  const { history: rule } = schema;
  if (rule === undefined) return { properties: {}, forms: {} };
  const made = [...historyNames(schema)];
  const known = new Map(schema.columns.map((column) => [column.name, column]));
  const needed = [...new Set([rule.time, ...historySources(rule)])];
  const cells = [...new Set([...needed, ...(rule.by === null ? [] : [rule.by])])];
  const rows = {
    type: 'array',
    maxItems: rule.rows,
    description: `The rows before this one${rule.by === null ? '' : ` of the same ${rule.by}`}, the newest, in any order; empty where there are none. Each is earlier than the row. ${made.join(', ')} are made of them.`,
    items: {
      type: 'object',
      additionalProperties: false,
      required: needed.filter((name) => name === rule.time || known.get(name)?.required === true),
      properties: Object.fromEntries(
        cells.map((name) => {
          const column = known.get(name)!;
          return [name, cellJsonSchema(name === rule.time ? { ...column, nullable: false } : column, schema)];
        }),
      ),
    },
  };
  return {
    properties: {
      [rule.time]: cellJsonSchema(known.get(rule.time)!, schema),
      [historyField]: rows,
    },
    forms: {
      anyOf: [
        {
          required: [historyField, rule.time],
          properties: Object.fromEntries(made.map((name) => [name, false])),
        },
        { required: made, properties: { [historyField]: false } },
      ],
    },
  };
}

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
  const made = historyNames(schema);
  const past = historyJsonSchema(schema);
  return {
    type: 'object',
    additionalProperties: false,
    required: manifest.inputs
      .filter(({ name, required }) => required && !made.has(name))
      .map(({ name }) => name),
    properties: { ...Object.fromEntries(properties), ...past.properties },
    ...past.forms,
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
