import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../../digest.ts';
import { AiengError } from '../../../errors.ts';
import type { Context } from '../../../project/context.ts';
import { lineOf } from '../../../project/tried/line.ts';
import type { RunLine } from '../../../project/tried/line.ts';
import { readTried } from '../../../project/tried/tried.ts';
import { markedRuns, readRunMarks } from '../../../tracking/runs/marks.ts';
import type { RunRecord } from '../../../tracking/runs/runs.ts';
import { readRun, runIds } from '../../../tracking/runs/runs.ts';
import { readStage } from '../../../tracking/stages.ts';
import { keepRuns, readKeptRuns } from './keptRuns.ts';
import type { RunEntry } from './keptRuns.ts';
import type { Precedence } from './precedence.ts';

/** A run with the figures by which it can be drawn beside others. */
export type IndexedRun = RunEntry['run'];

/** Runs as they are known now. */
export interface KnownRuns {
  /** Newest first. */
  readonly runs: readonly IndexedRun[];
  /** How many there are in the store; more than `runs` while they are still read. */
  readonly all: number;
  readonly damaged: readonly string[];
}

export interface RunIndex {
  /** What is known, after at most a moment's wait: the newest runs are read first. */
  readonly known: () => Promise<KnownRuns>;
  /** The newest runs as they were written down. */
  readonly newest: () => Promise<NewestRuns>;
  /** Differs where more is known. */
  readonly print: () => string;
}

/** Newest first. */
export interface NewestRuns {
  readonly records: readonly RunRecord[];
  readonly damaged: readonly string[];
}

const patienceMs = 150;
/** So many are enough for a first page. */
const firstRuns = 50;
const sideBySide = 8;
/** So many new ones are worth a file; fewer are read again in no time. */
const worthKeeping = 500;
/** So many are read before they are kept: whoever closes the pages early reads the others next time. */
const keptAtOnce = 2_000;
/** Newest runs that are looked through for the last one of each pipeline. */
const newestRead = 60;

const told = ({ message, hint }: AiengError): string => `${message} ${hint}`;

const isMembers = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers of a section of the pipeline, by key: `gbdt.leaves`. */
function leaves(value: Json | undefined, path: string, into: Map<string, number>): void {
  if (typeof value === 'number' && Number.isFinite(value)) into.set(path, value);
  else if (isMembers(value))
    for (const [key, member] of Object.entries(value))
      leaves(member, path === '' ? key : `${path}.${key}`, into);
}

async function entryOf(context: Context, id: string): Promise<RunEntry | undefined> {
  const tried = await readTried(context, id);
  if (tried === undefined) return undefined;
  const { content, train } = tried;
  const key = content.outputs['train']?.key;
  const figures = new Map<string, number>([['seconds', (content.endedAt - content.startedAt) / 1000]]);
  for (const [metric, value] of Object.entries(train?.metrics.test ?? {}))
    if (Number.isFinite(value)) figures.set(metric, value);
  if (train !== null && key !== undefined) {
    figures.set('parameters', train.model.parameters);
    leaves((await readStage(context, 'train', key))?.parts['pipeline model'], 'model', figures);
  }
  return { run: { ...lineOf(tried), figures }, train: key };
}

/** Bundles that later runs made of the same training, and what people said since. */
function completed(
  entries: readonly RunEntry[],
  marks: ReturnType<typeof markedRuns>,
): readonly IndexedRun[] {
  const bundles = new Map<string, RunLine['bundle']>();
  for (const { run, train } of entries)
    if (train !== undefined && run.bundle !== null && !bundles.has(train)) bundles.set(train, run.bundle);
  return entries.map(({ run, train }) => ({
    ...run,
    bundle: run.bundle ?? (train === undefined ? null : (bundles.get(train) ?? null)),
    ...marks.get(run.id),
  }));
}

/** The newest runs: what was read before is not read again, a record never changes. */
function newestOf(context: Context): RunIndex['newest'] {
  let kept = new Map<string, RunRecord | AiengError>();
  return async () => {
    const ids = (await runIds(context)).slice(0, newestRead);
    const read = await Promise.all(
      ids.map(async (id) => [id, kept.get(id) ?? (await readRun(context, id))] as const),
    );
    kept = new Map(read.flatMap(([id, run]) => (run === undefined ? [] : [[id, run]])));
    const runs = [...kept.values()];
    return {
      records: runs.filter((run) => 'outputs' in run),
      damaged: runs.filter((run) => run instanceof AiengError).map(told),
    };
  };
}

/**
 * Runs of a store, read once: a record never changes, so that only new ones are read when there are some. The first page
 * waits for the newest only; the rest is read behind it.
 */
export function openRunIndex(context: Context, precedence: Precedence): RunIndex {
  const entries = new Map<string, RunEntry>();
  const broken = new Map<string, string>();
  let ids: readonly string[] = [];
  let marks: ReturnType<typeof markedRuns> = new Map();
  let reading: Promise<void> | undefined;
  let kept: ReadonlyMap<string, RunEntry> | undefined;

  const readOne = async (id: string): Promise<void> => {
    try {
      const entry = await entryOf(context, id);
      if (entry !== undefined) entries.set(id, entry);
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
      broken.set(id, told(error));
    }
  };
  /** Also where runs were deleted: what nobody has any more does not stay in a file. */
  const keep = async (): Promise<void> => {
    const before: ReadonlyMap<string, RunEntry> = kept ?? new Map<string, RunEntry>();
    const there = new Set(ids);
    const isNew = [...entries.keys()].filter((id) => !before.has(id)).length >= worthKeeping;
    const isGone = [...before.keys()].some((id) => !there.has(id));
    if (context.signal.aborted || (!isNew && !isGone)) return;
    kept = new Map(entries);
    await keepRuns(context, kept.values());
  };
  const readRest = async (): Promise<void> => {
    const missing = ids.filter((id) => !entries.has(id) && !broken.has(id));
    for (let at = 0; at < missing.length && !context.signal.aborted; at += sideBySide) {
      await precedence.turn();
      await Promise.all(missing.slice(at, at + sideBySide).map(readOne));
      if ((at + sideBySide) % keptAtOnce === 0) await keep();
    }
    await keep();
  };
  const refresh = async (): Promise<void> => {
    ids = await runIds(context);
    const there = new Set(ids);
    if (kept === undefined) {
      kept = await readKeptRuns(context);
      for (const [id, entry] of kept) if (!entries.has(id)) entries.set(id, entry);
    }
    for (const id of entries.keys()) if (!there.has(id)) entries.delete(id);
    const said = await readRunMarks(context);
    marks = markedRuns(said.records.map(({ content }) => content));
    reading ??= readRest().finally(() => (reading = undefined));
  };
  /** Until the first page is known, and a moment more. */
  const someTime = async (): Promise<void> => {
    const enough = (): boolean => ids.slice(0, firstRuns).every((id) => entries.has(id) || broken.has(id));
    for (
      let waited = 0;
      reading !== undefined && (!enough() || waited < patienceMs) && waited < 2000;
      waited += 15
    )
      await Promise.race([reading, sleep(15)]);
  };
  return {
    newest: newestOf(context),
    known: async () => {
      await refresh();
      await precedence.awaiting(someTime);
      const known = ids.flatMap((id) => {
        const entry = entries.get(id);
        return entry === undefined ? [] : [entry];
      });
      return { runs: completed(known, marks), all: ids.length, damaged: [...broken.values()] };
    },
    print: () => `${entries.size}`,
  };
}
