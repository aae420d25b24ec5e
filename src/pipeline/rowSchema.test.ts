import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { jsonText } from './jsonText.ts';
import { readRowSchema, rowSchemaText, writeRowSchema } from './loadRowSchema.ts';
import { formatRowSchema, parseRowSchema } from './rowSchema.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aieng-schema-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const words = fc.uniqueArray(fc.string(), { maxLength: 4 }).map((list) => list.sort());
const lower = fc.uniqueArray(fc.constantFrom('yes', 'ja', 'no', '0', '1'), { minLength: 1 });
const flags = fc.record({ nullable: fc.boolean(), required: fc.boolean(), closed: fc.boolean() });
const described = fc.record({ description: fc.string() }, { requiredKeys: [] });
const range = fc
  .tuple(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map(([a, b]) => ({ minimum: Math.min(a, b) + 0, maximum: Math.max(a, b) + 0 }));
const numberColumn = fc.record({
  kind: fc.constant('number' as const),
  type: fc.constantFrom('number' as const, 'integer' as const),
});
const numberFormat = fc.record(
  {
    decimal: fc.constantFrom(',' as const, '.' as const),
    thousands: fc.constantFrom(' ' as const, "'" as const, '_' as const),
    grouping: fc.constant('indian' as const),
    currency: fc.constantFrom('€', 'USD'),
    percent: fc.constant(true as const),
    negative: fc.constantFrom('parentheses' as const, 'trailing-minus' as const, 'minus-sign' as const),
    censored: fc.constantFrom('missing' as const, 'bound' as const),
    unit: fc.constant('kg'),
  },
  { requiredKeys: [] },
);
const timeFormat = fc.oneof(
  fc.record({ pattern: fc.constantFrom('DD.MM.YYYY[ HH:mm]', 'epoch-seconds', 'spreadsheet-days', 'ISO') }),
  fc.record({
    pattern: fc.constant('DD.MM.YY HH:mm'),
    zone: fc.constant('Europe/Berlin'),
    overlap: fc.constantFrom('first', 'second'),
    yearsFrom: fc.constantFrom(1930, 2000),
  }),
  fc.record({ pattern: fc.constant('MM/DD/YY hh:mm A'), zone: fc.constantFrom('Z', '+02:00') }),
);
const ownMissing = fc.record(
  { missing: fc.uniqueArray(fc.constantFrom('NA', '-', '-999')) },
  { requiredKeys: [] },
);
const kinds = fc.oneof(
  fc.tuple(numberColumn, numberFormat).map(([column, format]) => ({ ...column, numberFormat: format })),
  fc.record({ kind: fc.constant('time' as const), type: fc.constant('string' as const), timeFormat }),
  fc.record({
    kind: fc.constant('category' as const),
    type: fc.constant('string' as const),
    merge: fc.constant({ Yes: 'yes', YES: 'yes' }),
  }),
  fc
    .tuple(numberColumn, fc.oneof(fc.constant({}), range))
    .map(([column, bounds]) => ({ ...column, ...bounds })),
  fc.record({
    kind: fc.constant('category' as const),
    type: fc.constantFrom('string' as const, 'integer' as const, 'number' as const),
    domain: words,
  }),
  fc.record({
    kind: fc.constant('category' as const),
    type: fc.constant('boolean' as const),
    trueWords: lower,
    falseWords: lower,
  }),
  fc.record({
    kind: fc.constantFrom('time' as const, 'text' as const),
    type: fc.constant('string' as const),
  }),
);
const column = fc
  .tuple(
    fc.string().filter((name) => name !== '__proto__' && !/^\d+$/.test(name)),
    kinds,
    flags,
    described,
    ownMissing,
  )
  .map(([name, kind, flag, text, own]): ColumnSchema => ({ name, ...kind, ...flag, ...text, ...own }));
const schemas: fc.Arbitrary<RowSchema> = fc.record({
  columns: fc.uniqueArray(column, { minLength: 1, maxLength: 6, selector: ({ name }) => name }),
  missing: fc.uniqueArray(fc.constantFrom('NA', '?', 'null')).map((list) => ['', ...list]),
});

describe('row schema', () => {
  it('is read back as it was written (parse ∘ format = identity)', () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        expect(parseRowSchema(JSON.parse(rowSchemaText(schema)), 'x.json')).toEqual(schema);
      }),
    );
  });

  it('has one property for each column, easy to read and to edit', () => {
    const text = rowSchemaText({
      missing: ['', 'NA'],
      columns: [
        {
          name: 'age',
          kind: 'number',
          type: 'integer',
          nullable: true,
          required: true,
          minimum: 0,
          maximum: 99,
          closed: true,
        },
        {
          name: 'plan',
          kind: 'category',
          type: 'string',
          nullable: false,
          required: false,
          domain: ['a', 'b'],
          closed: false,
        },
      ],
    });
    expect(text.split('\n').slice(3)).toEqual([
      '  "type": "object",',
      '  "x-aieng": { "missing": ["", "NA"] },',
      '  "properties": {',
      '    "age": {',
      '      "type": ["integer", "null"],',
      '      "x-aieng": { "kind": "number", "minimum": 0, "maximum": 99, "closed": true }',
      '    },',
      '    "plan": {',
      '      "type": ["string", "number", "boolean"],',
      '      "x-aieng": { "kind": "category", "domain": ["a", "b"] }',
      '    }',
      '  },',
      '  "required": ["age"],',
      '  "additionalProperties": false',
      '}',
      '',
    ]);
  });

  it('is valid JSON Schema 2020-12 that takes a row and refuses another', async () => {
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    const ajv = new Ajv2020({ strict: false });
    const schema: RowSchema = {
      missing: [''],
      columns: [
        { name: 'plan', kind: 'category', type: 'integer', nullable: true, required: true, closed: false },
        { name: 'note', kind: 'text', type: 'string', nullable: false, required: false, closed: false },
      ],
    };
    const validate = ajv.compile(formatRowSchema(schema));
    expect([{ plan: 0 }, { plan: '0' }, { plan: null, note: 'x' }].map((row) => validate(row))).toEqual([
      true,
      true,
      true,
    ]);
    expect([{}, { plan: 0, other: 1 }, { plan: 0, note: null }].map((row) => validate(row))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('takes what a person writes by hand', () => {
    const schema = parseRowSchema(
      { properties: { n: { type: 'number' }, f: { type: 'boolean' } }, required: ['n'] },
      'x.json',
    );
    expect(schema).toEqual({
      missing: [''],
      columns: [
        { name: 'n', kind: 'number', type: 'number', nullable: false, required: true, closed: false },
        { name: 'f', kind: 'category', type: 'boolean', nullable: false, required: false, closed: false },
      ],
    });
  });

  const bad: readonly (readonly [string, string, string, number, number])[] = [
    ['not JSON', '{"properties": [}', 'not valid JSON', 1, 17],
    ['a list', '[]', 'expected a JSON object', 1, 1],
    ['no columns', '{"properties": {}}', 'at least one column', 1, 16],
    [
      'an unknown key',
      '{"propertys": {}, "properties": {"a": {"type": "number"}}}',
      'unknown key "propertys"',
      1,
      2,
    ],
    [
      'a bad type',
      '{"properties": {\n"a": {"type": "numbr"}}}',
      'properties.a.type: expected number, integer',
      2,
      15,
    ],
    ['no kind of words', '{"properties": {\n"a": {"type": "string"}}}', 'expected x-aieng.kind', 2, 1],
    [
      'kind against type',
      '{"properties": {\n"a": {"type": "string", "x-aieng": {"kind": "number"}}}}',
      'does not go with',
      2,
      15,
    ],
    [
      'an enum outside',
      '{"properties": {\n"a": {"type": "number", "enum": [1]}}}',
      'unknown key "enum" in properties.a',
      2,
      25,
    ],
    [
      'a typo inside',
      '{"properties": {\n"a": {"type": "number", "x-aieng": {"minimun": 1}}}}',
      'unknown key "minimun"',
      2,
      37,
    ],
    [
      'min above max',
      '{"properties": {"a": {"type": "number", "x-aieng": {"minimum": 2, "maximum": 1}}}}',
      'is above the maximum',
      1,
      64,
    ],
    [
      'a domain of numbers',
      '{"properties": {"a": {"type": "integer", "x-aieng": {"kind": "category", "domain": [0, 1]}}}}',
      'list of different texts',
      1,
      84,
    ],
    [
      'a range of words',
      '{"properties": {"a": {"type": "string", "x-aieng": {"kind": "text", "minimum": 1}}}}',
      'only a number has a range',
      1,
      52,
    ],
    [
      'a domain of a number',
      '{"properties": {"a": {"type": "number", "x-aieng": {"domain": ["1"]}}}}',
      'only a category has a domain',
      1,
      53,
    ],
    [
      'closed as text',
      '{"properties": {"a": {"type": "number", "x-aieng": {"closed": "yes"}}}}',
      'expected true or false',
      1,
      63,
    ],
    [
      'required of nothing',
      '{"properties": {"age": {"type": "number"}}, "required": ["aeg"]}',
      'there is no column "aeg"',
      1,
      58,
    ],
    [
      'open to unknown fields',
      '{"properties": {"a": {"type": "number"}}, "additionalProperties": true}',
      'always refused',
      1,
      67,
    ],
    [
      'missing words',
      '{"x-aieng": {"missing": "NA"}, "properties": {"a": {"type": "number"}}}',
      'expected a list of texts',
      1,
      25,
    ],
    ['__proto__', '{"properties": {"__proto__": {"type": "number"}}}', '__proto__ is refused', 1, 17],
  ];
  it.each(bad)('says what is wrong with %s, and where', async (_name, text, message, line, at) => {
    const path = join(folder, 'bad.json');
    await writeFile(path, text);
    const read = readRowSchema(path, 'pipelines/x.schema.json');
    await expect(read).rejects.toMatchObject({
      code: 'schema-invalid',
      exitCode: 2,
      message: expect.stringContaining(message),
      at: { file: 'pipelines/x.schema.json', line, column: at },
    });
  });

  it('refuses __proto__ from parsed JSON too', () => {
    expect(() =>
      parseRowSchema(JSON.parse('{"properties": {"__proto__": {"type": "number"}}}'), 'x'),
    ).toThrow(/__proto__/);
  });

  it('writes the whole file or nothing, and leaves nothing beside it', async () => {
    const schema = parseRowSchema({ properties: { n: { type: 'number' } } }, 'x.json');
    const path = join(folder, 'deep', 'x.schema.json');
    await writeRowSchema(path, schema);
    await writeRowSchema(path, schema);
    expect(await readRowSchema(path)).toEqual(schema);
    expect(await readFile(path, 'utf8')).toBe(rowSchemaText(schema));
    expect(await readdir(join(folder, 'deep'))).toEqual(['x.schema.json']);
    await expect(writeRowSchema(join(path, 'inside.json'), schema)).rejects.toMatchObject({
      code: 'file-unwritable',
      exitCode: 2,
    });
  });

  it('formats JSON that means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
