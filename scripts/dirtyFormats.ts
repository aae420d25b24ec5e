// `node --import tsx scripts/dirtyFormats.ts`: writes the cases of fixtures/dirty whose bytes nobody types: workbooks,
// archives, Parquet, folders, and JSON beside them. What is expected stands here, and was written before any answer was
// looked at.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { withConnection } from '../src/data/duckdb.ts';
import { arrowOf } from '../src/data/sources/arrow/arrow.fixture.ts';
import { zipOf } from '../src/data/sources/compression/zip.fixture.ts';
import type { SheetCell, TestSheet } from '../src/data/sources/xlsx/workbook.fixture.ts';
import { workbookOf } from '../src/data/sources/xlsx/workbook.fixture.ts';

type Cells = readonly (string | number | null)[];
type Columns = Readonly<
  Record<string, readonly [kind: 'number' | 'category' | 'time' | 'text', cells: Cells]>
>;

interface Case {
  readonly what: string;
  /** The input, or the files of the folder `input`. */
  readonly input: string | Uint8Array | Readonly<Record<string, string | Uint8Array>>;
  readonly extension: string;
  readonly label?: string;
  readonly init?: readonly string[];
  readonly columns?: Columns;
  readonly rejected?: readonly { readonly line: number; readonly reason: string }[];
  readonly told?: readonly string[];
  readonly refused?: { readonly exit: 2 | 3; readonly message: string; readonly hint?: string };
}

