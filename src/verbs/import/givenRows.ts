import { resolve } from 'node:path';
import { undeclaredRows } from '../../data/dialect.ts';
import type { GatheredRows } from '../../data/openRows.ts';
import { gatherRows } from '../../data/openRows.ts';
import type { ReadPlan, RowsHeader } from '../../data/source.ts';
import { toldOf } from '../../data/told.ts';
import type { Context } from '../../project/context.ts';
import { heedInterruption, readSoFar } from '../../project/interruption.ts';

/** Rows of a file that stands beside a model, and what was refused or found out of it, in sentences. */
export interface GivenRows extends Pick<GatheredRows, 'table'> {
  readonly file: string;
  readonly told: readonly string[];
}

/**
 * Reads a file of rows that belongs to a model. What is refused is told, with an example.
 *
 * @param absentIsFine Columns of which nothing is said where they are absent.
 */
export async function readGiven(
  context: Context,
  file: string,
  expects: readonly string[],
  plan: (header: RowsHeader) => ReadPlan,
  absentIsFine: readonly string[] = [],
): Promise<GivenRows> {
  const rows = {
    path: resolve(context.environment.cwd, file),
    displayPath: file,
    dialect: undeclaredRows(file),
    declarable: false,
    expects,
    batchRows: 65_536,
  };
  const { table, rejections, read } = await gatherRows(rows, plan, async (done, share) => {
    context.progress(readSoFar({ label: 'import', detail: `records of ${file} read` }, done, share));
    await heedInterruption(context);
  });
  const [first] = rejections;
  return {
    file,
    table,
    told: [
      ...(first === undefined
        ? []
        : [
            `${rejections.length} of ${read.records} records of ${file} could not become rows and count for nothing: line ${first.line}: ${first.reason}.`,
          ]),
      ...toldOf(read, absentIsFine),
    ],
  };
}
