import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { AiengError, interruptedError } from '../../errors.ts';
import type { AiengErrorOptions } from '../../errors.ts';
import { preparedRows } from '../../features/encode.ts';
import type { Prepared, PreparedColumn } from '../../features/prepared.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import type { LabelledRows } from '../../modeling/model.ts';
import type { Context, ProgressEvent } from '../../project/context.ts';
import type { FitInput, Fitted } from '../fitting.ts';
import { scoreFold } from '../fitting.ts';

/** The rows of a fold as threads share them. */
type SharedRows = Readonly<
  Record<'training' | 'validation' | 'test', { readonly prepared: Prepared; readonly target: Float64Array }>
>;

interface SharedFold extends Pick<FitInput, 'task' | 'auto'> {
  readonly fitted: FittedFeatures;
  readonly rows: SharedRows;
}

/** What a thread is told: a fold that it will be asked about, or a fit. */
type Asked =
  | { readonly kind: 'fold'; readonly fold: number; readonly shared: SharedFold }
  | { readonly kind: 'fit'; readonly fold: number; readonly pipeline: Fitted };

type Answered =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'loss'; readonly loss: number }
  | { readonly kind: 'failed'; readonly message: string; readonly told: AiengErrorOptions | null };

/** A fold that is known here. */
export type Fold = Pick<FitInput, 'task' | 'auto' | 'fitted'> & {
  readonly parts: Readonly<Record<'training' | 'validation' | 'test', LabelledRows>>;
};

/** Threads that fit trials on folds: the same losses as without them, for nothing passes from one fit to another. */
export interface FoldThreads {
  readonly score: (
    pipeline: Fitted,
    fold: number,
    known: () => Promise<Fold>,
    watched: Pick<Context, 'progress' | 'signal'>,
  ) => Promise<number>;
  readonly end: () => Promise<void>;
}

/** This very file is what a thread runs, wherever a build has put it. */
const own = import.meta.url;
const role = 'aieng: fits of a search';
/** Rows that all threads look at: more are fitted one after the other, each fit on all cores. */
const mostBytes = 256 * 1024 * 1024;

function shareTyped<Cells extends Float64Array | Float32Array | Int32Array>(
  cells: Cells,
  make: new (buffer: SharedArrayBuffer) => Cells,
): Cells {
  const shared = new make(new SharedArrayBuffer(cells.byteLength));
  shared.set(cells);
  return shared;
}

function shareColumn(column: PreparedColumn): PreparedColumn {
  switch (column.kind) {
    case 'number':
    case 'time':
      return { kind: column.kind, values: shareTyped(column.values, Float64Array) };
    case 'codes':
      return { ...column, codes: shareTyped(column.codes, Int32Array) };
    case 'sparse':
      return {
        ...column,
        starts: shareTyped(column.starts, Int32Array),
        indices: shareTyped(column.indices, Int32Array),
        values: shareTyped(column.values, Float32Array),
      };
  }
}

const share = ({ rows, target }: LabelledRows): SharedRows['test'] => ({
  prepared: { rows: rows.rows, columns: rows.prepared.columns.map(shareColumn) },
  target: shareTyped(target, Float64Array),
});

const shareFold = ({ task, auto, fitted, parts: { training, validation, test } }: Fold): SharedFold => ({
  task,
  auto,
  fitted,
  rows: { training: share(training), validation: share(validation), test: share(test) },
});

interface Thread {
  readonly worker: Worker;
  readonly knows: Set<number>;
  isDead: boolean;
}

function failure({ message, told }: Extract<Answered, { kind: 'failed' }>): Error {
  return told === null ? new Error(message) : new AiengError(told);
}

/** One fit in a thread. */
async function askThread(
  thread: Thread,
  asked: Extract<Asked, { kind: 'fit' }>,
  shared: SharedFold,
  { progress, signal }: Pick<Context, 'progress' | 'signal'>,
): Promise<number> {
  const { worker, knows } = thread;
  if (signal.aborted) throw interruptedError();
  if (!knows.has(asked.fold)) worker.postMessage({ kind: 'fold', fold: asked.fold, shared } satisfies Asked);
  knows.add(asked.fold);
  return new Promise<number>((resolve, reject) => {
    const settle = (end: () => void): void => {
      worker.off('message', heard).off('error', died).off('exit', gone);
      signal.removeEventListener('abort', interrupted);
      end();
    };
    const heard = (answered: Answered): void => {
      if (answered.kind === 'progress') progress(answered.event);
      else if (answered.kind === 'loss') settle(() => resolve(answered.loss));
      else settle(() => reject(failure(answered)));
    };
    const died = (error: Error): void => {
      thread.isDead = true;
      settle(() => reject(error));
    };
    const gone = (): void => died(new Error('A thread that fitted a trial ended in the middle of its work.'));
    const interrupted = (): void => settle(() => reject(interruptedError()));
    worker.on('message', heard).on('error', died).on('exit', gone);
    signal.addEventListener('abort', interrupted);
    worker.postMessage(asked);
  });
}

