import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from '../compression/zip.fixture.ts';
import { openRows } from '../../openRows.ts';
import type { RowsFile, RowsHeader } from '../../source.ts';
import type { FileOptions } from '../testing.fixture.ts';
import { readAll, schemaOf, sourceFile, temporaryFolder, wordsOf } from '../testing.fixture.ts';
import { styleOf } from './styles.ts';
import type { TestSheet } from './workbook.fixture.ts';
import { workbookOf } from './workbook.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const book = (
  sheets: readonly TestSheet[] | TestSheet['rows'],
  options: FileOptions = {},
  more: Parameters<typeof workbookOf>[1] = {},
): Promise<RowsFile> => {
  const list =
    sheets.length > 0 && Array.isArray(sheets[0])
      ? [{ name: 'Rows', rows: sheets as TestSheet['rows'] }]
      : sheets;
  return sourceFile(folder.path, 'b.xlsx', workbookOf(list as readonly TestSheet[], more), options);
};

const found = { skipLines: null, header: null } as const;
const whatOf = ({ findings }: RowsHeader): string[] => findings!.map(({ what }) => what);

async function headerOf(file: RowsFile): Promise<RowsHeader> {
  let seen: RowsHeader | undefined;
  const nothing = { schema: { columns: [], missing: [''] }, required: [], optional: [] };
  for await (const _part of openRows(file, (header) => ((seen = header), nothing))) break;
  return seen!;
}

const words = async (file: RowsFile): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    Object.entries(await wordsOf(file)).map(([name, cells]) => [name, cells.map((cell) => cell![0])]),
  );