const home = resolve(import.meta.dirname, '../fixtures/dirty');
const refused = (exit: 2 | 3, message: string, hint?: string): NonNullable<Case['refused']> => ({
  exit,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** Customers, as they stand in most of the cases. */
const ages = [38, 24, 76, 41, 55, 19];
const plans = ['basic', 'plus', 'pro', 'basic', 'plus', 'basic'];
const left = ['yes', 'no', 'yes', 'no', 'no', 'yes'];
const customers = ages.map((age, at) => ({ age, plan: plans[at]!, left: left[at]! }));
const columns: Columns = { age: ['number', ages], plan: ['category', plans], left: ['category', left] };
const csv = `age,plan,left\n${customers.map((row) => Object.values(row).join(',')).join('\n')}\n`;
const table: SheetCell[][] = [['age', 'plan', 'left'], ...customers.map((row) => Object.values(row))];
const json = (value: unknown, indent?: number): string => JSON.stringify(value, null, indent);

/** Thirty rows, so that one that is refused does not spoil the file. */
const many = Array.from({ length: 30 }, (_, at) => ({ n: (at * 7) % 13, left: at % 3 === 0 ? 'yes' : 'no' }));
const without = (row: number): Columns => {
  const rest = many.filter((_, at) => at !== row);
  return {
    n: ['number', rest.map(({ n }) => n)],
    left: ['category', rest.map(({ left: label }) => label)],
  };
};

const jsonCases: Readonly<Record<string, Case>> = {
  'json-list': {
    what: 'a JSON list of objects, over many lines',
    input: json(customers, 2),
    extension: 'json',
    columns,
  },
  'json-list-on-one-line': {
    what: 'a JSON list on one line, with spaces and without a line break at its end',
    input: ` [ ${customers.map((row) => json(row)).join(' , ')} ] `,
    extension: 'json',
    columns,
  },
  'json-answer-of-a-service': {
    what: 'the list is under a member, between others',
    input: json({ status: 'ok', paging: { next: null, pages: [1, 2] }, data: customers, total: 6 }, 1),
    extension: 'json',
    columns,
    told: ['The rows are the list under "data".'],
  },
  'json-two-lists': {
    what: 'two members are lists of objects: which one is meant is asked',
    input: json({ customers, orders: [{ id: 1 }] }),
    extension: 'json',
    label: 'left',
    refused: refused(3, '"customers", "orders"', '--records customers'),
  },
  'json-records-declared': {
    what: 'the list lies deeper, and is named',
    input: json({ result: { warnings: [{ a: 1 }], items: customers } }),
    extension: 'json',
    init: ['--records', 'result.items'],
    columns,
  },
  'json-one-object-a-line': {
    what: 'NDJSON under the name of JSON',
    input: customers.map((row) => `${json(row)}\n`).join(''),
    extension: 'json',
    columns,
  },
  'json-objects-over-lines': {
    what: 'objects over several lines, one after another, without a list',
    input: customers.map((row) => json(row, 2)).join('\n'),
    extension: 'json',
    columns,
  },
  'json-by-columns': {
    what: 'a table by columns, as pandas writes it without a word',
    input: json({
      age: Object.fromEntries(ages.map((age, at) => [at, age])),
      left: Object.fromEntries(left.map((word, at) => [at, word])),
    }),
    extension: 'json',
    label: 'left',
    refused: refused(3, 'a table by columns', 'orient="records"'),
  },
  'json-split': {
    what: 'columns and rows apart, as pandas writes it with orient="split"',
    input: json({
      columns: ['age', 'left'],
      index: [0, 1],
      data: [
        [38, 'yes'],
        [24, 'no'],
      ],
    }),
    extension: 'json',
    label: 'left',
    refused: refused(3, 'a table by columns', 'orient="records"'),
  },
  'json-lists-of-cells': {
    what: 'rows as lists of cells',
    input: json([
      ['age', 'left'],
      [38, 'yes'],
      [24, 'no'],
    ]),
    extension: 'json',
    label: 'left',
    refused: refused(3, 'expected a JSON object', 'orient="records"'),
  },
  'json-cut-off': {
    what: 'a JSON list that ends in the middle of a record',
    input: json(customers).slice(0, -30),
    extension: 'json',
    label: 'left',
    refused: refused(3, 'it ends too early', 'jq'),
  },
  'json-nested': {
    what: 'objects within objects, and a list that no cell can hold',
    input: json(
      customers.map(({ age, plan, left: label }, at) => ({
        person: { age, home: { city: at % 2 === 0 ? 'Bern' : 'Basel' } },
        contract: { plan },
        tags: ['a', 'b'],
        left: label,
      })),
    ),
    extension: 'json',
    columns: {
      'person.age': ['number', ages],
      'person.home.city': ['category', ages.map((_, at) => (at % 2 === 0 ? 'Bern' : 'Basel'))],
      'contract.plan': ['category', plans],
      left: ['category', left],
    },
    told: ['tags'],
  },
  'json-nested-null': {
    what: 'null where other records have an object',
    input: json(
      customers.map(({ age, plan, left: label }, at) => ({
        person: at === 2 ? null : { age, plan },
        left: label,
      })),
    ),
    extension: 'json',
    columns: {
      'person.age': ['number', ages.map((age, at) => (at === 2 ? null : age))],
      'person.plan': ['category', plans.map((plan, at) => (at === 2 ? null : plan))],
      left: ['category', left],
    },
  },
  'json-comma-at-end': {
    what: 'a comma behind the last record',
    input: `[\n${customers.map((row) => `${json(row)},\n`).join('')}]\n`,
    extension: 'json',
    columns,
  },
  'json-broken-record': {
    what: 'one record is no JSON: its line is told, the others are read',
    input: `[\n${many.map((row, at) => (at === 4 ? '{"n": 1, "left": yes}' : json(row))).join(',\n')}\n]\n`,
    extension: 'json',
    columns: without(4),
    rejected: [{ line: 6, reason: 'expected a JSON object' }],
  },
  'json-nan': {
    what: 'NaN, which Python writes and JSON does not have',
    input: `[\n${many.map((row, at) => (at === 7 ? '{"n": NaN, "left": "no"}' : json(row))).join(',\n')}\n]\n`,
    extension: 'json',
    columns: without(7),
    rejected: [{ line: 9, reason: 'NaN is not a JSON number' }],
  },
  'json-long-ids': {
    what: 'ids that no double holds keep their digits',
    input: `[${ages.map((age, at) => `{"id": 900719925474099${at}${at}, "age": ${age}, "left": "${left[at]!}"}`).join(',\n')}]`,
    extension: 'json',
    columns: {
      id: ['category', ages.map((_, at) => `900719925474099${at}${at}`)],
      age: ['number', ages],
      left: ['category', left],
    },
  },
  'json-byte-order-mark': {
    what: 'a byte order mark before the list, and CRLF',
    input: `\ufeff${json(customers, 1).replaceAll('\n', '\r\n')}`,
    extension: 'json',
    columns,
  },
  'json-features': {
    what: 'GeoJSON: the rows are its features',
    input: json({
      type: 'FeatureCollection',
      features: customers.map((properties, at) => ({
        type: 'Feature',
        properties,
        geometry: { type: 'Point', coordinates: [at, at] },
      })),
    }),
    extension: 'geojson',
    label: 'properties.left',
    columns: {
      type: ['category', ages.map(() => 'Feature')],
      'properties.age': ['number', ages],
      'properties.plan': ['category', plans],
      'properties.left': ['category', left],
      'geometry.type': ['category', ages.map(() => 'Point')],
    },
    told: ['geometry.coordinates'],
  },
  'json-without-a-name': {
    what: 'a JSON list in a file without an extension',
    input: json(customers, 1),
    extension: '',
    columns,
  },
  'ndjson-nested-and-dotted': {
    what: 'some records are nested, some have names with dots: they are the same fields',
    input: customers
      .map(({ age, plan, left: label }, at) =>
        json(
          at % 2 === 0 ? { p: { age, plan }, left: label } : { 'p.age': age, 'p.plan': plan, left: label },
        ),
      )
      .join('\n'),
    extension: 'ndjson',
    columns: { 'p.age': ['number', ages], 'p.plan': ['category', plans], left: ['category', left] },
  },
  'ndjson-twice-a-field': {
    what: 'one record has a field nested and with a dot',
    input: many
      .map((row, at) =>
        at === 3 ? '{"p.n": 1, "p": {"n": 2}, "left": "no"}' : json({ p: { n: row.n }, left: row.left }),
      )
      .join('\n'),
    extension: 'ndjson',
    columns: { 'p.n': without(3)['n']!, left: without(3)['left']! },
    rejected: [{ line: 4, reason: '"p.n" stands twice' }],
  },
  'ndjson-that-is-a-list': {
    what: 'a JSON list under the name of NDJSON',
    input: json(customers, 1),
    extension: 'ndjson',
    label: 'left',
    refused: refused(3, 'got a JSON list', '--format json'),
  },
  'ndjson-that-is-a-list-declared': {
    what: 'the same, with what the hint says',
    input: json(customers, 1),
    extension: 'ndjson',
    init: ['--format', 'json'],
    columns,
  },
};

/** The customers as `zstd` 1.5 and `bzip2` 1.0 pack them. */
const zst = Buffer.from(
  'KLUv/QRYJQIAVANhZ2UscGxhbixsZWZ0CjM4LGJhc2ljLHllcwoyNCxwbHVzLG5vCjc2LHBybzQxbm8KNTUxOQQAXRlcVNFGJWa2swwu72Ts',
  'base64',
);
const bz2 = Buffer.from(
  'QlpoOTFBWSZTWb16R/EAABDZgAAQAAQ/4Dul3iAgAEjPykyA09T1PUP1TQGUDUYhiMTDryxlcaV2U+DDNvTQ31DHAuXaS5EBBT+DqBbJQYs1OVgNQ6CHUAh2LuSKcKEhevSP4g==',
  'base64',
);
const changed = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0x55;
  return copy;
};

const packedCases: Readonly<Record<string, Case>> = {
  'packed-gzip': { what: 'CSV in gzip', input: gzipSync(csv), extension: 'csv.gz', columns },
  'packed-gzip-twice': {
    what: 'two gzip files one after the other, as `cat` makes them',
    input: Buffer.concat([gzipSync(csv.slice(0, 40)), gzipSync(csv.slice(40))]),
    extension: 'csv.gz',
    columns,
  },
  'packed-gzip-unnamed': {
    what: 'gzip under the name of plain CSV',
    input: gzipSync(csv),
    extension: 'csv',
    columns,
  },
  'packed-gzip-by-name-only': {
    what: 'plain CSV under the name of gzip, as browsers save it',
    input: csv,
    extension: 'csv.gz',
    label: 'left',
    refused: refused(3, 'it is not gzip', '--compression none'),
  },
  'packed-gzip-by-name-only-declared': {
    what: 'the same, with what the hint says',
    input: csv,
    extension: 'csv.gz',
    init: ['--compression', 'none'],
    columns,
  },
  'packed-zstd': { what: 'CSV in Zstandard', input: zst, extension: 'csv.zst', columns },
  'packed-zstd-cut-off': {
    what: 'Zstandard that was cut off',
    input: zst.subarray(0, zst.length - 9),
    extension: 'csv.zst',
    label: 'left',
    refused: refused(3, 'it ends too early', 'zstd -t'),
  },
  'packed-bzip2': { what: 'CSV in bzip2', input: bz2, extension: 'csv.bz2', columns },
  'packed-bzip2-damaged': {
    what: 'bzip2 of which one byte is another',
    input: changed(bz2, 60),
    extension: 'csv.bz2',
    label: 'left',
    refused: refused(3, 'its content is corrupt', 'bzip2 -t'),
  },
  'packed-zip': {
    what: 'a zip of one CSV file, with what a Mac and an author put beside it',
    input: zipOf([
      { name: '__MACOSX/data/._customers.csv', content: 'x' },
      { name: 'README.txt', content: 'Customers of 2024.' },
      { name: 'data/customers.csv', content: csv },
    ]),
    extension: 'zip',
    columns,
  },
  'packed-zip-of-json': {
    what: 'a zip whose file says the format by its own name',
    input: zipOf([{ name: 'rows.json', content: json(customers) }]),
    extension: 'zip',
    columns,
  },
  'packed-zip-of-two': {
    what: 'a zip of two files of rows',
    input: zipOf([
      { name: 'a.csv', content: csv },
      { name: 'b.csv', content: csv },
    ]),
    extension: 'zip',
    label: 'left',
    refused: refused(3, '"a.csv", "b.csv"', 'unzip'),
  },
  'packed-zip-encrypted': {
    what: 'a zip with a password',
    input: zipOf([{ name: 'a.csv', content: csv, flags: 1 }]),
    extension: 'csv.zip',
    label: 'left',
    refused: refused(3, 'is encrypted', 'unzip'),
  },
  'packed-zip-bomb': {
    what: 'a zip that says it holds four gigabytes',
    input: zipOf([{ name: 'a.csv', content: csv, size: 4_000_000_000 }]),
    extension: 'zip',
    label: 'left',
    refused: refused(3, '500 times as long', 'unpack it yourself'),
  },
  'packed-zip-way-out': {
    what: 'a zip with a name that leads out of it',
    input: zipOf([{ name: '../../etc/a.csv', content: csv }]),
    extension: 'zip',
    label: 'left',
    refused: refused(3, 'leads out of the archive'),
  },
  'packed-parquet': {
    what: 'Parquet in gzip, which it is inside already',
    input: gzipSync('PAR1'),
    extension: 'parquet.gz',
    label: 'left',
    refused: refused(3, 'packed inside already', 'gunzip'),
  },
};

const sheet = (rows: readonly (readonly SheetCell[])[], more: Partial<TestSheet> = {}): TestSheet => ({
  name: 'Rows',
  rows,
  ...more,
});
const day = (at: number): SheetCell => ({ style: 1, value: 45_292 + at });
const days = ages.map((_, at) => new Date(Date.UTC(2024, 0, 1 + at)).toISOString());

const workbookCases: Readonly<Record<string, Case>> = {
  'xlsx-plain': {
    what: 'a sheet with numbers, dates, a share, texts and booleans',
    input: workbookOf([
      sheet([
        ['age', 'since', 'share', 'plan', 'member', 'left'],
        ...customers.map(({ age, plan, left: label }, at): SheetCell[] => [
          age,
          day(at),
          { style: 4, value: at / 8 },
          plan,
          at % 2 === 0,
          label,
        ]),
      ]),
    ]),
    extension: 'xlsx',
    columns: {
      age: ['number', ages],
      since: ['time', days],
      share: ['number', ages.map((_, at) => at / 8)],
      plan: ['category', plans],
      member: ['category', ages.map((_, at) => (at % 2 === 0 ? 'true' : 'false'))],
      left: ['category', left],
    },
  },
  'xlsx-titles': {
    what: 'titles and an empty row above the table, which begins in column B',
    input: workbookOf([
      sheet([['Customers'], ['as of 1 November'], [], ...table.map((row) => [null, ...row])]),
    ]),
    extension: 'xlsx',
    columns,
    told: ['2 rows above the table are no part of it.'],
  },
  'xlsx-several-sheets': {
    what: 'several sheets, the first one empty, the second hidden',
    input: workbookOf([
      sheet([], { name: 'Cover' }),
      sheet([['x'], [1]], { name: 'Old', state: 'hidden' }),
      sheet(table, { name: 'Customers' }),
      sheet([['note'], ['x']], { name: 'Notes' }),
    ]),
    extension: 'xlsx',
    columns,
    told: ['"Customers" is read, not "Cover", "Old", "Notes"'],
  },
  'xlsx-sheet-declared': {
    what: 'another sheet than the first, by its name',
    input: workbookOf([sheet([['note'], ['x']], { name: 'Notes' }), sheet(table, { name: 'Customers' })]),
    extension: 'xlsx',
    init: ['--sheet', 'Customers'],
    columns,
  },
  'xlsx-sheet-by-number': {
    what: 'another sheet than the first, by its number',
    input: workbookOf([sheet([['note'], ['x']], { name: 'Notes' }), sheet(table, { name: 'Customers' })]),
    extension: 'xlsx',
    init: ['--sheet', '2'],
    columns,
  },
  'xlsx-no-such-sheet': {
    what: 'a sheet that is not there',
    input: workbookOf([sheet(table, { name: 'Customers' })]),
    extension: 'xlsx',
    label: 'left',
    init: ['--sheet', 'customer'],
    refused: refused(2, 'has no sheet "customer"', 'Customers'),
  },
  'xlsx-merged': {
    what: 'cells merged over several rows have their value in each of them',
    input: workbookOf([
      sheet(
        [
          ['region', 'age', 'left'],
          ...customers.map(({ age, left: label }, at): SheetCell[] => [
            at % 3 === 0 ? `r${at / 3}` : null,
            age,
            label,
          ]),
        ],
        { merges: ['A2:A4', 'A5:A7'] },
      ),
    ]),
    extension: 'xlsx',
    columns: {
      region: ['category', ['r0', 'r0', 'r0', 'r1', 'r1', 'r1']],
      age: ['number', ages],
      left: ['category', left],
    },
    told: ['2 merged blocks of cells have their value in each of their rows.'],
  },
  'xlsx-formulas': {
    what: 'formulas with stored values, and one column whose formulas nobody computed',
    input: workbookOf([
      sheet([
        ['age', 'twice', 'half', 'left'],
        ...customers.map(({ age, left: label }, at): SheetCell[] => [
          age,
          { xml: `<c r="REF"><f>A${at + 2}*2</f><v>${age * 2}</v></c>` },
          { xml: `<c r="REF"><f>A${at + 2}/2</f></c>` },
          label,
        ]),
      ]),
    ]),
    extension: 'xlsx',
    columns: {
      age: ['number', ages],
      twice: ['number', ages.map((age) => age * 2)],
      half: ['text', ages.map(() => null)],
      left: ['category', left],
    },
    told: ['6 formulas have no stored value'],
  },
  'xlsx-errors': {
    what: 'errors of formulas: #N/A is missing',
    input: workbookOf([
      sheet([
        ['age', 'plan', 'left'],
        ...customers.map(({ age, plan, left: label }, at): SheetCell[] => [
          at === 1 ? { xml: '<c r="REF" t="e"><f>NA()</f><v>#N/A</v></c>' } : age,
          plan,
          label,
        ]),
      ]),
    ]),
    extension: 'xlsx',
    columns: { ...columns, age: ['number', ages.map((age, at) => (at === 1 ? null : age))] },
  },
  'xlsx-ids': {
    what: 'ids that are kept as text keep their zeros',
    input: workbookOf([
      sheet([
        ['id', 'age', 'left'],
        ...customers.map(({ age, left: label }, at): SheetCell[] => [`00${at}7`, age, label]),
      ]),
    ]),
    extension: 'xlsx',
    columns: {
      id: ['category', ages.map((_, at) => `00${at}7`)],
      age: ['number', ages],
      left: ['category', left],
    },
  },
  'xlsx-no-header': {
    what: 'a sheet whose first row is a record',
    input: workbookOf([sheet(table.slice(1))]),
    extension: 'xlsx',
    label: 'column_3',
    columns: { column_1: ['number', ages], column_2: ['category', plans], column_3: ['category', left] },
    told: ['No row names the columns'],
  },
  'xlsx-one-name-twice': {
    what: 'two columns of one name, and a column without one',
    input: workbookOf([
      sheet([
        ['age', 'plan', 'age', null, 'left'],
        ...customers.map(({ age, plan, left: label }, at): SheetCell[] => [
          age,
          plan,
          age + 1,
          at % 2,
          label,
        ]),
      ]),
    ]),
    extension: 'xlsx',
    columns: {
      age: ['number', ages],
      plan: ['category', plans],
      age_2: ['number', ages.map((age) => age + 1)],
      column_4: ['number', ages.map((_, at) => at % 2)],
      left: ['category', left],
    },
    told: ['the later one is age_2', 'Column D of the sheet has no name'],
  },
  'xlsx-gaps': {
    what: 'empty rows and an empty column between those of the table',
    input: workbookOf([
      sheet([
        ['age', null, 'plan', 'left'],
        ...customers.flatMap(({ age, plan, left: label }): SheetCell[][] => [[], [age, null, plan, label]]),
      ]),
    ]),
    extension: 'xlsx',
    columns,
  },
  'xlsx-of-a-mac': {
    what: 'days count from 1904',
    input: workbookOf(
      [
        sheet([
          ['since', 'left'],
          ...left.map((label, at): SheetCell[] => [{ style: 1, value: 43_830 + at }, label]),
        ]),
      ],
      { date1904: true },
    ),
    extension: 'xlsx',
    columns: { since: ['time', days], left: ['category', left] },
  },
  'xlsx-with-a-password': {
    what: 'a workbook with a password',
    input: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504)]),
    extension: 'xlsx',
    label: 'left',
    refused: refused(3, 'one with a password, or of Excel 97', 'save it as .xlsx'),
  },
  'xlsx-of-excel-97': {
    what: 'an old workbook',
    input: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504)]),
    extension: 'xls',
    label: 'left',
    refused: refused(2, 'files named .xls are not read', 'Save the workbook as .xlsx'),
  },
  'xlsx-named-csv': {
    what: 'a workbook under the name of CSV',
    input: workbookOf([sheet(table)]),
    extension: 'csv',
    label: 'left',
    refused: refused(3, 'an Excel workbook', '--format xlsx'),
  },
  'xlsx-named-csv-declared': {
    what: 'the same, with what the hint says',
    input: workbookOf([sheet(table)]),
    extension: 'csv',
    init: ['--format', 'xlsx'],
    columns,
  },
  'xlsx-with-entities': {
    what: 'a workbook whose XML would grow without end',
    input: zipOf([
      { name: '[Content_Types].xml', content: '<Types/>' },
      {
        name: 'xl/workbook.xml',
        content: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;&b;&b;</workbook>',
      },
    ]),
    extension: 'xlsx',
    label: 'left',
    refused: refused(3, 'a document type', 'save it again'),
  },
};

