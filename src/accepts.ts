/** The keywords of JSON Schema that are understood here. */
export interface PlainSchema {
  readonly description?: string;
  readonly title?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly PlainSchema[];
  readonly oneOf?: readonly PlainSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: PlainSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, PlainSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | PlainSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** What a schema does not take, or what cannot be told here: a validator of JSON Schema has the word. */
const refused = Symbol('refused');

type Members = Readonly<Record<string, unknown>>;

/** Keywords that are understood here, and those that only tell. A schema with any other is not judged. */
const understood: ReadonlySet<string> = new Set([
  ...['description', 'default', 'examples', 'title', 'type', 'enum', 'const', 'anyOf', 'oneOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'pattern'],
  ...['items', 'minItems', 'maxItems', 'uniqueItems'],
  ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
]);

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMembers(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

const isWithin = (size: number, least = -Infinity, most = Infinity): boolean => size >= least && size <= most;

function takesNumber(schema: PlainSchema, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema;
  return isWithin(value, minimum, maximum) && value > exclusiveMinimum && value < exclusiveMaximum;
}

function takesText({ minLength, maxLength, pattern }: PlainSchema, value: string): boolean {
  const bounded = minLength !== undefined || maxLength !== undefined;
  if (bounded && !isWithin(Array.from(value).length, minLength, maxLength)) return false;
  return pattern === undefined || new RegExp(pattern, 'u').test(value);
}

function completedList(schema: PlainSchema, value: readonly unknown[], fills: boolean): unknown {
  const { minItems, maxItems, uniqueItems = false, items } = schema;
  if (!isWithin(value.length, minItems, maxItems)) return refused;
  if (uniqueItems && !(value.every(isScalar) && new Set(value).size === value.length)) return refused;
  if (items === undefined) return value;
  const list = value.map((item) => completedBy(items, item, fills));
  return list.includes(refused) ? refused : list;
}

/** Of plain JSON. `structuredClone` sends even a number through a channel of messages. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

/** The members that are there, and those of the defaults that are not. */
function withDefaults(properties: Readonly<Record<string, PlainSchema>>, value: Members): Members {
  const filled = { ...value };
  for (const [name, { default: byDefault }] of Object.entries(properties))
    if (byDefault !== undefined && filled[name] === undefined) filled[name] = copyOf(byDefault);
  return filled;
}

function completedObject(schema: PlainSchema, value: Members, fills: boolean): unknown {
  const {
    properties = {},
    required = [],
    additionalProperties = true,
    minProperties,
    maxProperties,
  } = schema;
  // Named so, a member would become the prototype of the copy.
  if (Object.hasOwn(value, '__proto__')) return refused;
  const filled = fills ? withDefaults(properties, value) : value;
  const members = Object.entries(filled);
  if (!isWithin(members.length, minProperties, maxProperties)) return refused;
  if (required.some((name) => !Object.hasOwn(filled, name) || filled[name] === undefined)) return refused;
  const completed: [string, unknown][] = [];
  for (const [name, member] of members) {
    const own = Object.hasOwn(properties, name) ? properties[name]! : additionalProperties;
    if (own === false) return refused;
    const one = own === true || member === undefined ? member : completedBy(own, member, fills);
    if (one === refused) return refused;
    completed.push([name, one]);
  }
  return Object.fromEntries(completed);
}

function completedBy(schema: PlainSchema, value: unknown, fills: boolean): unknown {
  for (const keyword in schema) if (!understood.has(keyword)) return refused;
  const { type, enum: words, anyOf, oneOf } = schema;
  if (type !== undefined && ![type].flat().some((one) => isOfType(value, one))) return refused;
  if (words !== undefined && !(isScalar(value) && words.includes(value))) return refused;
  if ('const' in schema && !(isScalar(value) && value === schema.const)) return refused;
  // Of ways to write something none gives defaults.
  if (anyOf?.every((one) => completedBy(one, value, false) === refused)) return refused;
  if (oneOf !== undefined && oneOf.filter((one) => accepts(one, value)).length !== 1) return refused;
  if (typeof value === 'number') return takesNumber(schema, value) ? value : refused;
  if (typeof value === 'string') return takesText(schema, value) ? value : refused;
  if (Array.isArray(value)) return completedList(schema, value, fills);
  return isMembers(value) ? completedObject(schema, value, fills) : value;
}

/**
 * Does a schema take a value? False also where it uses other keywords. As `completed`, it only ever accepts: a bundle's
 * documents are nearly always as they should be.
 */
export const accepts = (schema: PlainSchema, value: unknown): boolean =>
  completedBy(schema, value, false) !== refused;

/**
 * A value with the defaults of its schema, where that takes it; undefined where it does not, or where it uses keywords
 * beyond these. It only ever accepts, in a millisecond: what is wrong with a value is a validator's to say, and to
 * load and compile one takes half a second.
 */
export function completed(schema: PlainSchema, value: unknown): unknown {
  const whole = completedBy(schema, value, true);
  return whole === refused ? undefined : whole;
}
