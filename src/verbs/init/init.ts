import type { InitResult } from './result.ts';
import { editorSchemaFor } from './editorSchema.ts';
import type { InitOptions } from './options.ts';
import { tasks } from './options.ts';
import { resolve } from 'node:path';
import { placeOf } from '../../data/address.ts';
import type { Finding } from '../../data/recognise/finding.ts';
import { columnSchema } from '../../data/schema.ts';
import { isFile } from '../../disk/wholeFile.ts';
import { AiengError, exitCodes, usageError } from '../../errors.ts';
import { stageProjectFiles } from '../../pipeline/index.ts';
import type { Context } from '../../project/context.ts';
import { beginningOfFile } from '../../project/inferRows.ts';
import type { Outcome } from '../../project/outcome.ts';
import { shellWord } from '../../scheduling/quoting.ts';
import { counted } from '../view/format.ts';
import { timePatternsOf } from './dateFormats.ts';
import { answerTo } from './asking.ts';
import type { LookFor, Looked } from './look.ts';
import { columnsOf, lookAt } from './look.ts';
import type { Origin } from './origin.ts';
import { originOf } from './origin.ts';
import type { Place } from './projectText.ts';
import { filesOf } from './projectText.ts';
import type { Question } from './questions.ts';
import { labelQuestion, taskQuestion } from './questions.ts';
import { makeReady, readyByBeginning } from './ready.ts';
import type { Recognised } from './recognised.ts';
import { beginningOf, wordsOf } from './recognised.ts';

/** A pipeline's name: as long as one may be, of the characters that one may have. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '') || 'model';

/** Of what part of a long file the schema is. */
function partNotes(rows: number, readOn: number | undefined, isWhole: boolean): readonly string[] {
  if (readOn === undefined)
    return isWhole
      ? []
      : [`The file is long: types and words are those of the first ${counted(rows, 'row')}.`];
  return [
    `The file is long: types are inferred from the first ${counted(rows, 'row')}, which the notes count. ${isWhole ? `All ${counted(readOn, 'row')} were` : `The first ${counted(readOn, 'row')} were`} read by them and none was refused; domains and ranges are those of all that were read.`,
  ];
}

/** What the reading of a file found out that a person should know. */
function readingNotes({ look, rows, readOn }: Recognised): readonly string[] {
  const { header, read, dialect, findings } = look;
  const comments = read?.leftOut?.find(({ what }) => what === 'comment');
  return [
    ...partNotes(rows, readOn, read !== null),
    ...(dialect.trailingDelimiter === true
      ? ['Every line ends with a delimiter: what is behind it, nothing, is no column.']
      : []),
    ...findings.filter(({ key }) => key === null).map(({ what }) => what),
    ...(comments === undefined
      ? []
      : [
          `${counted(comments.count, 'comment line')} among the rows ${comments.count === 1 ? 'is' : 'are'} left out.`,
        ]),
    ...header.unreadable.map(({ name, reason }) => `${name} is left out: ${reason}.`),
  ];
}

function requireFrom({ from, label, task, time }: InitOptions): void {
  const [flag] =
    Object.entries({ '--label': label, '--task': task, '--time': time }).find(
      ([, value]) => value !== undefined,
    ) ?? [];
  if (from !== undefined || flag === undefined) return;
  const shown = label === undefined ? '<column>' : JSON.stringify(label);
  throw usageError({
    code: 'from-not-given',
    message: `${flag} needs --from: which file holds the ${label === undefined ? 'rows' : `column ${label}`}?`,
    hint: `Run \`aieng init --from <file> --label ${shown}\`, or \`aieng init\` for an empty project.`,
  });
}

