import type { InitResult } from './result.ts';
import type { InitOptions } from './options.ts';
import { basename, extname, isAbsolute, relative, resolve } from 'node:path';
import { classNames } from '../../data/cells/classes.ts';
import { dialectOf } from '../../data/dialect.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import { encodingAdvice } from '../../data/sources/declare.ts';
import { isEncodingFault } from '../../data/sources/notUtf8.ts';
import { dataError, exitCodes, usageError } from '../../errors.ts';
import { rowSchemaText, scaffoldPipeline, stageProjectFiles } from '../../pipeline/index.ts';
import type { Context } from '../../project/context.ts';
import type { LookedAt } from '../../project/inferRows.ts';
import { inferRows } from '../../project/inferRows.ts';
import type { Outcome } from '../../project/outcome.ts';
import { nearest } from '../../suggest.ts';
import type { InferredSchema } from '../../validation/index.ts';
import { timePatternsOf } from './dateFormats.ts';
import type { Tried } from './tryReading.ts';
import { tryReading } from './tryReading.ts';

/** Slices of more values than this are nobody's question. */
const sliceValues = 6;

/** A pipeline's name: as long as one may be, of the characters that one may have. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '') || 'model';

/** A file's name without what says its format: `rows.csv.gz` → `rows`. */
function stemOf(name: string): string {
  const bare = name.replace(/\.gz$/i, '');
  return bare.slice(0, -extname(bare).length || undefined);
}

function taskOf(label: ColumnSchema): 'binary' | 'multiclass' | 'regression' {
  if (label.kind === 'number') return 'regression';
  // Spellings of one class (1 and 1.0) are one.
  const classes = classNames(new Map((label.domain ?? []).map((word) => [word, 1])));
  return classes.length > 2 ? 'multiclass' : 'binary';
}

function checkLabel(shown: string, header: readonly string[], label: string | undefined): string {
  if (label === undefined)
    throw usageError({
      code: 'label-not-given',
      message: `--from needs --label: which column of ${shown} is to be predicted? (columns: ${header.join(', ')})`,
      hint: `Run \`aieng init --from ${shown} --label ${header.at(-1) ?? 'column'}\` with the right column.`,
    });
  if (header.includes(label)) return label;
  const guess = nearest(label, header);
  throw usageError({
    code: 'column-absent',
    message: `${shown} has no column "${label}" (columns: ${header.join(', ')}).`,
    hint: guess === undefined ? 'Name one of its columns with --label.' : `Did you mean --label ${guess}?`,
  });
}

/** What a look at the data says. */
interface Recognised extends InferredSchema {
  readonly label: string;
  readonly rows: number;
  /** Records that cannot be read, whatever the schema says. */
  readonly look: LookedAt;
}

const wordsOf = (look: LookedAt, label: string, asWords: ReadonlySet<string>): Recognised => {
  const { inference } = look;
  return { ...inference.finish(asWords), label, rows: inference.rows, look };
};

function pipelineText(name: string, source: string, inferred: Recognised): string {
  const { schema, notes, label, rows } = inferred;
  const noted = (...kinds: readonly (typeof notes)[number]['about'][]): ReadonlySet<string | null> =>
    new Set(notes.filter(({ about }) => kinds.includes(about)).map(({ column }) => column));
  const constant = noted('constant');
  const useless = noted('identifier', 'constant', 'all-missing');
  const others = schema.columns.filter((column) => column.name !== label && !useless.has(column.name));
  const time = others.find((column) => column.kind === 'time')?.name;
  return scaffoldPipeline({
    name,
    source,
    label,
    task: taskOf(columnSchema(schema, label)!),
    rowId: [],
    // A constant gives no features, but it is watched: another currency in every row is worth an alarm.
    drop: schema.columns
      .map((column) => column.name)
      .filter((column) => column !== label && useless.has(column) && !constant.has(column)),
    ...(time === undefined ? {} : { time }),
    slices: others
      .filter(
        ({ kind, domain = [] }) => kind === 'category' && domain.length > 1 && domain.length <= sliceValues,
      )
      .slice(0, 3)
      .map((column) => column.name),
    rows,
  });
}

/** The scaffold of a project whose data is not there yet. */
function emptyProject(name: string, label: string): string {
  return scaffoldPipeline({
    name,
    source: 'data/rows.csv',
    label,
    task: 'binary',
    rowId: [],
    drop: [],
    slices: [],
    rows: 0,
  });
}

/** What the reading of a file found out that a person should know. */
function readingNotes({ look, rows }: Recognised): readonly string[] {
  const { header, read } = look;
  return [
    ...(read === null ? [`The file is long: types and words are those of the first ${rows} rows.`] : []),
    ...(header.dialect.trailingDelimiter === true
      ? ['Every line ends with a delimiter: what is behind it, nothing, is no column.']
      : []),
    ...header.unreadable.map(({ name, reason }) => `${name} is left out: ${reason}.`),
  ];
}

/** The files of a project, the pipeline first. */
function filesOf(
  name: string,
  source: string,
  inferred: Recognised | null,
  label: string,
): Map<string, string> {
  const files = new Map([
    [
      `pipelines/${name}.yaml`,
      inferred === null ? emptyProject(name, label) : pipelineText(name, source, inferred),
    ],
  ]);
  if (inferred !== null) files.set(`pipelines/${name}.schema.json`, rowSchemaText(inferred.schema));
  return files.set('.gitignore', '.aieng/\n');
}

