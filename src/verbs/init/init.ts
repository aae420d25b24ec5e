import type { InitResult } from './result.ts';
import type { InitOptions } from './options.ts';
import { resolve } from 'node:path';
import { classNames } from '../../data/cells/classes.ts';
import type { Finding } from '../../data/recognise/finding.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import { declaring, encodingAdvice } from '../../data/sources/declare.ts';
import { isEncodingFault } from '../../data/sources/notUtf8.ts';
import { dataError, exitCodes, usageError } from '../../errors.ts';
import { rowSchemaText, scaffoldPipeline, stageProjectFiles } from '../../pipeline/index.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { InferredSchema } from '../../validation/index.ts';
import { timePatternsOf } from './dateFormats.ts';
import type { Looked } from './look.ts';
import { lookAt } from './look.ts';
import type { Origin } from './origin.ts';
import { originOf } from './origin.ts';
import { sourceKeys } from './sourceKeys.ts';
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

function taskOf(label: ColumnSchema): 'binary' | 'multiclass' | 'regression' {
  if (label.kind === 'number') return 'regression';
  // Spellings of one class (1 and 1.0) are one.
  const classes = classNames(new Map((label.domain ?? []).map((word) => [word, 1])));
  return classes.length > 2 ? 'multiclass' : 'binary';
}

/** What a look at the data says. */
interface Recognised extends InferredSchema {
  readonly label: string;
  readonly rows: number;
  /** Records that cannot be read, whatever the schema says. */
  readonly look: Looked;
}

const wordsOf = (look: Looked, asWords: ReadonlySet<string>): Recognised => {
  const { inference, label } = look;
  return { ...inference.finish(asWords), label, rows: inference.rows, look };
};

