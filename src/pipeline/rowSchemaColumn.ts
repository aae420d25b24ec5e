import type { ColumnKind } from '../data/columns.ts';
import type { ColumnSchema } from '../data/schema.ts';
import type { Writing } from './columns/writing.ts';
import { handlingKeys, parseHandling } from './columns/handling.ts';
import { parseWriting, writingKeys } from './columns/writing.ts';
import { dotted, gotText, pointerOf } from './problems.ts';
import type { Keys, Report } from './jsonKeys.ts';
import { isKeys, isTexts, refuseUnknown } from './jsonKeys.ts';

type JsonType = ColumnSchema['type'];

const jsonTypes: readonly JsonType[] = ['number', 'integer', 'boolean', 'string'];
const kinds: readonly ColumnKind[] = ['number', 'category', 'time', 'text'];
const ownKeys = [
  'kind',
  'minimum',
  'maximum',
  'domain',
  'closed',
  'true_words',
  'false_words',
  ...writingKeys,
  ...handlingKeys,
];

const underOwn =
  'Domains, ranges and formats stand under "x-aieng": {"domain": […], "minimum": …, "maximum": …, "closed": true, "format": …}.';
/** JSON Schema keywords that people may try. */
const misplaced = Object.fromEntries(
  ['enum', 'minimum', 'maximum', 'default', 'format', 'pattern', 'closed', 'domain'].map((name) => [
    name,
    underOwn,
  ]),
);

interface Types {
  readonly type: JsonType;
  readonly nullable: boolean;
}

function parseTypes(types: unknown, at: string, report: Report): Types | null {
  const list: readonly unknown[] = Array.isArray(types) ? types : [types];
  const named = list.filter((type) => type !== 'null');
  const known = named.flatMap((type) => jsonTypes.filter((candidate) => candidate === type));
  const [first] = known;
  if (first !== undefined && known.length === named.length)
    return { type: first, nullable: list.includes('null') };
  report(
    `${at}/type`,
    `${dotted(at)}.type: expected ${jsonTypes.join(', ')} or a list of them with "null", got ${gotText(types)}`,
    'Write for example "type": ["number", "null"].',
  );
  return null;
}

function parseKind(kind: unknown, type: JsonType, at: string, report: Report): ColumnKind | null {
  if (kind === undefined && type !== 'string') return type === 'boolean' ? 'category' : 'number';
  const known = kinds.find((candidate) => candidate === kind);
  if (known === undefined) {
    report(
      `${at}/x-aieng/kind`,
      `${dotted(at)}: expected x-aieng.kind number, category, time or text, got ${gotText(kind)}`,
      'Write "x-aieng": {"kind": "category"} for words with few values, "text" for free text and ids.',
    );
    return null;
  }
  const numeric = type === 'number' || type === 'integer';
  if (known === 'category' || (known === 'number' ? numeric : type === 'string')) return known;
  report(
    `${at}/type`,
    `${dotted(at)}: the kind ${known} does not go with the type ${type}`,
    known === 'number' ? 'Write "type": "number" or "integer".' : 'Write "type": "string".',
  );
  return null;
}

type Range = Pick<ColumnSchema, 'domain' | 'minimum' | 'maximum' | 'closed' | 'trueWords' | 'falseWords'>;

function finite(own: Keys, name: 'minimum' | 'maximum', at: string, report: Report): number | undefined {
  const value = own[name];
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  report(
    `${at}/${name}`,
    `${dotted(at)}.${name}: expected a number, got ${gotText(value)}`,
    'Write a number.',
  );
  return undefined;
}

function texts(own: Keys, name: string, at: string, report: Report): readonly string[] | undefined {
  const value = own[name];
  if (value === undefined) return undefined;
  if (isTexts(value) && new Set(value).size === value.length) return value;
  report(
    `${at}/${name}`,
    `${dotted(at)}.${name}: expected a list of different texts, got ${gotText(value)}`,
    'Write for example ["No", "Yes"]; numbers as text too: "0".',
  );
  return undefined;
}