describe('a workbook', () => {
  it('gives numbers, texts, booleans, dates, times of day and errors as what they are', async () => {
    const file = await book(
      [
        ['n', 'text', 'yes', 'day', 'instant', 'clock', 'share', 'hours', 'shared', 'error', 'formula'],
        [
          0.1,
          ' 007 ',
          true,
          { style: 1, value: 45_292 },
          { style: 2, value: 45_292.75 },
          { style: 3, value: 0.5 },
          { style: 4, value: 0.15 },
          { style: 5, value: 1.5 },
          { xml: '<c r="REF" t="s"><v>1</v></c>' },
          { xml: '<c r="REF" t="e"><f>1/0</f><v>#DIV/0!</v></c>' },
          { xml: '<c r="REF" t="str"><f>A1&amp;"x"</f><v>a_x000D_b</v></c>' },
        ],
      ],
      {},
      { texts: ['<t>no</t>', '<r><t>ri</t></r><r><t>ch</t></r><rPh><t>spoken</t></rPh>'] },
    );
    expect(await words(file)).toEqual({
      n: ['0.1'],
      text: [' 007 '],
      yes: ['true'],
      day: ['2024-01-01T00:00:00.000Z'],
      instant: ['2024-01-01T18:00:00.000Z'],
      clock: ['12:00:00'],
      share: ['0.15'],
      hours: ['1.5'],
      shared: ['rich'],
      error: ['#DIV/0!'],
      formula: ['a_x000D_b'],
    });
  });

  it('counts days from 1904 where it says so, and days before March 1900 as Excel does', async () => {
    const rows = [['d'], [{ style: 1, value: 1 }], [{ style: 1, value: 59 }], [{ style: 1, value: 61 }]];
    expect((await words(await book(rows)))['d']).toEqual([
      '1900-01-01T00:00:00.000Z',
      '1900-02-28T00:00:00.000Z',
      '1900-03-01T00:00:00.000Z',
    ]);
    expect((await words(await book(rows, {}, { date1904: true })))['d']![0]).toBe('1904-01-02T00:00:00.000Z');
  });

  it('is read from the first sheet that is shown and holds anything, and says which others there are', async () => {
    const sheets: TestSheet[] = [
      { name: 'Cover', rows: [] },
      { name: 'Old', state: 'hidden', rows: [['a'], [1]] },
      { name: 'Data', rows: [['b'], [2]] },
      { name: 'More', rows: [['c'], [3]] },
    ];
    const header = await headerOf(await book(sheets));
    expect([header.names, header.dialect.sheet]).toEqual([['b'], 'Data']);
    expect(whatOf(header).join()).toContain(
      'The workbook has 4 sheets: "Data" is read, not "Cover", "Old", "More"',
    );
    for (const [sheet, name] of [
      ['More', 'c'],
      [2, 'a'],
      ['4', 'c'],
    ] as const)
      expect((await headerOf(await book(sheets, { sheet }))).names).toEqual([name]);
    await expect(headerOf(await book(sheets, { sheet: 'Dta' }))).rejects.toMatchObject({
      code: 'sheet-absent',
      hint: 'Did you mean "Data"?',
    });
    await expect(headerOf(await book(sheets, { sheet: 'Cover' }))).rejects.toMatchObject({
      code: 'sheet-empty',
    });
  });

  it('has its header below titles, and its records above what is empty; rejections name the row of the sheet', async () => {
    const file = await book(
      [
        ['Sales of 2024'],
        [],
        [null, 'n', 'w', null, 'n'],
        [null, 1, 'x', null, 9],
        [],
        [null, 'bad', 'y', null, 9],
      ],
      found,
    );
    const header = await headerOf(file);
    expect([header.names, header.dialect.skipLines]).toEqual([['n', 'w', 'n_2'], 2]);
    expect(header.findings![0]).toMatchObject({
      key: 'skip_lines',
      value: 2,
      line: 1,
      example: 'Sales of 2024',
    });
    expect(whatOf(header)).toEqual([
      'One row above the table is no part of it.',
      'Two columns are named "n": the later one is n_2.',
    ]);
    const { rows, rejections } = await readAll(file, schemaOf({ n: 'number', w: 'category' }));
    expect(rows).toEqual([{ n: 1, w: 'x' }]);
    expect(rejections).toMatchObject([{ line: 6, column: 'n', raw: '{"n":"bad","w":"y"}' }]);
  });

  it('without a header has columns by number, which is told, or declared', async () => {
    const rows = [
      [1, 'a'],
      [2, 'b'],
    ];
    const header = await headerOf(await book(rows, found));
    expect([header.names, header.dialect.header]).toEqual([['column_1', 'column_2'], false]);
    expect(whatOf(header)[0]).toContain('No row names the columns');
    const declared = await headerOf(await book(rows, { header: false, names: ['n', 'w'] }));
    expect([declared.names, declared.findings]).toEqual([['n', 'w'], []]);
  });

  it('whose names have spaces around them or line breaks in them says how they are called', async () => {
    const rows = [
      [' age ', 'left', 'net\nworth'],
      [1, 'a', 2],
    ];
    const header = await headerOf(await book(rows, found));
    expect(header.names).toEqual(['age', 'left', 'net worth']);
    expect(whatOf(header)).toEqual([
      'Spaces around names are left out: " age " → age.',
      'Line breaks in names are spaces: "net\\nworth".',
    ]);
    const plain = await headerOf(
      await book(
        [
          ['age', 'left'],
          [1, 'a'],
        ],
        found,
      ),
    );
    expect(whatOf(plain)).toEqual([]);
  });

  it('fills merged cells down, and tells formulas that nobody computed', async () => {
    const file = await book([
      {
        name: 'Rows',
        rows: [
          ['g', 'n'],
          ['a', 1],
          [null, 2],
          [null, { xml: '<c r="REF"><f>B2+B3</f></c>' }],
          ['b', 4],
          [null, { xml: '<c r="REF"><f>B5</f><v>4</v></c>' }],
        ],
        merges: ['A2:A3', 'A1:B1'],
      },
    ]);
    expect(await words(file)).toEqual({ g: ['a', 'a', 'b', ''], n: ['1', '2', '4', '4'] });
    expect(whatOf(await headerOf(file))).toEqual([
      '1 merged block of cells has its value in each of their rows.',
      '1 formula has no stored value and is missing: open the workbook in Excel or LibreOffice and save it.',
    ]);
  });

  it('keeps the digits that a double does not hold for the grammar to judge', async () => {
    const file = await book([
      ['id', 'x'],
      [{ xml: '<c r="REF"><v>9007199254740993</v></c>' }, 'a'],
    ]);
    expect((await readAll(file, schemaOf({ id: 'text' }))).rows).toEqual([{ id: '9007199254740993' }]);
    expect((await readAll(file, schemaOf({ id: 'number' }))).rejections).toHaveLength(1);
  });

  const rels =
    '<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>';
  const bomb = `<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>`;
  it.each([
    [
      'with a password',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'xlsx-not-open',
      'a password, or of Excel 97',
    ],
    ['that is a text', Buffer.from('a,b\n1,2\n'), 'xlsx-damaged', 'no zip archive'],
    [
      'that is another archive',
      zipOf([{ name: 'a.csv', content: 'a\n1\n' }]),
      'xlsx-damaged',
      'no workbook in it',
    ],
    [
      'that is cut off',
      workbookOf([{ name: 'a', rows: [['a'], [1]] }]).subarray(0, 900),
      'zip-damaged',
      'cut off',
    ],
    ['of nothing', Buffer.alloc(0), 'source-empty', 'is empty'],
    ['of empty sheets', workbookOf([{ name: 'a', rows: [] }]), 'source-empty', 'is empty'],
    [
      'with a document type',
      zipOf([
        { name: '_rels/.rels', content: rels },
        { name: 'xl/workbook.xml', content: bomb },
      ]),
      'xlsx-damaged',
      'a document type',
    ],
    [
      'whose XML does not end',
      zipOf([
        { name: '_rels/.rels', content: rels },
        { name: 'xl/workbook.xml', content: '<workbook><sheets>' },
      ]),
      'xlsx-damaged',
      'does not fit',
    ],
    [
      'with cells out of the sheet',
      workbookOf([{ name: 'a', rows: [[{ xml: '<c r="ZZZZ1"><v>1</v></c>' }], [1]] }]),
      'xlsx-damaged',
      'a cell out of the sheet',
    ],
    [
      'with texts that are not there',
      workbookOf([{ name: 'a', rows: [[{ xml: '<c r="REF" t="s"><v>7</v></c>' }], [1]] }]),
      'xlsx-damaged',
      'a text that is not there',
    ],
  ])('%s is refused', async (_what, bytes, code, message) => {
    const file = await sourceFile(folder.path, 'x.xlsx', bytes);
    await expect(headerOf(file)).rejects.toMatchObject({
      code,
      exitCode: 3,
      message: expect.stringContaining(message),
    });
  });
});

describe('what a number format shows', () => {
  it.each([
    ['General', 'number'],
    ['0.00', 'number'],
    ['#,##0.00\\ "€";[Red]-#,##0.00', 'number'],
    ['0.00E+00', 'number'],
    ['0%', 'number'],
    ['@', 'number'],
    ['"day" 0', 'number'],
    ['[h]:mm:ss', 'number'],
    ['yyyy-mm-dd', 'time'],
    ['[$-407]d. mmmm yyyy;@', 'time'],
    ['mmm-yy', 'time'],
    ['mm', 'time'],
    ['dd/mm/yyyy h:mm AM/PM', 'time'],
    ['h:mm AM/PM', 'clock'],
    ['mm:ss.0', 'clock'],
  ])('%s: %s', (code, style) => {
    expect(styleOf(code)).toBe(style);
  });
});
