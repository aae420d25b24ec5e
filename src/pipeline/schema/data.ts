import type { KeySchema } from './keys.ts';
import { choice, columnNames, key, section } from './keys.ts';
import { remoteKeys } from './remote.ts';
import { checksSection } from './checks.ts';

const source: KeySchema = {
  type: 'object',
  description:
    'Where the rows come from: a path, an address (https://, s3://, postgres://, mysql://, sqlite:), or an object. Relative paths are relative to the root and stay inside of it; data elsewhere is named by an absolute path. `${NAME}` is replaced by the environment variable; records and messages only show its name.',
  required: ['path'],
  additionalProperties: false,
  examples: ['data/customers.csv'],
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      description:
        'Path of a file (CSV, TSV, JSON, NDJSON, each also .gz, .zst, .bz2 or .zip; Parquet, Arrow or Feather, .xlsx), of a folder of such files, or a pattern (`*`, `?`, `**`); or an address.',
      examples: [
        'data/customers.csv',
        '${DATA_DIR}/customers.csv.gz',
        'data/2024-*.parquet',
        'postgres://reader:${PGPASSWORD}@db.example.com/sales',
      ],
    },
    format: choice(
      ['auto', 'csv', 'ndjson', 'json', 'parquet', 'arrow', 'xlsx'],
      'auto',
      'Format of the file; auto = by its extension, else by its content.',
    ),
    compression: choice(
      ['auto', 'none', 'gzip', 'zstd', 'bzip2', 'zip'],
      'auto',
      'What a file of text is packed with; auto = by its extension, else by its content. A zip holds one file of rows.',
    ),
    gzip: key(['boolean', 'null'], null, 'The old word: true = `compression: gzip`, false = `none`.'),
    sheet: key(
      ['string', 'integer', 'null'],
      null,
      'Sheet of a workbook, by its name or its number from 1; null = the first one that holds rows.',
      { minimum: 1, minLength: 1 },
    ),
    records: key(
      ['string', 'null'],
      null,
      'Member of a JSON file that holds the list of rows, e.g. `data` or `result.items`; null = found out where there is only one.',
      { minLength: 1 },
    ),
    partitions: {
      ...key(
        ['array', 'null'],
        null,
        'Columns that the names of folders give: `[year, month]` of `data/2024/01/x.csv`, or of `year=2024/month=01`; null = those that are written `name=value`.',
      ),
      items: { type: 'string', minLength: 1 },
      uniqueItems: true,
    },
    delimiter: key(
      ['string', 'null'],
      null,
      'What stands between the fields of a CSV file; a space = any number of blanks and tabs; null = found out (comma, semicolon, tab, pipe, and rarer ones).',
      { minLength: 1, maxLength: 8 },
    ),
    quote: key(
      'string',
      '"',
      'Character around fields of a CSV file that hold the delimiter or line breaks; none = quotes are part of the text.',
      { pattern: '^(none|[!-~])$' },
    ),
    escape: choice(
      ['doubled', 'backslash'],
      'doubled',
      'How a quote inside of a quoted field is written: twice, or behind a backslash.',
    ),
    encoding: key(
      'string',
      'utf-8',
      'How the text is encoded: utf-8, utf-16, windows-1252, latin-1, iso-8859-2, windows-1250, koi8-r, shift_jis, gb18030, … A byte order mark in the file wins.',
      { minLength: 1, examples: ['windows-1252'] },
    ),
    skip_lines: key(
      'integer',
      0,
      'Lines of a CSV file before its header that are no table: titles, comments, an export date.',
      { minimum: 0, maximum: 1000 },
    ),
    comment: key(
      ['string', 'null'],
      null,
      'Lines of a CSV file that begin with it are no records; null = there are no comments.',
      { minLength: 1, maxLength: 8, examples: ['#'] },
    ),
    header: key('boolean', true, 'Does the first line of a CSV file name its columns?'),
    names: {
      ...key(
        ['array', 'null'],
        null,
        'Names of the columns of a CSV file without a header, in their order; null = column_1, column_2, …',
      ),
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      uniqueItems: true,
    },
    row_names: key(
      'boolean',
      false,
      'Does each row of a CSV file begin with a name of its own, which the header does not count (as R writes it)? It is then the column column_1.',
    ),
    lines_after_header: key(
      'integer',
      0,
      'Records of a CSV file right behind its header that are no rows: units, types, second names.',
      { minimum: 0, maximum: 100 },
    ),
    skip_footer: key(
      'integer',
      0,
      'Lines at the end of a CSV file that are no rows: totals, remarks. Blank lines do not count; ingest tells what it left out.',
      { minimum: 0, maximum: 1000 },
    ),
    trailing_delimiter: key(
      ['boolean', 'null'],
      null,
      'Does every line of a CSV file end with a delimiter, behind which nothing is? null = found out.',
    ),
    empty_rows: choice(
      ['keep', 'skip'],
      'keep',
      'Lines of a CSV file that hold nothing but delimiters: rows of which all is missing, or no records.',
    ),
    ragged: choice(
      ['reject', 'fill'],
      'reject',
      'Records of a CSV file with fewer fields than the header: refused, or missing at their end.',
    ),
    ...remoteKeys,
    max_rejected_share: key(
      'number',
      0.05,
      'Above this share of quarantined records, ingest fails: the source, not some rows, is broken.',
      { minimum: 0, maximum: 1 },
    ),
  },
};

