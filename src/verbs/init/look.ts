import { isDatabase, placeOf } from '../../data/address.ts';
import type { Dialect } from '../../data/dialect.ts';
import { undeclared } from '../../data/dialect.ts';
import type { Finding } from '../../data/recognise/finding.ts';
import type { RowsFile, RowsHeader, RowsRead, SourceAccess } from '../../data/source.ts';
import { dataError, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import type { Beginning, LookedAt } from '../../project/inferRows.ts';
import { inferRows } from '../../project/inferRows.ts';
import { nearest } from '../../suggest.ts';
import type { InferredSchema, InferenceNote } from '../../validation/index.ts';
import type { TimePatterns } from '../../validation/inference/decision.ts';
import { openWords } from '../../data/openRows.ts';
import type { Task } from './options.ts';

/** The file that `init` looks at. */
export interface Looked extends LookedAt {
  readonly label: string;
  /** What is predicted, where somebody said it. */
  readonly task?: Task | undefined;
  /** How the file is written, declared and found out. */
  readonly dialect: Dialect;
  readonly findings: readonly Finding[];
  /** Was as much of it looked at as ever is? */
  readonly whole: boolean;
}

/** What a beginning may say of its columns for the rest to be read by it: what more rows could change is none of it. */
const settled: ReadonlySet<InferenceNote['about']> = new Set([
  ...(['missing-words', 'identifier', 'constant', 'all-missing'] as const),
  ...(['label', 'code', 'many-values', 'spellings', 'answers', 'optional'] as const),
]);

/** Does the beginning of a file tell what its columns are? Formats and odd words are better judged by all rows. */
export const tellsEnough = ({ notes }: InferredSchema): boolean =>
  notes.every(({ about }) => settled.has(about));

/** What is asked for. */
export interface LookFor {
  readonly path: string;
  /** How an address is asked. */
  readonly access?: SourceAccess;
  readonly shown: string;
  /** What flags say of the file. */
  readonly said: Partial<Dialect>;
  readonly label: string | undefined;
  readonly task?: Task | undefined;
  /** How times are written, where somebody said it. */
  readonly timePatterns: TimePatterns;
  /** How much of a long file is looked at; all, or nearly, where it is not said. */
  readonly beginning?: Beginning;
}

const mostNames = 20;

/** What stands in the first row, where there is no header; nothing where that cannot be told so easily. */
function firstCells({ names, dialect, findings = [] }: RowsHeader): readonly string[] {
  const row = findings.find(({ key, value }) => key === 'header' && value === false)?.example ?? null;
  const cells = row === null ? [] : row.split(dialect.delimiter ?? ',').map((cell) => cell.trim());
  return cells.length === names.length ? cells : [];
}

/** The columns as a person may choose one: without a header, by what stands in them. */
function listed(header: RowsHeader): string {
  const { names } = header;
  const cells = firstCells(header);
  const some = names
    .slice(0, mostNames)
    .map((name, at) => (cells[at] === undefined ? name : `${name} (${cells[at]})`));
  return `${some.join(', ')}${names.length > mostNames ? `, … (${names.length} columns)` : ''}`;
}

/** One column of many words, and the label is one of them: nothing was found that parts the fields. */
function refuseOneColumn(shown: string, { names, dialect }: RowsHeader, label: string | undefined): void {
  const [only = ''] = names;
  if (dialect.format !== 'csv' || names.length !== 1 || only === label) return;
  const parted = only.split(dialect.delimiter ?? ',').map((name) => name.trim());
  if (parted.length > 1 && (label === undefined || parted.includes(label)))
    throw dataError({
      code: 'lines-quoted',
      message: `${shown}: each line is quoted as a whole (${JSON.stringify(only.slice(0, 80))}): nothing in it is parted.`,
      hint: `Take the quotes away: \`sed -E 's/^"//; s/"(\\r?)$/\\1/; s/""/"/g' ${JSON.stringify(shown)} > rows.csv\`.`,
      at: { file: shown, line: 1 },
    });
  if (label !== undefined && !only.split(/\s+/).includes(label)) return;
  if (!/\S\s+\S/.test(only)) return;
  throw dataError({
    code: 'nothing-parts-fields',
    message: `${shown}: no delimiter was found that parts the lines into equally many fields; the header is ${JSON.stringify(only.slice(0, 80))}.`,
    hint: `Say what stands between the fields with --delimiter. Columns of a fixed width have to be parted first, for example where there are two blanks: \`sed -E "s/ {2,}/\\t/g" ${JSON.stringify(shown)} > rows.tsv\`.`,
    at: { file: shown },
  });
}

function labelIn(shown: string, header: RowsHeader, label: string | undefined): string {
  const { names, dialect } = header;
  refuseOneColumn(shown, header, label);
  if (label !== undefined && names.includes(label)) return label;
  const headless = dialect.format === 'csv' && dialect.header === false && dialect.names === null;
  const how = headless ? 'the file has no header; its columns: ' : 'columns: ';
  const naming = headless ? ' Or name them all: --names a,b,c.' : '';
  if (label === undefined)
    throw usageError({
      code: 'label-not-given',
      message: `--from needs --label: which column of ${shown} is to be predicted? (${how}${listed(header)})`,
      hint: `Run \`aieng init --from ${shown} --label ${names.at(-1) ?? 'column'}\` with the right column.${naming}`,
    });
  const guess = names[firstCells(header).indexOf(label)] ?? nearest(label, names);
  throw usageError({
    code: 'column-absent',
    message: `${shown} has no column "${label}" (${how}${listed(header)}).`,
    hint: `${guess === undefined ? 'Name one of its columns with --label.' : `Did you mean --label ${guess}?`}${naming}${
      headless ? ' If its first line is a header, --header yes.' : ''
    }`,
  });
}

/** The file, as it is opened. */
const fileOf = ({ path, access, shown, label, beginning }: LookFor, dialect: Dialect): RowsFile => ({
  path,
  displayPath: shown,
  dialect,
  declarable: 'flags',
  batchRows: beginning?.batchRows ?? 65_536,
  ...(access === undefined ? {} : { access }),
  ...(label === undefined ? {} : { expects: [label] }),
});

/** What is said of the file, before anything of it was seen. */
const saidOf = ({ path, said }: LookFor): Dialect => ({
  ...undeclared(path, said),
  ...(isDatabase(placeOf(path)) ? ({ format: 'database' } as const) : {}),
});

/** The columns that a label may be chosen from, each with what stands in it where there is no header. */
export async function columnsOf(
  looking: LookFor,
): Promise<readonly { readonly name: string; readonly cell: string | undefined }[]> {
  let found: RowsHeader | undefined;
  const parts = openWords(fileOf(looking, saidOf(looking)), (header) => {
    found = header;
  });
  await parts.next();
  await parts.return();
  if (found === undefined) return [];
  refuseOneColumn(looking.shown, found, undefined);
  const cells = firstCells(found);
  return found.names.map((name, at) => ({ name, cell: cells[at] }));
}

/** What the whole of a file showed: lines below the table, lines that hold nothing. */
function foundAtTheEnd({ footer, leftOut = [] }: RowsRead): readonly Finding[] {
  const empty = leftOut.find(({ what }) => what === 'empty');
  return [
    ...(footer === undefined ? [] : [footer]),
    ...(empty === undefined
      ? []
      : [
          {
            key: 'empty_rows',
            value: 'skip',
            what: `${empty.count} line${empty.count === 1 ? ' holds' : 's hold'} nothing but delimiters, and no row.`,
            line: empty.line,
            example: empty.example,
          },
        ]),
  ];
}

/**
 * Looks at the rows of a file: how it is written, and what stands in it. Lines below the table are seen at the end of it
 * only; then it is looked at once more without them.
 */
export async function lookAt(context: Context, looking: LookFor): Promise<Looked> {
  const { shown, label: asked, task, timePatterns, beginning } = looking;
  let label = asked ?? '';
  const look = (dialect: Dialect): Promise<LookedAt> =>
    inferRows(
      context,
      fileOf(looking, dialect),
      () => label,
      (header) => {
        label = labelIn(shown, header, asked);
      },
      timePatterns,
      beginning?.rowsOf,
    );
  const first = await look(saidOf(looking));
  const { header, read } = first;
  const atTheEnd = read === null ? [] : foundAtTheEnd(read);
  const footer = atTheEnd.find(({ key }) => key === 'skip_footer')?.value;
  const dialect: Dialect = {
    ...header.dialect,
    ...(typeof footer === 'number' ? { skipFooter: footer } : {}),
    ...(atTheEnd.some(({ key }) => key === 'empty_rows') ? { emptyRows: 'skip' } : {}),
  };
  const seen = typeof footer === 'number' ? await look(dialect) : first;
  return {
    ...seen,
    label,
    task,
    dialect,
    whole: beginning === undefined || dialect.format !== 'csv',
    findings: [...(header.findings ?? []), ...atTheEnd],
  };
}