const folderCases: Readonly<Record<string, Case>> = {
  'folder-partitioned': {
    what: 'a folder of folders that name their columns, with what a job leaves beside',
    input: {
      _SUCCESS: '',
      'year=2023/month=12/a.csv': csv.split('\n').slice(0, 4).join('\n'),
      'year=2024/month=1/b.csv': `age,plan,left\n${csv.split('\n').slice(4).join('\n')}`,
    },
    extension: '',
    label: 'left',
    columns: {
      ...columns,
      year: ['number', [2023, 2023, 2023, 2024, 2024, 2024]],
      month: ['number', [12, 12, 12, 1, 1, 1]],
    },
    told: ['2 files are read as one source', 'Names of folders give the columns "year", "month"'],
  },
  'folder-other-order': {
    what: 'files of a folder with their columns in another order, and one that lacks a column',
    input: {
      'a.csv': 'age,plan,left\n38,basic,yes\n24,plus,no\n',
      'b.csv': 'left,plan,age\nyes,pro,76\nno,basic,41\n',
      'c.csv': 'age,left\n55,no\n19,yes\n',
    },
    extension: '',
    label: 'left',
    columns: { ...columns, plan: ['category', ['basic', 'plus', 'pro', 'basic', null, null]] },
    told: ['1 of 3 files lack columns that others have', '"plan"'],
  },
  'folder-mixed-formats': {
    what: 'files of several formats, one of them packed, and one that is none of rows',
    input: {
      'a.csv.gz': gzipSync('age,plan,left\n38,basic,yes\n24,plus,no\n'),
      'b.ndjson': customers
        .slice(2, 4)
        .map((row) => `${json(row)}\n`)
        .join(''),
      'c.json': json(customers.slice(4)),
      'notes.pdf': '%PDF',
    },
    extension: '',
    label: 'left',
    columns,
    told: ['3 files are read as one source', '1 files of the folder are not named as rows'],
  },
  'folder-by-order': {
    what: 'folders whose names are values only: their columns are declared',
    input: {
      '2023/a.csv': csv.split('\n').slice(0, 4).join('\n'),
      '2024/b.csv': `age,plan,left\n${csv.split('\n').slice(4).join('\n')}`,
    },
    extension: '',
    label: 'left',
    init: ['--partitions', 'year'],
    columns: { ...columns, year: ['number', [2023, 2023, 2023, 2024, 2024, 2024]] },
  },
  'folder-without-rows': {
    what: 'a folder in which nothing is named as rows',
    input: { 'notes.pdf': '%PDF', '_x.csv': csv },
    extension: '',
    label: 'left',
    refused: refused(2, 'no file that is named as rows', 'Name the folder'),
  },
  'name-says-nothing': {
    what: 'CSV under a name that says no format',
    input: csv,
    extension: 'data',
    columns,
  },
  'name-of-another-tool': {
    what: 'a format that is not read: what makes it readable is told',
    input: 'x',
    extension: 'sas7bdat',
    label: 'left',
    refused: refused(2, 'files named .sas7bdat are not read', 'pandas.read_sas'),
  },
};

