import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ReadAll } from '../testing.fixture.ts';
import { namesOf, readAll, schemaOf, sourceFile, temporaryFolder, wordsOf } from '../testing.fixture.ts';
import type { FileOptions } from '../testing.fixture.ts';
import { JsonScanner } from './jsonScanner.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const schema = schemaOf({ a: 'number', b: 'text' });
const read = async (text: string, options: FileOptions = {}): Promise<ReadAll> =>
  readAll(await sourceFile(folder.path, 'x.json', text, options), schema);
const rows = [
  { a: 1, b: 'x' },
  { a: 2, b: '}],{[ "\\' },
];
const [first, second] = rows.map((row) => JSON.stringify(row)) as [string, string];

describe('a file of JSON', () => {
  it.each([
    ['a list', `[${first},${second}]`],
    ['a list over many lines', JSON.stringify(rows, null, 2)],
    ['a list with a comma at its end', `[${first},\n${second},\n]`],
    ['a list under a member', `{"count": 2, "data": [${first}, ${second}], "next": {"data": [{"a": 3}]}}`],
    ['one object after another', `${first}${second}`],
    ['objects over many lines', rows.map((row) => JSON.stringify(row, null, 1)).join('\n')],
    ['one object a line', `${first}\n${second}\n`],
    ['a byte order mark', `\ufeff[${first},${second}]`],
  ])('of %s gives its objects', async (_what, text) => {
    for (const batchRows of [1, 100]) expect((await read(text, { batchRows })).rows).toEqual(rows);
  });

  it('gives the list under the declared members', async () => {
    const text = `{"x": [{"a": 9}], "result": {"b": "]", "items": [${first}], "x": 1}, "items": [{"a": 8}]}`;
    expect((await read(text, { records: 'result.items' })).rows).toEqual([rows[0]]);
    await expect(read(text, { records: 'result.none' })).rejects.toMatchObject({
      code: 'json-damaged',
      message: expect.stringContaining('there is no list of records'),
    });
  });

  it('tells the line on which a record that is refused starts, and its text', async () => {
    const {
      rejections,
      rows: accepted,
      read: account,
    } = await read('[\n  {"a": 1,\n   "b": "x"},\n  {"a": "y", "b": null}, {"a": 01},\n\n 7, {"a": 2}\n]');
    expect(accepted).toEqual([rows[0]]);
    expect(rejections.map(({ line, column, reason, raw }) => [line, column, reason, raw])).toEqual([
      [4, 'a', 'expected a number, got the text "y"', '{"a": "y", "b": null}'],
      [4, undefined, expect.stringContaining('a JSON number has no leading zero'), '{"a": 01}'],
      [6, undefined, 'expected an object of fields, got the number 7', '7'],
      [6, 'b', 'expected a text, got no such field', '{"a": 2}'],
    ]);
    expect(account).toMatchObject({ records: 5, accepted: 1, rejected: 4 });
  });

  it.each([
    ['that is cut off', `[${first},{"a":`, 'json-damaged', 'ends too early'],
    ['whose brackets do not fit', `[${first},{"a":[1}]`, 'json-damaged', 'closes what is not open'],
    [
      'that goes on after its end',
      `[${first}] [${second}]`,
      'json-damaged',
      'something stands after its end',
    ],
    ['without a comma', `[${first} ${second}]`, 'not-ndjson', 'unexpected "{'],
    ['with something between objects', `${first} ${second} 5`, 'json-damaged', 'no object stands between'],
    ['of lists', '[[1, 2], [3, 4]]', 'not-ndjson', 'expected a JSON object'],
    ['by columns', '{"a": [1, 2], "b": ["x", "y"]}', 'json-without-records', 'by columns'],
    ['by columns and rows', '{"a": {"0": 1}, "b": {"0": "x"}}', 'json-without-records', 'by columns'],
    ['with a choice of lists', '{"p": [{"a": 1}], "q": [{"a": 2}]}', 'json-without-records', '"p", "q"'],
    ['of a word', '"x"', 'json-without-records', 'it begins with'],
    ['of nothing', ' \n', 'source-empty', 'is empty'],
    ['of an empty list', '[ ]', 'source-empty', 'is empty'],
    ['too deep', `[${'['.repeat(70)}${']'.repeat(70)}]`, 'json-damaged', 'nested deeper'],
  ])('%s is refused', async (_what, text, code, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code,
      exitCode: 3,
      message: expect.stringContaining(message),
    });
  });

  it('gives the spelling of numbers, and nested objects as fields', async () => {
    const file = await sourceFile(folder.path, 'n.json', '[{"id": 9007199254740993, "p": {"q": 1.0}}]');
    expect(await namesOf(file)).toEqual(['id', 'p.q']);
    expect(await wordsOf(file)).toEqual({
      id: [['9007199254740993', 'number']],
      'p.q': [['1.0', 'number']],
    });
  });

  it('tells where its records are, once that was found', async () => {
    const { read: account } = await read(`{"data": [${first}]}`);
    expect(account.dialect).toMatchObject({ format: 'json', records: 'data' });
  });
});

describe('the scanner', () => {
  it('cuts any list of any values into their texts, whatever the chunks', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(
        fc.array(value),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 2),
        (values, step, indent) => {
          const bytes = Buffer.from(
            `{"x": {"d": [7]}, "d": ${JSON.stringify(values, null, indent)}, "e": [8]}`,
          );
          const scanner = new JsonScanner('x', { kind: 'list', path: ['d'] });
          const texts: string[] = [];
          for (let at = 0; at < bytes.length; at += step) {
            scanner.push(bytes.subarray(at, at + step));
            texts.push(...scanner.take().map(({ text }) => text));
          }
          scanner.finish();
          expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(
            JSON.parse(JSON.stringify(values)),
          );
        },
      ),
    );
  });
});
