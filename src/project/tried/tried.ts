import type { AiengError } from '../../errors.ts';
import { usageError } from '../../errors.ts';
import type { Kept } from '../../tracking/recordKind.ts';
import type { Marked } from '../../tracking/runs/marks.ts';
import { markedRuns, readRunMarks } from '../../tracking/runs/marks.ts';
import type { RunRecord } from '../../tracking/runs/runs.ts';
import { importedCommand, readRun, runIds } from '../../tracking/runs/runs.ts';
import type { PackageOutput, TrainOutput } from '../../tracking/stageOutputs.ts';
import { outputOf, readStage } from '../../tracking/stages.ts';
import { aliasedVersion } from '../versions/aliases.ts';
import type { Context } from '../context.ts';

type Reading = Pick<Context, 'store' | 'signal'>;

/** A run with what it made, as far as the store still has it. */
export interface Tried extends Kept<RunRecord> {
  readonly train: TrainOutput | null;
  readonly packaged: PackageOutput | null;
  readonly marked: Marked;
}

const unmarked: Marked = { tags: [], note: null };

/** It fitted a model, or had to do with one by its own rule; it did not only find one in the cache. */
const madeModel = ({ command, stages }: RunRecord): boolean =>
  command === 'retrain' ||
  command === importedCommand ||
  stages.some(({ name, state }) => name === 'train' && state === 'ran');

async function trainOf(context: Reading, { outputs }: RunRecord): Promise<TrainOutput | null> {
  const key = outputs['train']?.key;
  const record = key === undefined ? undefined : await readStage(context, 'train', key);
  return record === undefined ? null : outputOf.train(record);
}

async function packagedOf(context: Reading, key: string | undefined): Promise<PackageOutput | null> {
  const record = key === undefined ? undefined : await readStage(context, 'package', key);
  return record === undefined ? null : outputOf.package(record);
}

/**
 * One run with what it made by itself: a later run may have packaged its model, and nobody has marked it yet. Undefined:
 * it is gone.
 *
 * @throws damaged (exit 8), naming the file.
 */
export async function readTried(context: Reading, id: string): Promise<Tried | undefined> {
  const read = await readRun(context, id);
  if (read === undefined) return undefined;
  if (!('outputs' in read)) throw read;
  const [train, packaged] = [
    await trainOf(context, read),
    await packagedOf(context, read.outputs['package']?.key),
  ];
  return { id, content: read, train, packaged, marked: unmarked };
}

/** Runs newest first, one at a time: a reader who has enough stops. */
export async function* triedRuns(
  context: Reading,
  { all }: { readonly all: boolean },
): AsyncGenerator<Tried | AiengError> {
  const marks = await readRunMarks(context);
  for (const problem of marks.damaged) yield problem;
  const marked = markedRuns(marks.records.map(({ content }) => content));
  // By the model that was packaged: a later run may have done it.
  const packages = new Map<string, string>();
  for (const id of await runIds(context)) {
    context.signal.throwIfAborted();
    const read = await readRun(context, id);
    if (read === undefined) continue;
    if (!('outputs' in read)) {
      yield read;
      continue;
    }
    const { train, package: made } = read.outputs;
    if (train !== undefined && made !== undefined && !packages.has(train.key))
      packages.set(train.key, made.key);
    if (!all && !madeModel(read)) continue;
    yield {
      id,
      content: read,
      train: await trainOf(context, read),
      packaged: await packagedOf(
        context,
        made?.key ?? (train === undefined ? undefined : packages.get(train.key)),
      ),
      marked: marked.get(id) ?? unmarked,
    };
  }
}

const isError = (value: Tried | AiengError): value is AiengError => value instanceof Error;

/** What a model was packaged as in a later run. */
async function packagedLater(
  context: Reading,
  { outputs: { train } }: RunRecord,
  newer: readonly string[],
): Promise<string | undefined> {
  if (train === undefined) return undefined;
  for (const id of newer) {
    const read = await readRun(context, id);
    if (read === undefined || !('outputs' in read)) continue;
    if (read.outputs['train']?.key === train.key && read.outputs['package'] !== undefined)
      return read.outputs['package'].key;
  }
  return undefined;
}

/** Fewer letters than this mean nothing. */
const fewestLetters = 4;

function unknown(name: string): AiengError {
  return usageError({
    code: 'run-unknown',
    message: `There is no run ${name}.`,
    hint: '`aieng runs --all` lists them; a run is named by its id, its beginning or end, or as name@version.',
  });
}

/** The run that first made a version. */
async function runOfVersion(context: Reading, name: string): Promise<Tried | undefined> {
  let found: Tried | undefined;
  for await (const run of triedRuns(context, { all: true }))
    if (!isError(run) && run.packaged !== null && `${run.packaged.name}@${run.packaged.version}` === name)
      found = run;
  return found;
}

/**
 * The run that a person means: by its id, by the beginning or the end of one, or by what it made (`churn@3`).
 *
 * @throws usage errors (exit 2) where there is none, or more than one fits; damaged (exit 8).
 */
export async function findRun(context: Reading, name: string): Promise<Tried> {
  const [, of = '', alias] = /^([^@]+)@([a-z][a-z0-9-]*)$/.exec(name) ?? [];
  if (alias !== undefined)
    return findRun(context, `${of}@${(await aliasedVersion(context, of, alias)).version ?? '-'}`);
  if (/^[^@]+@\d+$/.test(name)) {
    const made = await runOfVersion(context, name);
    if (made === undefined) throw unknown(name);
    return made;
  }
  const ids = await runIds(context);
  const wanted = name.toUpperCase();
  const fitting = ids.includes(name)
    ? [name]
    : wanted.length < fewestLetters
      ? []
      : ids.filter((id) => id.toUpperCase().startsWith(wanted) || id.toUpperCase().endsWith(wanted));
  const [id] = fitting;
  if (id === undefined) throw unknown(name);
  if (fitting.length > 1)
    throw usageError({
      code: 'run-ambiguous',
      message: `${fitting.length} runs are named like ${name}: ${fitting.slice(0, 3).join(', ')}${fitting.length > 3 ? ' …' : ''}.`,
      hint: 'Name it by more of its letters; the last ones differ most.',
    });
  const read = await readRun(context, id);
  if (read === undefined) throw unknown(name);
  if (!('outputs' in read)) throw read;
  const { records } = await readRunMarks(context);
  const newer = ids.slice(0, ids.indexOf(id));
  return {
    id,
    content: read,
    train: await trainOf(context, read),
    packaged: await packagedOf(
      context,
      read.outputs['package']?.key ?? (await packagedLater(context, read, newer)),
    ),
    marked: markedRuns(records.map(({ content }) => content)).get(id) ?? unmarked,
  };
}

/** Takes runs until there are enough of them that fit. */
export async function takeRuns(
  context: Reading,
  wish: { readonly all: boolean; readonly limit: number; readonly fits: (run: Tried) => boolean },
): Promise<{
  readonly runs: readonly Tried[];
  readonly more: boolean;
  readonly damaged: readonly AiengError[];
}> {
  const runs: Tried[] = [];
  const damaged: AiengError[] = [];
  for await (const run of triedRuns(context, wish)) {
    if (isError(run)) damaged.push(run);
    else if (wish.fits(run)) {
      if (runs.length === wish.limit) return { runs, more: true, damaged };
      runs.push(run);
    }
  }
  return { runs, more: false, damaged };
}
