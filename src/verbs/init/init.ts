import type { InitResult } from './result.ts';
import type { InitOptions } from './options.ts';
import { basename, extname, isAbsolute, relative, resolve } from 'node:path';
import { dialectOf } from '../../data/dialect.ts';
import { parseNumber, parseTime } from '../../data/index.ts';
import { gatherTexts } from '../../data/openRows.ts';
import { classNames } from '../../data/cells/classes.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { rowSchemaText, scaffoldPipeline, writeProjectFiles } from '../../pipeline/index.ts';
import { nearest } from '../../suggest.ts';
import { inferSchema } from '../../validation/index.ts';
import type { InferredSchema } from '../../validation/index.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';

const sampleRows = 200_000;
/** Slices of more values than this are nobody's question. */
const sliceValues = 6;

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'model';

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

/** What a first look at the data says. */
async function inferFile(
  path: string,
  shown: string,
  asked: string | undefined,
): Promise<InferredSchema & { label: string; rows: number }> {
  const file = { path, displayPath: shown, dialect: dialectOf(path), declarable: false, batchRows: 65_536 };
  let label = '';
  const table = await gatherTexts(file, sampleRows, ({ names }) => {
    label = checkLabel(shown, names, asked);
  });
  return {
    ...inferSchema(table, { label, parsers: { number: parseNumber, time: parseTime } }),
    label,
    rows: table.rows,
  };
}

function pipelineText(name: string, source: string, inferred: Awaited<ReturnType<typeof inferFile>>): string {
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
        ({ kind, domain }) => kind === 'category' && domain !== undefined && domain.length <= sliceValues,
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

/**
 * Scaffolds a project; with `--from`, infers schema and task from the data and writes a pipeline that runs. Files that
 * are there already are never overwritten.
 */
export async function init(context: Context, options: InitOptions): Promise<Outcome<InitResult>> {
  const { cwd } = context.environment;
  const root = resolve(cwd, options.directory);
  const from = options.from === undefined ? null : resolve(cwd, options.from);
  const inferred = from === null ? null : await inferFile(from, options.from!, options.label);
  const name = slug(
    options.name ?? (from === null ? 'model' : basename(from).slice(0, -extname(from).length || undefined)),
  );
  const inside = from === null ? 'data/rows.csv' : relative(root, from);
  const source =
    inside.startsWith('..') || isAbsolute(inside) ? (from ?? inside) : inside.replaceAll('\\', '/');
  const pipeline = `pipelines/${name}.yaml`;
  const files = new Map([
    [
      pipeline,
      inferred === null ? emptyProject(name, options.label ?? 'label') : pipelineText(name, source, inferred),
    ],
    ['.gitignore', '.aieng/\n'],
  ]);
  if (inferred !== null) files.set(`pipelines/${name}.schema.json`, rowSchemaText(inferred.schema));
  const created = await writeProjectFiles(root, files);
  if (!created.includes(pipeline))
    throw usageError({
      code: 'pipeline-exists',
      message: `${pipeline} exists already and is not overwritten.`,
      hint: 'Choose another name with --name.',
      at: { file: pipeline },
    });
  const column = inferred === null ? undefined : columnSchema(inferred.schema, inferred.label);
  return {
    pipeline: name,
    exitCode: exitCodes.ok,
    warnings: [],
    result: {
      name,
      task: column === undefined ? null : taskOf(column),
      created,
      notes:
        inferred === null
          ? [`Put your data at ${source} and name its label in ${pipeline}.`]
          : [
              ...inferred.notes.map((note) => note.message),
              `pipelines/${name}.schema.json says what a row is: every later row is judged by it.`,
            ],
      next: `aieng run ${name}`,
    },
  };
}