function pipelineText(
  { name, source, keys = [] }: Pick<Place, 'name' | 'source' | 'keys'>,
  inferred: Recognised,
  options: InitOptions,
): string {
  const { schema, notes, label, rows, look } = inferred;
  const noted = (...kinds: readonly (typeof notes)[number]['about'][]): ReadonlySet<string | null> =>
    new Set(notes.filter(({ about }) => kinds.includes(about)).map(({ column }) => column));
  const constant = noted('constant');
  const useless = noted('identifier', 'constant', 'all-missing');
  const others = schema.columns.filter((column) => column.name !== label && !useless.has(column.name));
  // A time that some rows lack is of something that happens to them.
  const time = others.find((column) => column.kind === 'time' && !column.nullable)?.name;
  return scaffoldPipeline({
    name,
    source,
    sourceKeys: [...keys, ...sourceKeys(source, look.dialect, options.dialect ?? {}, look.findings)],
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
  const { header, read, dialect, findings } = look;
  const comments = read?.leftOut?.find(({ what }) => what === 'comment');
  return [
    ...(read === null ? [`The file is long: types and words are those of the first ${rows} rows.`] : []),
    ...(dialect.trailingDelimiter === true
      ? ['Every line ends with a delimiter: what is behind it, nothing, is no column.']
      : []),
    ...findings.filter(({ key }) => key === null).map(({ what }) => what),
    ...(comments === undefined ? [] : [`${comments.count} comment lines among the rows are left out.`]),
    ...header.unreadable.map(({ name, reason }) => `${name} is left out: ${reason}.`),
  ];
}

/** The files of a project, the pipeline first. */
function filesOf(
  place: Pick<Place, 'name' | 'source' | 'keys'>,
  inferred: Recognised | null,
  options: InitOptions,
): Map<string, string> {
  const { name } = place;
  const files = new Map([
    [
      `pipelines/${name}.yaml`,
      inferred === null ? emptyProject(name, 'label') : pipelineText(place, inferred, options),
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

/** Where a pipeline goes, and what it reads. */
interface Place {
  readonly root: string;
  readonly name: string;
  readonly source: string;
  /** Keys of `source:` besides its path. */
  readonly keys?: Origin['keys'];
  readonly shown: string;
}

/** How often a column may be made words of, because its rows were refused. */
const mostWidenings = 5;

/**
 * The columns to make words of: every one that alone refuses more rows than may be refused, so that the file is not read
 * once more for each; else the one that refuses most.
 */
function guiltyColumns({ groups, tolerated }: Tried, asWords: ReadonlySet<string>): readonly string[] {
  const rows = new Map<string, number>();
  for (const { column, count } of groups)
    if (column !== null && !asWords.has(column)) rows.set(column, (rows.get(column) ?? 0) + count);
  const alone = [...rows].filter(([, count]) => count > tolerated).map(([column]) => column);
  return alone.length > 0 ? alone : [...rows.keys()].slice(0, 1);
}

/**
 * Writes a pipeline and schema aside, opens them, and reads the data with them as `ingest` will. Columns that refuse too
 * many rows are made words of; what still is not accepted is an error, and nothing stands.
 */
async function makeReady(
  context: Context,
  place: Place,
  look: Looked,
  options: InitOptions,
): Promise<{
  readonly inferred: Recognised;
  readonly created: readonly string[];
  readonly notes: readonly string[];
}> {
  const asWords = new Set<string>();
  for (let widenings = 0; ; widenings += 1) {
    const inferred = wordsOf(look, asWords);
    const staged = await stageProjectFiles(place.root, filesOf(place, inferred, options));
    try {
      const tried = await tryReading(context, place, staged.folder, inferred.rows);
      // A table that is in use changes all the time, and each reading of it is of one moment.
      const still = look.dialect.format === 'database' || tried.digest === look.read?.digest;
      if (tried.digest !== null && look.read !== null && !still)
        throw dataError({
          code: 'input-changed',
          message: `${place.shown} was changed while it was looked at.`,
          hint: 'Wait until it is written to its end, and run the same command again.',
        });
      if (tried.accepted)
        return {
          inferred,
          created: await staged.commit(),
          notes: [...rejectedNotes(place.shown, tried), ...tried.unfit],
        };
      const guilty = guiltyColumns(tried, asWords);
      if (guilty.length === 0 || widenings === mostWidenings) throw notReady(place.shown, tried);
      for (const column of guilty) asWords.add(column);
    } finally {
      await staged.discard();
    }
  }
}

/** What to do about the records that are refused most often, where a flag can do something. */
function refusedAdvice(shown: string, reason: string): string | null {
  const flags = { declarable: 'flags' } as const;
  if (isEncodingFault(reason))
    return encodingAdvice(shown, 'WINDOWS-1252', declaring(flags, 'encoding', 'windows-1252'));
  return /^expected (\d+) fields, got (\d+)$/.test(reason)
    ? `If rows lack their last fields where these are empty, ${declaring(flags, 'ragged', 'fill')}.`
    : null;
}

function rejectedNotes(shown: string, { rejected, records, groups }: Tried): readonly string[] {
  const [first] = groups[0]?.examples ?? [];
  if (first === undefined) return [];
  const advice = refusedAdvice(shown, first.reason);
  return [
    `${rejected} of ${records} records will be quarantined, most often (${groups[0]!.count}) for: ${first.reason} (line ${first.line}).${advice === null ? '' : ` ${advice}`}`,
  ];
}

/** Do records of one other width follow each other to the end? Then another table stands there. */
function secondTable({ groups }: Tried): string | null {
  const examples = groups.find(({ reason }) => /^expected \d+ fields$/.test(reason))?.examples ?? [];
  const widths = new Set(examples.map(({ reason }) => reason));
  const inARow = examples.every(({ line }, at) => at === 0 || line === examples[at - 1]!.line + 1);
  if (examples.length < 3 || widths.size > 1 || !inARow) return null;
  return `Lines from ${examples[0]!.line} on have another number of fields: if another table begins there, put it into a file of its own.`;
}

function notReady(shown: string, tried: Tried): Error {
  const { rejected, records, groups } = tried;
  const [most] = groups;
  const first = most?.examples[0];
  const advice = [secondTable(tried), first === undefined ? null : refusedAdvice(shown, first.reason)].filter(
    (text) => text !== null,
  );
  return dataError({
    code: 'data-not-ready',
    message: `${shown}: ${rejected} of ${records} records cannot be read as rows. Most often (${most?.count ?? 0} times): ${first?.reason ?? 'no reason'}${first === undefined ? '' : ` (line ${first.line})`}. Nothing was written.`,
    hint:
      advice.length > 0
        ? advice.join(' ')
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
  const from = options.from === undefined ? null : originOf(context, root, options.from, options);
  const name = slug(options.name ?? from?.stem ?? 'model');
  const source = from?.source ?? 'data/rows.csv';
  const pipeline = `pipelines/${name}.yaml`;
  if (from === null) {
    const staged = await stageProjectFiles(root, filesOf({ name, source }, null, options));
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
  const { path, access, keys } = from;
  const look = await lookAt(context, {
    path,
    ...(access === undefined ? {} : { access }),
    shown,
    said: options.dialect ?? {},
    label: options.label,
    timePatterns: timePatternsOf(options.dateFormats ?? []),
  });
  const { inferred, created, notes } = await makeReady(
    context,
    { root, name, source, keys, shown },
    look,
    options,
  );
  if (created.length === 0) throw exists(pipeline);
  return outcomeOf(
    name,
    created,
    taskOf(columnSchema(inferred.schema, look.label)!),
    [
      ...notes,
      ...readingNotes(inferred),
      ...inferred.notes.map((note) => note.message),
      `pipelines/${name}.schema.json says what a row is: every later row is judged by it.`,
    ],
    look.findings.filter(({ key }) => key !== null),
  );
}

const outcomeOf = (
  name: string,
  created: readonly string[],
  task: string | null,
  notes: readonly string[],
  recognised: readonly Finding[] = [],
): Outcome<InitResult> => ({
  pipeline: name,
  exitCode: exitCodes.ok,
  warnings: [],
  result: { name, task, created, recognised, notes, next: `aieng run ${name}` },
});
