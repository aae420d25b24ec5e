import { AiengError, dataError, usageError } from '../../../errors.ts';
import type { TypedValue } from '../../cells/cell.ts';
import type { Finding } from '../../recognise/finding.ts';
import type { OpenedSource, RowsFile } from '../../source.ts';
import type { Zip } from '../compression/zip.ts';
import { openZip } from '../compression/zip.ts';
import type { PinnedFile } from '../pinnedFile.ts';
import { openPinned } from '../pinnedFile.ts';
import { noRows } from '../selection.ts';
import type { TypedGroup } from '../typed/group.ts';
import { groupedSource } from '../typed/groupedSource.ts';
import type { SheetHeader } from './header.ts';
import { rowsLookedAt, sheetHeader } from './header.ts';
import type { SheetOutlook } from './outlook.ts';
import { lookThrough } from './outlook.ts';
import type { SheetRow } from './sheet.ts';
import { SheetReader } from './sheet.ts';
import type { Sheet, Workbook } from './workbook.ts';
import { damagedWorkbook, declaredSheet, partOf, readWorkbook } from './workbook.ts';
import { BadXml } from './xml.ts';

/** Old and encrypted workbooks are compound files. */
const compoundFile = 'd0cf11e0';

async function refuseOthers({ handle, bytes }: PinnedFile, file: RowsFile): Promise<void> {
  const { displayPath } = file;
  if (bytes === 0) throw noRows(displayPath, 'empty');
  const opening = Buffer.alloc(Math.min(bytes, 1 << 16));
  await handle.read(opening, 0, opening.length, 0);
  if (opening.toString('hex', 0, 4) === compoundFile)
    throw dataError({
      code: 'xlsx-not-open',
      message: `${displayPath}: expected an .xlsx workbook, but it is one with a password, or of Excel 97 (.xls).`,
      hint: 'Open it, take the password off, and save it as .xlsx; or export the sheet as CSV.',
      at: { file: displayPath },
    });
  if (opening.readUInt16BE(0) !== 0x504b)
    throw damagedWorkbook(file, 'it is no zip archive, which a workbook is');
}

/** Faults of XML as the error of the workbook; others as they are. */
function fault(file: RowsFile, cause: unknown): unknown {
  if (cause instanceof AiengError || !(cause instanceof BadXml)) return cause;
  return damagedWorkbook(file, `its content does not fit what it says of itself (${cause.message})`, cause);
}

/** A sheet that is read, with all that has to be known for it. */
interface OpenedSheet {
  readonly zip: Zip;
  readonly book: Workbook;
  readonly sheet: Sheet;
  readonly outlook: SheetOutlook;
}

/** Rows of a sheet that have something in them, merged blocks filled down. */
async function* rowsOf(
  { zip, book, sheet, outlook }: OpenedSheet,
  file: RowsFile,
): AsyncGenerator<SheetRow, void, void> {
  const reader = new SheetReader(book);
  const held = new Map<number, TypedValue>();
  const next = new Map<number, number>();
  const filled = (row: SheetRow): SheetRow => {
    const cells = [...row.cells];
    for (const [column, merges] of outlook.merges) {
      let at = next.get(column) ?? 0;
      while (at < merges.length && merges[at]!.bottom < row.number) at += 1;
      next.set(column, at);
      const merge = merges[at];
      if (merge === undefined || merge.top > row.number) continue;
      if (merge.top === row.number) held.set(column, cells[column] ?? null);
      else if ((cells[column] ?? null) === null) {
        while (cells.length < column) cells.push(null);
        cells[column] = held.get(column) ?? null;
      }
    }
    return { number: row.number, cells };
  };
  try {
    for await (const chunk of partOf(zip, sheet.part))
      for (const row of reader.push(chunk)) yield outlook.merges.size === 0 ? row : filled(row);
    for (const row of reader.push()) yield row;
  } catch (cause) {
    throw fault(file, cause);
  }
}

async function firstRows(opened: OpenedSheet, file: RowsFile): Promise<readonly SheetRow[]> {
  const rows: SheetRow[] = [];
  for await (const row of rowsOf(opened, file))
    if (rows.push(row) === rowsLookedAt + (file.dialect.skipLines ?? 0)) break;
  return rows;
}

