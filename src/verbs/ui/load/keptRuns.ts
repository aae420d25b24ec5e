import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { readWholeFile, writeWholeFile } from '../../../disk/wholeFile.ts';
import { AiengError } from '../../../errors.ts';
import type { Context } from '../../../project/context.ts';
import { runLineShape } from '../../../project/tried/line.ts';
import type { RunLine } from '../../../project/tried/line.ts';
import { keptRunsFile } from '../../../tracking/runs/keptRuns.ts';
import { number, orNull, text } from '../../../shape.ts';
import type { Shape } from '../../../shape.ts';

/** What the pages know of a run. */
export interface RunEntry {
  readonly run: RunLine & {
    /** Metrics on the test part, seconds, parameters of the pipeline that are numbers. */
    readonly figures: ReadonlyMap<string, number>;
  };
  /** Key of its training. */
  readonly train: string | undefined;
}

const entryShape = Type.Object({
  run: runLineShape,
  figures: Type.Array(Type.Tuple([text(), number()])),
  train: orNull(text()),
});
/** Goes up with what an entry says. */
const form = 1;

const revived = ({ run, figures, train }: Shape<typeof entryShape>): RunEntry => ({
  run: { ...run, figures: new Map(figures) },
  train: train ?? undefined,
});

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What stands in the file, where this aieng wrote it: whatever else there is, is read from the records again. */
function entriesIn(content: string, version: string): readonly unknown[] {
  try {
    const kept: unknown = JSON.parse(content);
    if (typeof kept !== 'object' || kept === null) return [];
    if (!('form' in kept) || kept.form !== form || !('aieng' in kept) || kept.aieng !== version) return [];
    return 'entries' in kept && Array.isArray(kept.entries) ? kept.entries : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Runs as they were read by an `aieng ui` before this one: a record never changes. None where there is no such file. */
export async function readKeptRuns(context: Context): Promise<ReadonlyMap<string, RunEntry>> {
  const content = await readWholeFile(keptRunsFile(context.store)).then(decoded, () => '');
  const found = new Map<string, RunEntry>();
  for (const entry of entriesIn(content, context.environment.version))
    if (Value.Check(entryShape, entry)) found.set(entry.run.id, revived(entry));
  return found;
}

/** Keeps them for the next. A store that takes no files goes without. */
export async function keepRuns(context: Context, entries: Iterable<RunEntry>): Promise<void> {
  const written = Array.from(entries, ({ run: { figures, ...run }, train }) => ({
    run,
    figures: [...figures],
    train: train ?? null,
  }));
  const content = JSON.stringify({ form, aieng: context.environment.version, entries: written });
  try {
    await context.store.folder('cache');
    await writeWholeFile(keptRunsFile(context.store), content, context.environment);
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
  }
}
