import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Dialect } from '../data/dialect.ts';

/** Flags that say how a file of rows is written, after parsing; what none says is found out. */
export interface DialectFlags {
  readonly delimiter?: string;
  readonly quote?: string;
  readonly escape?: NonNullable<Dialect['escape']>;
  readonly encoding?: string;
  readonly skipLines?: number;
  readonly commentSign?: string;
  readonly header?: boolean;
  readonly names?: readonly string[];
  readonly rowNames?: boolean;
  readonly linesAfterHeader?: number;
  readonly skipFooter?: number;
  readonly trailingDelimiter?: boolean;
  readonly emptyRows?: NonNullable<Dialect['emptyRows']>;
  readonly ragged?: NonNullable<Dialect['ragged']>;
  readonly compression?: Dialect['compression'];
  readonly sheet?: string;
  readonly records?: string;
  readonly partitions?: readonly string[];
}

const signs: Readonly<Record<string, string>> = {
  tab: '\t',
  space: ' ',
  comma: ',',
  semicolon: ';',
  pipe: '|',
};

/** A delimiter as a command line can have it: `;`, `tab`, `\t`, `\x1f`, `\u001f`. */
function parseDelimiter(text: string): string {
  const delimiter = (signs[text] ?? text)
    .replaceAll('\\t', '\t')
    .replaceAll(
      /\\(?:x([\da-f]{2})|u([\da-f]{4}))/gi,
      (_, short: string | undefined, long: string | undefined) =>
        String.fromCharCode(Number.parseInt(short ?? long ?? '', 16)),
    );
  if (delimiter === '' || /[\r\n]/.test(delimiter))
    throw new InvalidArgumentError('Give what stands between fields: ",", ";", "|", tab, space, "\\x1f".');
  return delimiter;
}

/** `none` where a text says that there is none. */
const orNone = (text: string): string => (text === 'none' ? '' : text);

function parseQuote(text: string): string {
  const quote = orNone(text);
  if (quote.length > 1) throw new InvalidArgumentError(`Give one character, or none.`);
  return quote;
}

function parseLines(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 1000)) throw new InvalidArgumentError('Give a number of lines from 0 to 1000.');
  return value;
}

/** `yes` or `no` (also `none`). */
function parseYes(text: string): boolean {
  if (text === 'yes' || text === 'true') return true;
  if (text === 'none' || text === 'no' || text === 'false') return false;
  throw new InvalidArgumentError('Write yes or none.');
}

function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '') || new Set(names).size < names.length)
    throw new InvalidArgumentError('Give every column a name of its own: a,b,c.');
  return names;
}

/** Adds the flags that say how a file is written: each is found out where it is left away. */
export function addDialectFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--delimiter <sign>', 'between fields: ",", ";", tab, "|", space, …').argParser(
        parseDelimiter,
      ),
    )
    .addOption(new Option('--quote <sign>', 'around fields, or none').argParser(parseQuote))
    .addOption(new Option('--escape <how>', 'of quotes within quotes').choices(['doubled', 'backslash']))
    .option('--encoding <name>', 'utf-8, utf-16, windows-1252, latin-1, …')
    .addOption(new Option('--skip-lines <n>', 'lines before the header').argParser(parseLines))
    .addOption(new Option('--comment-sign <sign>', 'what comments begin with, or none').argParser(orNone))
    .addOption(new Option('--header <yes|none>', 'does the first line name the columns?').argParser(parseYes))
    .addOption(new Option('--names <a,b,…>', 'names of the columns without a header').argParser(parseNames))
    .addOption(
      new Option(
        '--row-names <yes|no>',
        'does each row begin with a name that the header does not count?',
      ).argParser(parseYes),
    )
    .addOption(
      new Option('--lines-after-header <n>', 'lines of units or types behind the header').argParser(
        parseLines,
      ),
    )
    .addOption(new Option('--skip-footer <n>', 'lines at the end that are no rows').argParser(parseLines))
    .addOption(
      new Option('--trailing-delimiter <yes|no>', 'does every line end with a delimiter?').argParser(
        parseYes,
      ),
    )
    .addOption(new Option('--empty-rows <how>', 'lines of nothing but delimiters').choices(['keep', 'skip']))
    .addOption(new Option('--ragged <how>', 'rows with too few fields').choices(['reject', 'fill']))
    .addOption(
      new Option('--compression <kind>', 'what a file of text is packed with').choices([
        'none',
        'gzip',
        'zstd',
        'bzip2',
        'zip',
      ]),
    )
    .option('--sheet <name>', 'of a workbook, by its name or its number from 1')
    .option('--records <member>', 'of a JSON file: what holds the list of rows, such as data or result.items')
    .addOption(
      new Option('--partitions <a,b,…>', 'columns that the names of folders give').argParser(parseNames),
    );
}

/** What flags declare of a dialect. */
export function declaredByFlags(flags: DialectFlags): Partial<Dialect> {
  const { delimiter, quote, escape, encoding, skipLines, commentSign, header, names } = flags;
  const { rowNames, linesAfterHeader, skipFooter, trailingDelimiter, emptyRows, ragged } = flags;
  const { compression, sheet, records, partitions } = flags;
  const said = {
    delimiter,
    quote,
    escape,
    encoding,
    skipLines,
    comment: commentSign,
    // Who names the columns says that the file does not.
    header: header ?? (names === undefined ? undefined : false),
    names,
    rowNames,
    linesAfterHeader,
    skipFooter,
    trailingDelimiter,
    emptyRows,
    ragged,
    compression,
    sheet,
    records,
    partitions,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