/**
 * Opens threads for the fits of a search. Undefined where there is nothing to gain: one core, or rows so many that a fit is
 * work for all cores; and where the sources themselves run, which a thread cannot load.
 *
 * @param bytes of the rows of a fold
 */
export function openFoldThreads(cores: number, atOnce: number, bytes: number): FoldThreads | undefined {
  const most = Math.min(cores, atOnce);
  if (most < 2 || bytes > mostBytes || own.endsWith('.ts')) return undefined;
  const threads: Thread[] = [];
  const free: Thread[] = [];
  const waiting: ((thread: Thread) => void)[] = [];
  const folds = new Map<number, Promise<SharedFold>>();
  const start = (): Thread => {
    const worker = new Worker(new URL(own), { workerData: { role }, env: {} });
    // Who asked hears of it; between two fits nobody does.
    worker.on('error', () => undefined);
    const thread = { worker, knows: new Set<number>(), isDead: false };
    threads.push(thread);
    return thread;
  };
  const take = (): Promise<Thread> => {
    const known = free.pop() ?? (threads.length < most ? start() : undefined);
    return known === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(known);
  };
  const give = (thread: Thread): void => {
    if (thread.isDead) threads.splice(threads.indexOf(thread), 1);
    const next = waiting.shift();
    if (next !== undefined) next(thread.isDead ? start() : thread);
    else if (!thread.isDead) free.push(thread);
  };
  return {
    async score(pipeline, fold, known, watched) {
      const shared = folds.get(fold) ?? known().then(shareFold);
      folds.set(fold, shared);
      const rows = await shared;
      const thread = await take();
      try {
        const { label, model, evaluation, file, places } = pipeline;
        const asked = { kind: 'fit', fold, pipeline: { label, model, evaluation, file, places } } as const;
        return await askThread(thread, asked, rows, watched);
      } finally {
        give(thread);
      }
    },
    async end() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** What a thread does: a fit at a time, of the folds that it was told of. */
function answerFits(port: NonNullable<typeof parentPort>): void {
  const say = (answered: Answered): void => port.postMessage(answered);
  const folds = new Map<number, Fold>();
  const watched = {
    // Who interrupts ends the thread.
    signal: new AbortController().signal,
    threads: 1,
    progress: (event: ProgressEvent) => say({ kind: 'progress', event }),
  };
  const fit = async (pipeline: Fitted, at: number): Promise<void> => {
    const fold = folds.get(at);
    if (fold === undefined) throw new RangeError(`fold ${at} is not known`);
    say({ kind: 'loss', loss: await scoreFold(watched, pipeline, fold, fold.parts) });
  };
  port.on('message', (asked: Asked) => {
    if (asked.kind === 'fold') {
      const { task, auto, fitted, rows } = asked.shared;
      const part = ({ prepared, target }: SharedRows['test']): LabelledRows => ({
        rows: preparedRows(fitted, prepared),
        target,
      });
      const parts = {
        training: part(rows.training),
        validation: part(rows.validation),
        test: part(rows.test),
      };
      folds.set(asked.fold, { task, auto, fitted, parts });
      return;
    }
    fit(asked.pipeline, asked.fold).catch((error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const told =
        error instanceof AiengError
          ? {
              code: error.code,
              message: error.message,
              hint: error.hint,
              exitCode: error.exitCode,
              ...(error.at === undefined ? {} : { at: error.at }),
            }
          : null;
      say({ kind: 'failed', message, told });
    });
  });
}

/** Is this thread one of those, and not somebody else's that imports this? */
function isOwn(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === role;
}

if (!isMainThread && parentPort !== null && isOwn(workerData)) answerFits(parentPort);