const label: KeySchema = {
  type: 'object',
  description: 'The answer that the model learns: a column name, or an object.',
  required: ['column'],
  additionalProperties: false,
  examples: ['churn'],
  properties: {
    column: {
      type: 'string',
      minLength: 1,
      description: 'Column that holds the answers.',
      examples: ['churn'],
    },
    task: choice(
      ['auto', 'binary', 'multiclass', 'regression'],
      'auto',
      'What is predicted; auto = by the kind of the label column and its number of classes.',
    ),
    positive: key(
      ['string', 'number', 'boolean', 'null'],
      null,
      'Binary tasks: the class whose probability is the score; null = the rarer one.',
    ),
  },
};

const share = (part: string, byDefault: number): KeySchema =>
  key('number', byDefault, `Share of the rows that ${part}. The three shares add up to 1.`, {
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
  });

const split = section('Which rows a model fits on, is tuned on and is judged on.', {
  strategy: choice(
    ['hash', 'time', 'group', 'stratified'],
    'hash',
    'hash = by the row id, stable as data grows; time = the newest rows judge; group = rows of one group stay together; stratified = hash within each class.',
  ),
  train: share('the model fits on', 0.7),
  validation: share('stop, calibrate and choose', 0.15),
  test: share('judge', 0.15),
  seed: key('integer', 1, 'Another seed deals the rows out otherwise.', { minimum: 0, maximum: 4294967295 }),
  group: key(['string', 'null'], null, 'Column whose values stay together (strategy group).', {
    minLength: 1,
  }),
});

/** Keys that say what the data is. */
export const dataKeys = {
  name: {
    type: 'string',
    pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
    description:
      'Name of the pipeline and of its bundles. Default: the file name without its extension, which it must equal inside pipelines/.',
    examples: ['churn'],
  },
  goal: key('string', '', 'What the model is for, in one sentence; stands in the model card.', {
    maxLength: 1000,
  }),
  source,
  schema: {
    type: 'string',
    minLength: 1,
    description:
      'Path of the row schema, relative to the root. Default: `pipelines/<name>.schema.json`. Inferred once, reviewed by a person, kept in git.',
    examples: ['pipelines/churn.schema.json'],
  },
  label,
  row_id: columnNames(
    'Column, or list of columns, that identify a row. Empty = a hash of the feature cells, so that twins share a part of the split.',
  ),
  time: key(['string', 'null'], null, 'Column with the time of a row (time split).', { minLength: 1 }),
  checks: checksSection,
  split,
} satisfies Readonly<Record<string, KeySchema>>;
