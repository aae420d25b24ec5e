/**
 * One key of the pipeline file as JSON Schema: what the checker enforces, editors complete and the reference prints.
 * Every key has a description; every key but `source` and `label` has a default.
 */
export interface KeySchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | KeySchema;
  readonly items?: KeySchema;
  readonly anyOf?: readonly KeySchema[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly pattern?: string;
  readonly uniqueItems?: boolean;
}

type Extra = Omit<KeySchema, 'description' | 'default' | 'type'>;

/** A key of one JSON type with its default. */
export const key = (
  type: string | readonly string[],
  byDefault: unknown,
  description: string,
  extra: Extra = {},
): KeySchema => ({ type, default: byDefault, description, ...extra });

/** One of a closed list of words. */
export const choice = (words: readonly string[], byDefault: string, description: string): KeySchema => ({
  type: 'string',
  enum: words,
  default: byDefault,
  description,
});

/** A section: an object whose own keys are all known. An empty one means all of its defaults. */
export const section = (
  description: string,
  properties: Readonly<Record<string, KeySchema>>,
  extra: Extra = {},
): KeySchema => ({
  type: 'object',
  description,
  properties,
  additionalProperties: false,
  default: {},
  ...extra,
});

/** A list of different column names. */
export const columnNames = (description: string): KeySchema =>
  key('array', [], description, { items: { type: 'string', minLength: 1 }, uniqueItems: true });
