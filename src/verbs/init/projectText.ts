import { rowSchemaText, scaffoldPipeline } from '../../pipeline/index.ts';
import type { InitOptions } from './options.ts';
import type { Origin } from './origin.ts';
import type { Recognised } from './recognised.ts';
import { sourceKeys } from './sourceKeys.ts';

/** Slices of more values than this are nobody's question. */
const sliceValues = 6;

/** Where a pipeline goes, and what it reads. */
export interface Place {
  readonly root: string;
  readonly name: string;
  readonly source: string;
  /** Keys of `source:` besides its path. */
  readonly keys?: Origin['keys'];
  readonly shown: string;
  /** See `editorSchemaFor`. */
  readonly editorSchema: string;
}

/** What `filesOf` needs of it. */
type Named = Pick<Place, 'name' | 'source' | 'keys' | 'editorSchema'>;

function pipelineText(
  { name, source, keys = [], editorSchema }: Named,
  inferred: Recognised,
  options: InitOptions,
): string {
  const { schema, notes, label, task, look } = inferred;
  const noted = (...kinds: readonly (typeof notes)[number]['about'][]): ReadonlySet<string | null> =>
    new Set(notes.filter(({ about }) => kinds.includes(about)).map(({ column }) => column));
  const constant = noted('constant');
  const useless = noted('identifier', 'constant', 'all-missing');
  const others = schema.columns.filter((column) => column.name !== label && !useless.has(column.name));
  const time = inferred.time ?? null;
  return scaffoldPipeline({
    name,
    source,
    sourceKeys: [...keys, ...sourceKeys(source, look.dialect, options.dialect ?? {}, look.findings)],
    label,
    task,
    rowId: [],
    // A constant gives no features, but it is watched: another currency in every row is worth an alarm.
    drop: schema.columns
      .map((column) => column.name)
      .filter((column) => column !== label && useless.has(column) && !constant.has(column)),
    ...(time === 'none'
      ? { isTimeless: true }
      : time === null
        ? {}
        : { time: time.column, splitsByTime: time.splits }),
    slices: others
      .filter(
        ({ kind, domain = [] }) => kind === 'category' && domain.length > 1 && domain.length <= sliceValues,
      )
      .slice(0, 3)
      .map((column) => column.name),
    rows: inferred.readOn ?? inferred.rows,
    editorSchema,
  });
}

/** The scaffold of a project whose data is not there yet. */
function emptyProject({ name, editorSchema }: Named, label: string): string {
  return scaffoldPipeline({
    name,
    source: 'data/rows.csv',
    label,
    task: 'binary',
    rowId: [],
    drop: [],
    slices: [],
    rows: 0,
    editorSchema,
  });
}

/** The files of a project, the pipeline first. */
export function filesOf(
  place: Named,
  inferred: Recognised | null,
  options: InitOptions,
): Map<string, string> {
  const { name } = place;
  const files = new Map([
    [
      `pipelines/${name}.yaml`,
      inferred === null ? emptyProject(place, 'label') : pipelineText(place, inferred, options),
    ],
  ]);
  if (inferred !== null) files.set(`pipelines/${name}.schema.json`, rowSchemaText(inferred.schema));
  return files.set('.gitignore', '.aieng/\nnode_modules/\n');
}
