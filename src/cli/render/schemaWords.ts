/** A JSON Schema, and the few words that the schemas of `--json` are written in. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const text: JsonSchema = { type: 'string' };
export const number: JsonSchema = { type: 'number' };
export const count: JsonSchema = { type: 'integer', minimum: 0 };
export const flag: JsonSchema = { type: 'boolean' };
/** A number that may not be there; NaN and infinities have no JSON and are null too. */
export const maybeNumber: JsonSchema = { type: ['number', 'null'] };
export const maybeText: JsonSchema = { type: ['string', 'null'] };
export const anything: JsonSchema = {};
export const digest: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{64}$' };

export const oneOf = (...values: readonly (string | number | null)[]): JsonSchema => ({ enum: values });
export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const mapOf = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });
export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

/** An object with exactly these members; those of `optional` may be missing. */
export const objectOf = (
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});