function requireFrom({ from, label }: InitOptions): void {
  if (from !== undefined || label === undefined) return;
  throw usageError({
    code: 'from-not-given',
    message: `--label needs --from: which file holds the column ${label}?`,
    hint: `Run \`aieng init --from <file> --label ${JSON.stringify(label)}\`, or \`aieng init\` for an empty project.`,
  });
}

function exists(pipeline: string): Error {
  return usageError({
    code: 'pipeline-exists',
    message: `${pipeline} exists already and is not overwritten.`,
    hint: 'Choose another name with --name.',
    at: { file: pipeline },
  });
}

/** How often a column may be made words of, because its rows were refused. */
const mostWidenings = 5;

/**
 * Writes a pipeline and schema aside, opens them, and reads the data with them as `ingest` will. Columns that refuse too
 * many rows are made words of; what still is not accepted is an error, and nothing stands.
 */
async function makeReady(
  context: Context,
  place: { readonly root: string; readonly name: string; readonly source: string; readonly shown: string },
  look: LookedAt,
  label: string,
): Promise<{
  readonly inferred: Recognised;
  readonly created: readonly string[];
  readonly notes: readonly string[];
}> {
  const asWords = new Set<string>();
  for (let widenings = 0; ; widenings += 1) {
    const inferred = wordsOf(look, label, asWords);
    const staged = await stageProjectFiles(place.root, filesOf(place.name, place.source, inferred, label));
    try {
      const tried = await tryReading(context, place, staged.folder, inferred.rows);
      if (tried.digest !== null && look.read !== null && tried.digest !== look.read.digest)
        throw dataError({
          code: 'input-changed',
          message: `${place.shown} was changed while it was looked at.`,
          hint: 'Wait until it is written to its end, and run the same command again.',
        });
      if (tried.accepted) return { inferred, created: await staged.commit(), notes: rejectedNotes(tried) };
      const guilty = tried.groups.flatMap(({ column }) =>
        column === null || asWords.has(column) ? [] : [column],
      );
      if (guilty.length === 0 || widenings === mostWidenings) throw notReady(place.shown, tried);
      asWords.add(guilty[0]!);
    } finally {
      await staged.discard();
    }
  }
}

const rejectedNotes = ({ rejected, records, groups }: Tried): readonly string[] =>
  rejected === 0
    ? []
    : [
        `${rejected} of ${records} records will be quarantined, most often (${groups[0]!.count}) for: ${groups[0]!.examples[0]!.reason} (line ${groups[0]!.examples[0]!.line}).`,
      ];

function notReady(shown: string, { rejected, records, groups }: Tried): Error {
  const [most] = groups;
  const first = most?.examples[0];
  const encoding = first !== undefined && isEncodingFault(first.reason);
  return dataError({
    code: 'data-not-ready',
    message: `${shown}: ${rejected} of ${records} records cannot be read as rows. Most often (${most?.count ?? 0} times): ${first?.reason ?? 'no reason'}${first === undefined ? '' : ` (line ${first.line})`}. Nothing was written.`,
    hint: encoding
      ? encodingAdvice(shown, 'WINDOWS-1252', null)
      : 'Correct the file where it is made: every record has as many fields as the header.',
    ...(first === undefined ? {} : { at: { file: shown, line: first.line } }),
  });
}

/**
 * Scaffolds a project; with `--from`, infers schema and task from the data and writes a pipeline that was tried on it.
 * Files that are there already are never overwritten.
 *
 * @throws data error (exit 3) where the data cannot be used: nothing is written then.
 */
export async function init(context: Context, options: InitOptions): Promise<Outcome<InitResult>> {
  requireFrom(options);
  const { cwd } = context.environment;
  const root = resolve(cwd, options.directory);
  const from = options.from === undefined ? null : resolve(cwd, options.from);
  const name = slug(options.name ?? (from === null ? 'model' : stemOf(basename(from))));
  const inside = from === null ? 'data/rows.csv' : relative(root, from);
  const source =
    inside.startsWith('..') || isAbsolute(inside) ? (from ?? inside) : inside.replaceAll('\\', '/');
  const pipeline = `pipelines/${name}.yaml`;
  if (from === null) {
    const staged = await stageProjectFiles(root, filesOf(name, source, null, 'label'));
    try {
      const created = await staged.commit();
      if (created.length === 0) throw exists(pipeline);
      return outcomeOf(name, created, null, [
        `Put your data at ${source} and name its label in ${pipeline}.`,
      ]);
    } finally {
      await staged.discard();
    }
  }
  const shown = options.from!;
  let label = '';
  const file = {
    path: from,
    displayPath: shown,
    dialect: dialectOf(from),
    declarable: false,
    batchRows: 65_536,
  };
  const look = await inferRows(
    context,
    file,
    () => label,
    ({ names }) => {
      label = checkLabel(shown, names, options.label);
    },
    timePatternsOf(options.dateFormats ?? []),
  );
  const { inferred, created, notes } = await makeReady(context, { root, name, source, shown }, look, label);
  if (created.length === 0) throw exists(pipeline);
  return outcomeOf(name, created, taskOf(columnSchema(inferred.schema, label)!), [
    ...readingNotes(inferred),
    ...inferred.notes.map((note) => note.message),
    ...notes,
    `pipelines/${name}.schema.json says what a row is: every later row is judged by it.`,
  ]);
}

const outcomeOf = (
  name: string,
  created: readonly string[],
  task: string | null,
  notes: readonly string[],
): Outcome<InitResult> => ({
  pipeline: name,
  exitCode: exitCodes.ok,
  warnings: [],
  result: { name, task, created, notes, next: `aieng run ${name}` },
});
