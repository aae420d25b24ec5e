import type { PredictResult } from './result.ts';
import type { MergeOptions } from './options.ts';
import { basename, dirname, resolve } from 'node:path';
import { findParts, mergeParts, partFile, requireWholeRun } from '../../data/index.ts';
import { requireFormat } from '../../data/dialect.ts';
import type { PartRecord, SinkOptions } from '../../data/index.ts';
import { exitCodes, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { heedInterruption } from '../../project/interruption.ts';
import type { Outcome } from '../../project/outcome.ts';
import { rejectsPlace } from './predictInput.ts';
import { rejectionsShown } from './predictRows.ts';
import { rejectedWarning } from './predictTold.ts';

/** Where the answers go, by the output's name; to standard output in the format of the parts. */
function outputPlace(
  context: Context,
  { folder, output, format }: MergeOptions,
): Omit<SinkOptions, 'classes' | 'format'> & { readonly format?: SinkOptions['format'] } {
  if (output === '-') return { path: '-', gzip: false, ...(format === undefined ? {} : { format }) };
  const path = resolve(context.environment.cwd, output);
  if (dirname(path) === resolve(context.environment.cwd, folder) && basename(path).startsWith('part-'))
    throw usageError({
      code: 'output-is-input',
      message: `The answers would be taken for a part: ${output} is in ${folder} and named like one.`,
      hint: 'Write the answers to another file, for example -o answers.ndjson.',
    });
  return { path, ...requireFormat(output) };
}

function requireReachable(parts: PartRecord['format'], wanted: SinkOptions['format'], folder: string): void {
  if (parts === 'ndjson' || parts === wanted) return;
  throw usageError({
    code: 'merge-format',
    message: `The parts in ${folder} are CSV, of which only CSV can be made; ${wanted} was asked for.`,
    hint: 'Name the output .csv, or make the parts as NDJSON (without --format csv): these become any format.',
  });
}

/** Scores of different backends agree to about seven digits, not in every bit. */
const backendWarning = (records: readonly PartRecord[]): readonly string[] => {
  const backends = [...new Set(records.map(({ backend }) => backend))].sort();
  return backends.length === 1
    ? []
    : [
        `The parts were computed by different backends (${backends.join(', ')}): the last digits of their scores may differ from one run over everything.`,
      ];
};

const sum = (records: readonly PartRecord[], of: 'rows' | 'rejected'): number =>
  records.reduce((total, record) => total + record[of], 0);

/**
 * Puts the parts of `predict --shard` together: the bytes that one run over the whole input writes. Every part has to
 * be there, of one run, and as it was written. Constant memory. Exit 3 when no row could be predicted.
 *
 * @throws usage error (exit 2) where there are no parts; data error (exit 3) for parts that do not make a whole.
 */
export async function mergeShards(context: Context, options: MergeOptions): Promise<Outcome<PredictResult>> {
  const place = outputPlace(context, options);
  const folder = resolve(context.environment.cwd, options.folder);
  const records = requireWholeRun(await findParts(folder, options.folder), options.folder);
  const first = records[0]!;
  const format = place.format ?? first.format;
  requireReachable(first.format, format, options.folder);
  const onPiece = async (done: number): Promise<void> => {
    await heedInterruption(context);
    context.progress({ kind: 'progress', label: 'merge', done, total: first.input.pieces, detail: 'pieces' });
  };
  const input = { folder, display: options.folder, records, onPiece };
  const rejects = rejectsPlace(context, { ...options, input: options.folder });
  await mergeParts(input, { ...place, format }, rejects.path);
  const [rows, rejected] = [sum(records, 'rows'), sum(records, 'rejected')];
  const rejectsFile = rejected === 0 ? null : rejects.shown;
  return {
    exitCode: rows === 0 && rejected > 0 ? exitCodes.dataRejected : exitCodes.ok,
    bundle: first.bundle,
    warnings: [...backendWarning(records), ...rejectedWarning(rejected, rejectsFile)],
    result: {
      rows,
      rejected,
      rejections: records.flatMap(({ rejections }) => rejections).slice(0, rejectionsShown),
      output: options.output,
      rejectsFile,
      merged: records.map((record) => ({
        part: partFile(record),
        rows: record.rows,
        rejected: record.rejected,
      })),
    },
  };
}