/** The declared sheet, else the first one that is shown and has anything in it. */
async function chooseSheet(
  zip: Zip,
  book: Workbook,
  file: RowsFile,
): Promise<{ readonly opened: OpenedSheet; readonly rows: readonly SheetRow[] }> {
  const { sheet: wanted } = file.dialect;
  const shown = book.sheets.filter(({ hidden }) => !hidden);
  const candidates =
    wanted === null ? (shown.length > 0 ? shown : book.sheets) : [declaredSheet(book, wanted, file)];
  for (const sheet of candidates) {
    const outlook = await lookThrough(partOf(zip, sheet.part));
    if (!outlook.hasCells) continue;
    const opened = { zip, book, sheet, outlook };
    const rows = await firstRows(opened, file);
    if (rows.length > 0) return { opened, rows };
  }
  if (wanted === null) throw noRows(file.displayPath, 'empty');
  throw usageError({
    code: 'sheet-empty',
    message: `${file.displayPath}: the sheet ${JSON.stringify(candidates[0]?.name ?? '')} is empty.`,
    hint: `Name another sheet: ${book.sheets
      .slice(0, 20)
      .map(({ name }) => JSON.stringify(name))
      .join(', ')}.`,
    at: { file: file.displayPath },
  });
}

const told = (what: string): Finding => ({ key: null, value: null, what, line: null, example: null });

function findingsOf(
  { book, sheet, outlook }: OpenedSheet,
  header: SheetHeader,
  { dialect }: RowsFile,
): readonly Finding[] {
  const findings: Finding[] = [];
  const others = book.sheets.filter((other) => other !== sheet).map(({ name }) => JSON.stringify(name));
  if (others.length > 0 && dialect.sheet === null)
    findings.push({
      ...told(
        `The workbook has ${book.sheets.length} sheets: ${JSON.stringify(sheet.name)} is read, not ${others.slice(0, 10).join(', ')}.`,
      ),
      key: 'sheet',
      value: sheet.name,
    });
  findings.push(...header.findings);
  const below = [...outlook.merges.values()].flat().filter(({ bottom }) => bottom > header.row);
  if (below.length > 0)
    findings.push(
      told(
        `${below.length} merged ${below.length === 1 ? 'block of cells has its' : 'blocks of cells have their'} value in each of their rows.`,
      ),
    );
  const { uncomputed } = outlook;
  if (uncomputed > 0)
    findings.push(
      told(
        `${uncomputed} ${uncomputed === 1 ? 'formula has no stored value and is' : 'formulas have no stored value and are'} missing: open the workbook in Excel or LibreOffice and save it.`,
      ),
    );
  return findings;
}

/** Records in groups: rows below the header that have something in a column of the table. */
async function* groups(
  opened: OpenedSheet,
  { columns, row: headerRow }: SheetHeader,
  file: RowsFile,
): AsyncGenerator<TypedGroup, void, void> {
  let rows: SheetRow[] = [];
  const group = (taken: readonly SheetRow[]): TypedGroup => ({
    rows: taken.length,
    place: (row) => taken[row]!.number,
    cell: (column, row) => taken[row]!.cells[columns[column]!] ?? null,
  });
  for await (const row of rowsOf(opened, file)) {
    if (row.number <= headerRow || !columns.some((column) => (row.cells[column] ?? null) !== null)) continue;
    if (rows.push(row) < file.batchRows) continue;
    yield group(rows);
    rows = [];
  }
  if (rows.length > 0) yield group(rows);
}

async function openSheet(pinned: PinnedFile, file: RowsFile): Promise<OpenedSource> {
  const { displayPath } = file;
  await refuseOthers(pinned, file);
  const zip = await openZip(pinned.handle, displayPath);
  const book = await readWorkbook(zip, file);
  const { opened, rows } = await chooseSheet(zip, book, file);
  const header = sheetHeader(rows, file.dialect);
  const { names, skipLines } = header;
  return {
    header: {
      names,
      unreadable: [],
      dialect: { ...file.dialect, sheet: opened.sheet.name, skipLines, header: header.header },
      findings: findingsOf(opened, header, file),
    },
    ...groupedSource({
      file,
      pinned,
      names,
      groups: () => groups(opened, header, file),
      guarded: (read) => read(),
    }),
  };
}

/**
 * A sheet of an Excel workbook (.xlsx), streamed. Numbers, booleans and dates are typed by how they are kept and shown,
 * formulas are their stored values, errors (`#N/A`) are their texts. Lines of rejections are rows of the sheet.
 */
export async function openXlsx(file: RowsFile): Promise<OpenedSource> {
  if (file.path === '-')
    throw usageError({
      code: 'xlsx-from-stdin',
      message: 'A workbook cannot be read from standard input: its table of contents stands at its end.',
      hint: 'Write it to a file first, or pipe NDJSON or CSV.',
    });
  const pinned = await openPinned(file);
  try {
    return await openSheet(pinned, file);
  } catch (cause) {
    await pinned.close();
    throw fault(file, cause);
  }
}
