import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import type { Place } from './document.ts';
import { invalidFile } from './invalid.ts';
import type { Problem } from './problems.ts';
import { gotText } from './problems.ts';
import { countedTimes } from '../data/cells/formats/timeWriting.ts';
import { formatHandling } from './columns/handling.ts';
import { formatWriting } from './columns/writing.ts';
import { parseColumn } from './rowSchemaColumn.ts';
import { nearest } from '../suggest.ts';
import type { Keys, Report } from './jsonKeys.ts';
import { isKeys, isTexts, refuseUnknown } from './jsonKeys.ts';

/** Draft that a row schema is written in. */
const draft = 'https://json-schema.org/draft/2020-12/schema';

function parseMissing(own: unknown, report: Report): readonly string[] {
  if (own === undefined) return [''];
  if (!isKeys(own)) {
    report('/x-aieng', `x-aieng: expected an object, got ${gotText(own)}`, 'Write {"missing": [""]}.');
    return [''];
  }
  refuseUnknown(own, ['missing'], '/x-aieng', report);
  const missing = own['missing'] ?? [''];
  if (isTexts(missing)) return [...new Set(['', ...missing.map((word) => word.trim())])];
  report('/x-aieng/missing', 'x-aieng.missing: expected a list of texts', 'Write for example ["", "NA"].');
  return [''];
}

function parseRequired(required: unknown, columns: Keys, report: Report): ReadonlySet<string> {
  if (required === undefined) return new Set();
  if (!isTexts(required)) {
    report('/required', 'required: expected a list of column names', 'Write ["column", …].');
    return new Set();
  }
  required.forEach((name, index) => {
    if (Object.hasOwn(columns, name)) return;
    const meant = nearest(name, Object.keys(columns));
    report(
      `/required/${index}`,
      `required: there is no column "${name}"`,
      meant === undefined ? 'Take it out of the list.' : `Did you mean "${meant}"?`,
    );
  });
  return new Set(required);
}

function parseParts(json: Keys, report: Report): RowSchema {
  refuseUnknown(
    json,
    [
      '$schema',
      '$id',
      'title',
      'description',
      'type',
      'x-aieng',
      'properties',
      'required',
      'additionalProperties',
    ],
    '',
    report,
  );
  if (json['type'] !== undefined && json['type'] !== 'object')
    report('/type', 'type: a row schema describes an object', 'Write "type": "object".');
  if (json['additionalProperties'] !== undefined && json['additionalProperties'] !== false)
    report(
      '/additionalProperties',
      'additionalProperties: unknown fields are always refused',
      'Write false.',
    );
  const missing = parseMissing(json['x-aieng'], report);
  const properties = json['properties'];
  if (!isKeys(properties) || Object.keys(properties).length === 0) {
    report(
      '/properties',
      'properties: expected at least one column',
      'Infer a schema from data: `aieng init --from <file> --label <column>`.',
    );
    return { columns: [], missing };
  }
  const required = parseRequired(json['required'], properties, report);
  const columns = Object.entries(properties).flatMap(([name, column]): ColumnSchema[] => {
    const parsed = parseColumn(name, column, required.has(name), report);
    return parsed === null ? [] : [parsed];
  });
  return { columns, missing };
}

/**
 * The row schema of a JSON Schema document with `x-aieng` keywords.
 *
 * @param file As messages name it.
 * @param placeOf Where a JSON pointer stands in the file; left out, problems say 1:1.
 * @throws usage error `schema-invalid` with everything that is wrong.
 */
export function parseRowSchema(
  json: unknown,
  file: string,
  placeOf: (pointer: string, on: Problem['on']) => Place = () => ({ line: 1, column: 1 }),
): RowSchema {
  const problems: Problem[] = [];
  const report: Report = (pointer, message, hint, on = 'value') =>
    problems.push({ pointer, on, message, hint });
  const schema = isKeys(json) ? parseParts(json, report) : undefined;
  if (schema === undefined)
    report(
      '',
      `expected a JSON object with "properties", got ${gotText(json)}`,
      'Infer a schema from data: `aieng init --from <file> --label <column>`.',
    );
  if (schema === undefined || problems.length > 0)
    throw invalidFile(
      'schema-invalid',
      file,
      problems.map(({ pointer, on, message, hint }) => ({ message, hint, place: placeOf(pointer, on) })),
    );
  return schema;
}

/** JSON types of a category: it is the same as CSV `0`, JSON `0` or JSON `"0"`; the first names the declared type. */
const categoryTypes: Readonly<Record<ColumnSchema['type'], readonly string[]>> = {
  string: ['string', 'number', 'boolean'],
  integer: ['integer', 'string'],
  number: ['number', 'string'],
  boolean: ['boolean', 'string'],
};

function formatColumn(column: ColumnSchema): Keys {
  const types = [
    ...(column.kind === 'category' ? categoryTypes[column.type] : [column.type]),
    ...(column.numberFormat === undefined ? [] : ['string']),
    ...(column.timeFormat !== undefined && countedTimes(column.timeFormat) !== undefined ? ['number'] : []),
    ...(column.nullable ? ['null'] : []),
  ];
  const { description, domain, minimum, maximum, closed, trueWords, falseWords } = column;
  return {
    ...(description === undefined ? {} : { description }),
    type: types.length === 1 ? types[0] : types,
    'x-aieng': {
      kind: column.kind,
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
      ...(domain === undefined ? {} : { domain }),
      ...(closed ? { closed } : {}),
      ...(trueWords === undefined ? {} : { true_words: trueWords }),
      ...(falseWords === undefined ? {} : { false_words: falseWords }),
      ...formatWriting(column),
      ...formatHandling(column),
    },
  };
}

/**
 * A row schema as JSON Schema 2020-12 with `x-aieng` keywords, in the order of its columns.
 * `parseRowSchema(formatRowSchema(schema))` equals `schema`.
 */
export function formatRowSchema(schema: RowSchema): Keys {
  return {
    $schema: draft,
    description:
      'The contract of every row: ingest, batch prediction and requests. Review it. Domains and ranges warn; "closed": true under x-aieng makes them reject.',
    type: 'object',
    'x-aieng': { missing: schema.missing },
    properties: Object.fromEntries(schema.columns.map((column) => [column.name, formatColumn(column)])),
    required: schema.columns.filter((column) => column.required).map((column) => column.name),
    additionalProperties: false,
  };
}
