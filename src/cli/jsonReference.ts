import type { TSchema } from '@sinclair/typebox';
import { madeShape } from '../project/outcome.ts';
import { verbs } from '../verbs/index.ts';
import { envelopeShape, errorShape } from './render/outputSchema.ts';
import { published } from './render/publishedSchema.ts';
import type { JsonSchema } from './render/publishedSchema.ts';

/** One member of an object, as the page tells it: `rows.train`, `checks[].state`. */
interface Row {
  readonly key: string;
  readonly type: string;
  readonly says: string;
}

/** Shapes with a title are sections of their own: by title. */
type Sections = Map<string, JsonSchema>;

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
const schemas = (value: unknown): readonly JsonSchema[] =>
  Array.isArray(value) ? value.filter(isSchema) : [];

const isNull = ({ type }: JsonSchema): boolean => type === 'null';

/** The shape itself, where it may also be null. */
function unwrapped(schema: JsonSchema): JsonSchema {
  const members = schemas(schema.anyOf).filter((member) => !isNull(member));
  return members.length === 1 && members[0] !== undefined ? members[0] : schema;
}

const linked = (title: string): string => `[${title}](#${title.toLowerCase()})`;

const alternatives = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`;

/** The members of unions in unions. */
const flattened = (schema: JsonSchema): readonly JsonSchema[] =>
  schema.anyOf === undefined || schema.title !== undefined
    ? [schema]
    : schemas(schema.anyOf).flatMap(flattened);

/** Each alternative that a schema has, in words. */
const wordsOf = (schema: JsonSchema, sections: Sections): readonly string[] =>
  Array.isArray(schema.enum) ? schema.enum.map((word) => `\`${String(word)}\``) : [typeOf(schema, sections)];

/** A type in words; a shape with a title is named, and remembered for a section of its own. */
function typeOf(schema: JsonSchema, sections: Sections): string {
  const { title, anyOf, type, items, prefixItems, additionalProperties } = schema;
  if (typeof title === 'string') {
    sections.set(title, schema);
    return linked(title);
  }
  if ('const' in schema) return `\`${String(schema.const)}\``;
  if (anyOf !== undefined || Array.isArray(schema.enum)) {
    const words = flattened(schema).flatMap((member) => wordsOf(member, sections));
    return alternatives([...new Set(words)]);
  }
  if (prefixItems !== undefined) return `list of ${schemas(prefixItems).length} strings`;
  if (type === 'array' && isSchema(items)) return `list of ${typeOf(items, sections)}`;
  if (isSchema(additionalProperties)) return `map of ${typeOf(additionalProperties, sections)}`;
  if (type === 'integer') return 'whole number';
  if (type === 'boolean') return '`true` or `false`';
  return typeof type === 'string' ? type : 'anything';
}

/** What lies below a member that has no name of its own: its rows follow under its key. */
function inner(schema: JsonSchema): { readonly schema: JsonSchema; readonly suffix: string } | null {
  const own = unwrapped(schema);
  if (typeof own.title === 'string') return null;
  if (isSchema(own.properties) && Object.keys(own.properties).length > 0) return { schema: own, suffix: '' };
  const [below, suffix] = isSchema(own.items)
    ? [inner(own.items), '[]']
    : isSchema(own.additionalProperties)
      ? [inner(own.additionalProperties), '.*']
      : [null, ''];
  return below === null ? null : { schema: below.schema, suffix: `${suffix}${below.suffix}` };
}

function rowsOf(schema: JsonSchema, prefix: string, sections: Sections): readonly Row[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(isSchema(schema.properties) ? schema.properties : {}).flatMap(([name, member]) => {
    if (!isSchema(member)) return [];
    const key = `${prefix}${name}`;
    const says = member.description ?? unwrapped(member).description;
    const below = inner(member);
    return [
      {
        key: required.includes(name) ? `\`${key}\`` : `\`${key}\`?`,
        type: typeOf(member, sections),
        says: typeof says === 'string' ? says : '',
      },
      ...(below === null ? [] : rowsOf(below.schema, `${key}${below.suffix}.`, sections)),
    ];
  });
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const tableOf = (rows: readonly Row[]): string =>
  [
    '| key | type | what |',
    '|---|---|---|',
    ...rows.map(({ key, type, says }) => `| ${key} | ${cell(type)} | ${cell(says)} |`),
  ].join('\n');

/** The members of a shape, or what else it is. */
function told(schema: JsonSchema, sections: Sections): string {
  const members = schemas(schema.anyOf);
  if (members.length > 0)
    return members.map((member) => tableOf(rowsOf(member, '', sections))).join('\n\nor\n\n');
  const { title: _, ...unnamed } = schema;
  const rows = rowsOf(schema, '', sections);
  return rows.length === 0 ? `A ${typeOf(unnamed, sections)}.` : tableOf(rows);
}

async function verbSections(sections: Sections): Promise<readonly string[]> {
  const parts: string[] = [];
  for (const { name, result } of verbs) {
    const shape: TSchema | undefined = await result?.();
    if (shape === undefined) continue;
    const schema = published(shape);
    parts.push(`### ${name}`);
    parts.push(typeof schema.title === 'string' ? `A ${typeOf(schema, sections)}.` : told(schema, sections));
  }
  return parts;
}

/** Sections of the named shapes; each may name others. */
function shapeSections(sections: Sections): readonly string[] {
  const written = new Map<string, string>();
  for (;;) {
    const [title, schema] = [...sections].find(([name]) => !written.has(name)) ?? [];
    if (title === undefined || schema === undefined) break;
    written.set(title, told(schema, sections));
  }
  return [...written]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([title, text]) => [`### ${title}`, text]);
}

/** docs/json.md: what every command writes with `--json`, from the same shapes that type it and check it. Pure. */
export async function jsonReference(): Promise<string> {
  const sections: Sections = new Map();
  const envelope = tableOf([
    ...rowsOf(published(envelopeShape), '', sections),
    ...rowsOf(published(madeShape), '', sections),
    { key: '`result`', type: "the command's own", says: 'See below. Absent where the command failed.' },
    { key: '`error`?', type: typeOf(published(errorShape), sections), says: 'Where the command failed.' },
  ]);
  const results = await verbSections(sections);
  return `${[
    '# JSON output',
    'Generated from the shapes of the results by `scripts/docs.ts`; `npm test` compares.',
    'With `--json` a command writes one JSON object to stdout and everything else to stderr. Keys with a `?` are left out where they do not apply. Times are ms since 1970 UTC. A figure that is no number (a metric that is not defined on these rows) is `null`. What is not written here is not there.',
    '## Every command',
    envelope,
    '## `result` by command',
    ...results,
    '## Shapes',
    ...shapeSections(sections),
  ].join('\n\n')}\n`;
}
