import { zipOf } from '../compression/zip.fixture.ts';

/** A cell of a test's sheet: a number, a text, a boolean, a date style with its day number, or XML as it stands. */
export type SheetCell =
  | number
  | string
  | boolean
  | null
  | { readonly style: number; readonly value: number }
  | { readonly xml: string };

export interface TestSheet {
  readonly name: string;
  readonly state?: 'hidden';
  readonly rows: readonly (readonly SheetCell[])[];
  /** References of merged cells. */
  readonly merges?: readonly string[];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export const columnLetter = (column: number): string =>
  (column >= 26 ? columnLetter(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

function cellXml(cell: SheetCell, reference: string): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${reference}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === 'string')
    return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  if ('xml' in cell) return cell.xml.replaceAll('REF', reference);
  return `<c r="${reference}" s="${cell.style}"><v>${cell.value}</v></c>`;
}

function sheetXml({ rows, merges = [] }: TestSheet): string {
  const lines = rows.map((cells, row) => {
    const inner = cells.map((cell, column) => cellXml(cell, `${columnLetter(column)}${row + 1}`)).join('');
    return inner === '' ? '' : `<row r="${row + 1}">${inner}</row>`;
  });
  const merged =
    merges.length === 0
      ? ''
      : `<mergeCells>${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`;
  return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${lines.join('')}</sheetData>${merged}</worksheet>`;
}

const kinds = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = (list: readonly (readonly [id: string, kind: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
    .map(([id, kind, target]) => `<Relationship Id="${id}" Type="${kinds}/${kind}" Target="${target}"/>`)
    .join('')}</Relationships>`;

/** Styles by their index: 0 plain, 1 a date, 2 date and time, 3 a time of day, 4 percent, 5 hours beyond a day. */
const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy hh:mm"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${[0, 14, 164, 20, 9, 165].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`;

/** An .xlsx file of such sheets. */
export function workbookOf(
  sheets: readonly TestSheet[],
  { texts = [], date1904 = false }: { readonly texts?: readonly string[]; readonly date1904?: boolean } = {},
): Buffer {
  const list = sheets
    .map(
      ({ name, state }, at) =>
        `<sheet name="${escaped(name)}" sheetId="${at + 1}"${state === undefined ? '' : ` state="${state}"`} r:id="r${at + 1}"/>`,
    )
    .join('');
  return zipOf([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: '_rels/.rels', content: relations([['r1', 'officeDocument', 'xl/workbook.xml']]) },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns:r="${kinds}"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>${list}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: relations([
        ...sheets.map((_, at) => [`r${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`] as const),
        ['rs', 'styles', 'styles.xml'],
        ['rt', 'sharedStrings', '/xl/sharedStrings.xml'],
      ]),
    },
    { name: 'xl/styles.xml', content: styles },
    {
      name: 'xl/sharedStrings.xml',
      content: `<sst>${texts.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    },
    ...sheets.map((sheet, at) => ({ name: `xl/worksheets/sheet${at + 1}.xml`, content: sheetXml(sheet) })),
  ]);
}
