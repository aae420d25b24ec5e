import { dataError } from '../../errors.ts';
import { stageProjectFiles } from '../../pipeline/index.ts';
import type { Context } from '../../project/context.ts';
import { inferenceRows } from '../../project/inferRows.ts';
import { ReadOn } from '../../validation/readOn.ts';
import type { InitOptions } from './options.ts';
import type { Looked } from './look.ts';
import type { Place } from './projectText.ts';
import { filesOf } from './projectText.ts';
import type { Recognised } from './recognised.ts';
import { requireFit, wordsOf } from './recognised.ts';
import { notReady, rejectedNotes } from './refusals.ts';
import type { Tried } from './tryReading.ts';
import { tryReading } from './tryReading.ts';

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

/** A project that was tried on its data. */
export interface Ready {
  readonly inferred: Recognised;
  readonly created: readonly string[];
  readonly notes: readonly string[];
}

/** Writes a pipeline and schema aside, and reads the data with them; what comes of it is `judged` while they stand. */
async function tried<Result>(
  context: Context,
  place: Place,
  inferred: Recognised,
  options: InitOptions,
  judged: (tried: Tried) => Promise<Result>,
  readOn?: ReadOn,
): Promise<Result> {
  const staged = await stageProjectFiles(place.root, filesOf(place, inferred, options));
  try {
    const rows = readOn === undefined ? inferred.rows : inferenceRows(inferred.look.header.names.length);
    return await judged(await tryReading(context, place, staged.folder, rows, options, readOn));
  } finally {
    await staged.discard();
  }
}

/** What was found out by reading it. */
const told = ({ time, unfit }: Tried): readonly string[] => [
  ...(time === null || time === 'none' ? [] : [time.note]),
  ...unfit,
];

/** Writes the project's files; their names. */
async function written(place: Place, inferred: Recognised, options: InitOptions): Promise<readonly string[]> {
  const staged = await stageProjectFiles(place.root, filesOf(place, inferred, options));
  try {
    return await staged.commit();
  } finally {
    await staged.discard();
  }
}

/**
 * Reads the data with the schema that the beginning of a long file has, and writes what all of it has. Null where a row
 * is not as the first ones are.
 */
export async function readyByBeginning(
  context: Context,
  place: Place,
  beginning: Recognised,
  options: InitOptions,
): Promise<Ready | null> {
  const readOn = new ReadOn(beginning, beginning.label);
  const seen = await tried(context, place, beginning, options, async (each) => each, readOn);
  if (!seen.accepted || !readOn.certain) return null;
  const look = { ...beginning.look, read: seen.read };
  const inferred = { ...beginning, schema: readOn.schema(), readOn: seen.records, look, time: seen.time };
  return { inferred, created: await written(place, inferred, options), notes: told(seen) };
}

/**
 * Writes a pipeline and schema aside, opens them, and reads the data with them as `ingest` will. Columns that refuse too
 * many rows are made words of; what still is not accepted is an error, and nothing stands.
 */
export async function makeReady(
  context: Context,
  place: Place,
  look: Looked,
  options: InitOptions,
): Promise<Ready> {
  const asWords = new Set<string>();
  for (let widenings = 0; ; widenings += 1) {
    const inferred = wordsOf(look, asWords);
    const ready = await tried(context, place, inferred, options, async (each) => {
      // A table that is in use changes all the time, and each reading of it is of one moment.
      const still = look.dialect.format === 'database' || each.read?.digest === look.read?.digest;
      if (each.read !== null && look.read !== null && !still)
        throw dataError({
          code: 'input-changed',
          message: `${place.shown} was changed while it was looked at.`,
          hint: 'Wait until it is written to its end, and run the same command again.',
        });
      if (each.accepted) {
        requireFit(inferred);
        const known = { ...inferred, time: each.time };
        const notes = [...rejectedNotes(place.shown, each), ...told(each)];
        return { inferred: known, created: await written(place, known, options), notes };
      }
      const guilty = guiltyColumns(each, asWords);
      if (guilty.length === 0 || widenings === mostWidenings) throw notReady(place.shown, each);
      for (const column of guilty) asWords.add(column);
      return null;
    });
    if (ready !== null) return ready;
  }
}