/** `aieng init rows.csv` means the rows, not a folder of that name. */
async function requireFolder(root: string, { directory, from, label }: InitOptions): Promise<void> {
  const isAddress = placeOf(directory) !== 'file';
  if (!isAddress && !(await isFile(root))) return;
  const words = [
    ...(from === undefined ? ['--from', directory] : ['--from', from]),
    ...(label === undefined ? [] : ['--label', label]),
  ];
  throw usageError({
    code: 'init-of-a-file',
    message: `${directory} is ${isAddress ? 'an address' : 'a file'}; \`aieng init\` takes the folder of the project, and the rows by --from.`,
    hint: `Run \`aieng init ${words.map(shellWord).join(' ')}\`.`,
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

/**
 * Scaffolds a project; with `--from`, infers schema and task from the data and writes a pipeline that was tried on it.
 * Files that are there already are never overwritten.
 *
 * @throws data error (exit 3) where the data cannot be used: nothing is written then.
 */
export async function init(context: Context, options: InitOptions): Promise<Outcome<InitResult>> {
  const { cwd } = context.environment;
  const root = resolve(cwd, options.directory);
  await requireFolder(root, options);
  requireFrom(options);
  const from = options.from === undefined ? null : originOf(context, root, options.from, options);
  const name = slug(options.name ?? from?.stem ?? 'model');
  const source = from?.source ?? 'data/rows.csv';
  const pipeline = `pipelines/${name}.yaml`;
  const editorSchema = await editorSchemaFor(root, context.environment.version);
  if (from === null) {
    const staged = await stageProjectFiles(root, filesOf({ name, source, editorSchema }, null, options));
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
  const place = { root, name, source, keys: from.keys, shown: options.from!, editorSchema };
  return startFrom(context, from, place, options);
}

/** What to look for, by the flags. */
const lookFor = ({ path, access }: Origin, { shown }: Place, options: InitOptions): LookFor => ({
  path,
  ...(access === undefined ? {} : { access }),
  shown,
  said: options.dialect ?? {},
  label: options.label,
  task: options.task,
  timePatterns: timePatternsOf(options.dateFormats ?? []),
});

/** The flags, with the label that whoever is there names, where no flag does. */
async function withLabel(from: Origin, place: Place, options: InitOptions): Promise<InitOptions> {
  if (options.ask === undefined || options.label !== undefined) return options;
  const columns = await columnsOf(lookFor(from, place, options));
  if (columns.length === 0) return options;
  const answer = await answerTo(labelQuestion(place.shown, columns), options.ask);
  return answer.kind === 'said' && answer.value !== null ? { ...options, label: answer.value } : options;
}

/** What is known of the label where its columns can be told; what cannot be told yet is said later, by all rows. */
function taskAsked(look: Looked): Question | null {
  try {
    const { schema, notes, label } = wordsOf(look, new Set());
    const column = columnSchema(schema, label);
    return column === undefined ? null : taskQuestion(column, notes);
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

/** The flags, with the task that whoever is there names, where no flag does and the data leave it open. */
async function withTask(look: Looked, options: InitOptions): Promise<InitOptions> {
  const question = options.ask === undefined || options.task !== undefined ? null : taskAsked(look);
  if (options.ask === undefined || question === null) return options;
  const answer = await answerTo(question, options.ask);
  const said = answer.kind === 'said' ? answer.value : question.found?.name;
  const task = tasks.find((each) => each === said);
  return task === undefined ? options : { ...options, task };
}

async function startFrom(
  context: Context,
  from: Origin,
  place: Place,
  flags: InitOptions,
): Promise<Outcome<InitResult>> {
  let options = await withLabel(from, place, flags);
  const look = async (whole: boolean): Promise<Looked> => {
    const looking = lookFor(from, place, options);
    const looked = await lookAt(context, whole ? looking : { ...looking, beginning: beginningOfFile });
    options = await withTask(looked, options);
    return { ...looked, task: options.task };
  };
  // A database is asked once for what it has.
  const first = await look(placeOf(from.path) !== 'file');
  const beginning = beginningOf(first);
  const byBeginning = beginning === null ? null : await readyByBeginning(context, place, beginning, options);
  const { inferred, created, notes } =
    byBeginning ??
    (await makeReady(context, place, first.read !== null || first.whole ? first : await look(true), options));
  if (created.length === 0) throw exists(`pipelines/${place.name}.yaml`);
  return outcomeOf(
    place.name,
    created,
    inferred.task,
    [
      ...notes,
      ...readingNotes(inferred),
      ...inferred.notes.map((note) => note.message),
      `pipelines/${place.name}.schema.json says what a row is: every later row is judged by it.`,
    ],
    inferred.look.findings.filter(({ key }) => key !== null),
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
