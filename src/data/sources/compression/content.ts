import { dataError } from '../../../errors.ts';
import { formatByName, isTextFormat } from '../../dialect.ts';
import type { RowsFormat } from '../../dialect.ts';
import type { RowsFile } from '../../source.ts';
import { declaring, sentence } from '../declare.ts';
import { openPinned } from '../pinnedFile.ts';
import type { RawBytes } from '../rawBytes.ts';
import { openFile, openRawBytes } from '../rawBytes.ts';
import { packingOf, unpackedText } from './packedText.ts';
import type { Zip, ZipEntry } from './zip.ts';
import { openZip } from './zip.ts';

const namesShown = 8;

function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => JSON.stringify(name));
  return names.length > namesShown ? `${shown.join(', ')}, … (${names.length} in all)` : shown.join(', ');
}

const baseName = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

/** What systems put into archives beside the files of a person. */
const isLitter = ({ name }: ZipEntry): boolean =>
  /^__MACOSX\//.test(name) || /^\.|^thumbs\.db$/i.test(baseName(name));

const isWorkbook = ({ entries }: Zip): boolean => entries.some(({ name }) => /^xl\/workbook\./.test(name));
const isDocument = ({ entries }: Zip): boolean => entries.some(({ name }) => name === '[Content_Types].xml');

function notRows(file: Pick<RowsFile, 'displayPath' | 'declarable'>, zip: Zip): Error {
  const { displayPath } = file;
  const declared = declaring(file, 'format', 'xlsx');
  const book = isWorkbook(zip);
  return dataError({
    code: 'not-text',
    message: `${displayPath}: expected rows, but it looks like ${book ? 'an Excel workbook' : 'an office document (a zip or Excel file)'}.`,
    hint: book
      ? declared === null
        ? 'Name it .xlsx, or export the sheet as CSV.'
        : `${sentence(declared)}, name it .xlsx, or export the sheet as CSV.`
      : 'Export its table as CSV.',
    at: { file: displayPath },
  });
}

/** The error for a file that is packed inside already. */
export function packedTwice(displayPath: string, name: string): Error {
  return dataError({
    code: 'packed-twice',
    message: `${displayPath}: ${name} is packed inside already, and is not read out of an archive.`,
    hint: `Unpack ${JSON.stringify(displayPath)} (\`gunzip\`, \`unzip\`, \`zstd -d\` or \`bunzip2\`) and name the unpacked file.`,
    at: { file: displayPath },
  });
}

/**
 * The one file of rows in an archive: the only one there is, or the only one that is named as rows.
 *
 * @throws data error (exit 3) where there is none, or a choice.
 */
export function rowsEntry(zip: Zip, file: Pick<RowsFile, 'displayPath' | 'declarable'>): ZipEntry {
  if (isDocument(zip)) throw notRows(file, zip);
  const entries = zip.entries.filter((entry) => !isLitter(entry));
  const named = entries.filter(({ name }) => {
    const { format } = formatByName(name);
    return format !== undefined && !/\.txt$/i.test(name);
  });
  const [only] = entries.length === 1 ? entries : named;
  const { displayPath } = file;
  if (only !== undefined && (entries.length === 1 || named.length === 1)) {
    const { format, compression } = formatByName(only.name);
    if ((format === undefined || isTextFormat(format)) && compression === 'auto') return only;
    throw packedTwice(displayPath, only.name);
  }
  throw dataError({
    code: 'zip-choice',
    message:
      named.length > 1
        ? `${displayPath}: the archive holds ${named.length} files of rows: ${shownNames(named.map(({ name }) => name))}.`
        : `${displayPath}: the archive holds no file of rows${entries.length === 0 ? '' : `, but ${shownNames(entries.map(({ name }) => name))}`}.`,
    hint: `Unpack it (\`unzip ${JSON.stringify(displayPath)} -d data\`) and name the file, or the folder of files, that holds the rows.`,
    at: { file: displayPath },
  });
}

/** Does a file begin as a zip does? Only what can be read by place is looked at: a pipe can be read once. */
export async function beginsAsZip(file: Pick<RowsFile, 'path' | 'displayPath'>): Promise<boolean> {
  if (file.path === '-') return false;
  const handle = await openFile(file);
  try {
    if (!(await handle.stat()).isFile()) return false;
    const opening = Buffer.alloc(10);
    const { bytesRead } = await handle.read(opening, 0, opening.length, 0);
    return packingOf(opening.subarray(0, bytesRead)) === 'zip';
  } finally {
    await handle.close();
  }
}

async function openZipped(file: RowsFile): Promise<RawBytes & { readonly name: string }> {
  const pinned = await openPinned(file);
  try {
    const zip = await openZip(pinned.handle, file.displayPath);
    const entry = rowsEntry(zip, file);
    return {
      name: entry.name,
      chunks: () => zip.content(entry),
      finish: () => pinned.finish(),
      close: () => pinned.close(),
    };
  } catch (error) {
    await pinned.close();
    throw error;
  }
}

/** The content of a file: unpacked bytes, with the digest of the file as it is on disk. */
export interface Content extends RawBytes {
  /** Of the file in an archive. */
  readonly name?: string;
}

/**
 * Opens what a file of text holds, unpacked where it is packed (gzip, Zstandard, bzip2, a zip of one file of rows).
 *
 * @throws usage errors (exit 2) for what cannot be read; data errors (exit 3) for damage.
 */
export async function openContent(file: RowsFile): Promise<Content> {
  const { compression } = file.dialect;
  if (compression === 'zip' || compression === 'auto') if (await beginsAsZip(file)) return openZipped(file);
  const raw = await openRawBytes(file);
  return {
    chunks: () => unpackedText(file, raw),
    finish: () => raw.finish(),
    close: () => raw.close(),
  };
}

/** The format that the name of a file in an archive says. */
export const formatInside = (content: Content): RowsFormat | undefined => {
  const format = content.name === undefined ? undefined : formatByName(content.name).format;
  return format !== undefined && isTextFormat(format) ? format : undefined;
};