const arrowCases: Readonly<Record<string, Case>> = {
  'arrow-stream': {
    what: 'Arrow as a stream of texts, some of which are numbers',
    input: arrowOf({ age: ages.map(String), plan: plans, left }, 4),
    extension: 'arrow',
    columns,
  },
  'arrow-cut-off': {
    what: 'Arrow that was cut off',
    input: arrowOf({ age: ages.map(String), left }, 4).subarray(0, 700),
    extension: 'feather',
    label: 'left',
    refused: refused(3, 'it was cut off', 'write it as Parquet'),
  },
  'arrow-of-version-1': {
    what: 'Feather of the first version',
    input: 'FEA1',
    extension: 'feather',
    label: 'left',
    refused: refused(3, 'Feather of version 1', 'write_feather'),
  },
};

/** The bytes of a Parquet file that DuckDB writes. */
async function parquetOf(select: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'aieng-dirty-'));
  try {
    const path = join(folder, 'x.parquet');
    await withConnection((connection) => connection.run(`COPY (${select}) TO $1 (FORMAT parquet)`, [path]));
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const values = `(VALUES ${customers.map(({ age, plan, left: label }, at) => `(${at}, ${age}, '${plan}', '${label}')`).join(', ')}) AS t(i, age, plan, "left")`;

async function parquetCases(): Promise<Readonly<Record<string, Case>>> {
  const nested = await parquetOf(
    `SELECT {'age': age, 'in': {'plan': plan}} AS p, [age] AS list, map {plan: 1} AS map, '\\xFF'::BLOB AS picture, "left" FROM ${values}`,
  );
  return {
    'parquet-nested': {
      what: 'members of structs are columns; lists, maps and pictures are left out by name',
      input: nested,
      extension: 'parquet',
      columns: { 'p.age': ['number', ages], 'p.in.plan': ['category', plans], left: ['category', left] },
      told: ['list', 'a map', 'picture'],
    },
    'parquet-kinds': {
      what: 'exact decimals, days, instants with a zone, times of day, texts without a type',
      input: await parquetOf(
        `SELECT (age / 4)::DECIMAL(10,2) AS price, DATE '2024-01-01' + i::INTEGER AS day, TIMESTAMPTZ '2024-01-01 02:00:00+02' + to_days(i::INTEGER) AS instant, plan::BLOB AS plan, "left" FROM ${values}`,
      ),
      extension: 'parquet',
      columns: {
        price: ['number', ages.map((age) => age / 4)],
        day: ['time', days],
        instant: ['time', days],
        plan: ['category', plans],
        left: ['category', left],
      },
      told: ['plan is bytes without a type'],
    },
    'parquet-cut-off': {
      what: 'Parquet that was cut off',
      input: nested.subarray(0, nested.length - 20),
      extension: 'parquet',
      label: 'left',
      refused: refused(3, 'it is none, or it was cut off', 'copy it again'),
    },
    'parquet-without-a-name': {
      what: 'Parquet in a file without an extension',
      input: await parquetOf(`SELECT age, plan, "left" FROM ${values}`),
      extension: '',
      columns,
    },
  };
}

function writeCase(name: string, given: Case): void {
  const { what, input, extension, label, init, columns: wanted, rejected, told, refused: refusal } = given;
  const folder = join(home, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const own = extension === '' ? 'input' : `input.${extension}`;
  if (typeof input === 'string' || input instanceof Uint8Array) writeFileSync(join(folder, own), input);
  else
    for (const [path, content] of Object.entries(input)) {
      mkdirSync(dirname(join(folder, own, path)), { recursive: true });
      writeFileSync(join(folder, own, path), content);
    }
  const cells = Object.fromEntries(
    Object.entries(wanted ?? {}).map(([column, [kind, list]]) => [column, { kind, cells: list }]),
  );
  const expected =
    refusal === undefined
      ? {
          columns: cells,
          ...(rejected === undefined ? {} : { rejected }),
          ...(told === undefined ? {} : { told }),
        }
      : { refused: refusal };
  const written = { what, label: label ?? null, ...(init === undefined ? {} : { init }), expected };
  writeFileSync(join(folder, 'case.json'), `${JSON.stringify(written, null, 2)}\n`);
}

const cases = {
  ...jsonCases,
  ...packedCases,
  ...workbookCases,
  ...folderCases,
  ...arrowCases,
  ...(await parquetCases()),
};
for (const [name, given] of Object.entries(cases)) writeCase(name, given);
process.stdout.write(`${Object.keys(cases).length} cases written\n`);
