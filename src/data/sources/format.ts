import { usageError } from '../../errors.ts';
import { formatByName, isTextFormat } from '../dialect.ts';
import type { Dialect, RowsFormat } from '../dialect.ts';
import type { RowsFile } from '../source.ts';
import { declaring, sentence } from './declare.ts';
import { openFile } from './rawBytes.ts';
import { formatInside, openContent, packedTwice } from './compression/content.ts';

/** Formats that many have and that are not read, by their endings, with what makes them readable. */
const unread: Readonly<Record<string, string>> = {
  xls: 'Save the workbook as .xlsx (in Excel or LibreOffice: Save As), and name that file.',
  xlsb: 'Save the workbook as .xlsx (in Excel or LibreOffice: Save As), and name that file.',
  ods: 'Save the sheet as .xlsx or as CSV (in LibreOffice: Save As), and name that file.',
  orc: 'Write it as Parquet, for example `pandas.read_orc(f).to_parquet("rows.parquet")`.',
  avro: 'Write it as Parquet or NDJSON, for example `java -jar avro-tools.jar tojson f > rows.ndjson`.',
  sas7bdat: 'Write it as Parquet, for example `pandas.read_sas(f).to_parquet("rows.parquet")`.',
  dta: 'Write it as Parquet, for example `pandas.read_stata(f).to_parquet("rows.parquet")`.',
  sav: 'Write it as Parquet, for example `pandas.read_spss(f).to_parquet("rows.parquet")`.',
  rds: 'Write it as CSV in R: `write.csv(readRDS(f), "rows.csv", row.names = FALSE)`.',
  pkl: 'Write it as Parquet, for example `pandas.read_pickle(f).to_parquet("rows.parquet")`.',
  pickle: 'Write it as Parquet, for example `pandas.read_pickle(f).to_parquet("rows.parquet")`.',
  xml: 'Write its table as CSV or NDJSON.',
  html: 'Write its table as CSV.',
  '7z': 'Unpack it (`7z x`), and name the file that holds the rows.',
  rar: 'Unpack it (`unrar x`), and name the file that holds the rows.',
  xz: 'Unpack it (`xz -dk`), and name the unpacked file; or pack it with gzip or zstd.',
  tar: 'Unpack it (`tar -xf`), and name the file, or the folder of files, that holds the rows.',
  tgz: 'Unpack it (`tar -xf`), and name the file, or the folder of files, that holds the rows.',
};

function refuseUnread({ displayPath }: RowsFile): void {
  const extension = /\.([A-Za-z0-9]+)$/.exec(displayPath)?.[1]?.toLowerCase() ?? '';
  const hint = Object.hasOwn(unread, extension) ? unread[extension] : undefined;
  if (hint === undefined) return;
  throw usageError({
    code: 'unknown-format',
    message: `${displayPath}: files named .${extension} are not read; expected CSV, JSON, NDJSON, Parquet, Arrow or .xlsx.`,
    hint,
    at: { file: displayPath },
  });
}

/** A whole JSON object on the first line that is not blank, and another one after it: one object a line. */
const objectsByLine = /^\s*\{[^\r\n]*\}[ \t]*\r?\n\s*(?:\{|$)/;

/** What the beginning of a text without a telling name is. */
function formatOfText(opening: Buffer): RowsFormat {
  const start = opening.toString('latin1', 0, 6);
  if (start.startsWith('PAR1')) return 'parquet';
  if (start.startsWith('ARROW1') || start.startsWith('FEA1')) return 'arrow';
  const text = opening
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (objectsByLine.test(text)) return 'ndjson';
  return /^(?:\{\s*(?:"|\}|$)|\[\s*(?:[[{\]]|$))/.test(text) ? 'json' : 'csv';
}

/** What can be read once cannot be looked into first. */
async function requireRegular(file: RowsFile): Promise<void> {
  const handle = await openFile(file);
  try {
    if ((await handle.stat()).isFile()) return;
  } finally {
    await handle.close();
  }
  const declared = declaring(file, 'format', 'csv');
  throw usageError({
    code: 'unknown-format',
    message: `${file.displayPath}: it is a pipe, and its name says no format.`,
    hint:
      declared === null
        ? 'Pipe the rows to a file named by its format.'
        : `${sentence(declared)} (or another format).`,
    at: { file: file.displayPath },
  });
}

async function formatByContent(file: RowsFile): Promise<RowsFormat> {
  await requireRegular(file);
  const content = await openContent(file);
  try {
    const inside = formatInside(content);
    if (inside !== undefined) return inside;
    for await (const chunk of content.chunks()) return formatOfText(chunk.subarray(0, 1 << 16));
    return 'csv';
  } finally {
    await content.close();
  }
}

/** A file whose format is known. */
export type FormattedFile = RowsFile & { readonly dialect: Dialect & { readonly format: RowsFormat } };

/**
 * The file with its format: the declared one, else that of its name, else that of its content.
 *
 * @throws usage errors (exit 2) for what cannot be opened, and for formats that are known but not read.
 */
export async function withFormat(file: RowsFile): Promise<FormattedFile> {
  const { dialect, displayPath } = file;
  // What a database gave is no file.
  const declared = dialect.format === 'database' ? 'auto' : dialect.format;
  if (declared === 'auto') refuseUnread(file);
  const named = declared === 'auto' ? formatByName(file.path).format : declared;
  const format = named ?? (await formatByContent(file));
  const { compression } = dialect;
  if (!isTextFormat(format) && compression !== 'auto' && compression !== 'none')
    throw packedTwice(displayPath, displayPath);
  return { ...file, dialect: { ...dialect, format } };
}