function parseRange(own: Keys, kind: ColumnKind, at: string, report: Report): Range {
  const [minimum, maximum] = [finite(own, 'minimum', at, report), finite(own, 'maximum', at, report)];
  const [domain, trueWords, falseWords] = ['domain', 'true_words', 'false_words'].map((name) =>
    texts(own, name, at, report),
  );
  const closed = own['closed'] ?? false;
  if (typeof closed !== 'boolean')
    report(
      `${at}/closed`,
      `${dotted(at)}.closed: expected true or false, got ${gotText(closed)}`,
      'Write true or false.',
    );
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    report(
      `${at}/minimum`,
      `${dotted(at)}: the minimum ${minimum} is above the maximum ${maximum}`,
      'Swap them.',
    );
  if (domain !== undefined && kind !== 'category')
    report(
      `${at}/domain`,
      `${dotted(at)}: only a category has a domain, this is ${kind}`,
      'Take the domain out.',
      'key',
    );
  if ((minimum ?? maximum) !== undefined && kind !== 'number')
    report(at, `${dotted(at)}: only a number has a range, this is ${kind}`, 'Take minimum and maximum out.');
  return {
    ...(domain === undefined ? {} : { domain: [...domain].sort() }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    closed: closed === true,
    ...(trueWords === undefined ? {} : { trueWords: trueWords.map((word) => word.toLowerCase()) }),
    ...(falseWords === undefined ? {} : { falseWords: falseWords.map((word) => word.toLowerCase()) }),
  };
}

/** A domain of the words that spellings are read as. */
function mergedDomain({ domain }: Range, { merge }: Writing): Pick<Range, 'domain'> {
  if (domain === undefined || merge === undefined) return {};
  const words = new Map(Object.entries(merge));
  return { domain: [...new Set(domain.map((word) => words.get(word) ?? word))].sort() };
}

/** One property of a row schema; null where it is so wrong that nothing can be said of it. Problems are reported. */
export function parseColumn(
  name: string,
  json: unknown,
  required: boolean,
  report: Report,
): ColumnSchema | null {
  const at = pointerOf('/properties', name);
  if (name === '__proto__') {
    report(at, 'a column cannot be named __proto__', 'Rename it in the source.', 'key');
    return null;
  }
  if (!isKeys(json)) {
    report(
      at,
      `${dotted(at)}: expected an object with a type, got ${gotText(json)}`,
      'Write {"type": "number"}.',
    );
    return null;
  }
  refuseUnknown(json, ['type', 'description', 'x-aieng'], at, report, misplaced);
  const own = json['x-aieng'] ?? {};
  if (!isKeys(own)) {
    report(
      `${at}/x-aieng`,
      `${dotted(at)}.x-aieng: expected an object, got ${gotText(own)}`,
      'Write {"kind": "number"}.',
    );
    return null;
  }
  refuseUnknown(own, ownKeys, `${at}/x-aieng`, report);
  const types = parseTypes(json['type'], at, report);
  const kind = types === null ? null : parseKind(own['kind'], types.type, at, report);
  if (types === null || kind === null) return null;
  const { description } = json;
  if (description !== undefined && typeof description !== 'string')
    report(
      `${at}/description`,
      `${dotted(at)}.description: expected a text, got ${gotText(description)}`,
      'Write a text.',
    );
  const range = parseRange(own, kind, `${at}/x-aieng`, report);
  const writing = parseWriting(own, kind, types.type === 'boolean', `${at}/x-aieng`, report);
  return {
    name,
    kind,
    ...types,
    required,
    ...range,
    ...mergedDomain(range, writing),
    ...writing,
    ...parseHandling(own, `${at}/x-aieng`, report),
    ...(typeof description === 'string' ? { description } : {}),
  };
}
