import type { PredictOptions } from './options.ts';
import { dirname, resolve } from 'node:path';
import type { RowsFormat } from '../../data/dialect.ts';
import { dialectOf } from '../../data/dialect.ts';
import { listPartitions } from '../../data/index.ts';
import type { Partition, Partitions } from '../../data/index.ts';
import type { RowsFile } from '../../data/source.ts';
import { usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';

type InputOptions = Pick<PredictOptions, 'input' | 'output'> & {
  /** Of standard input, or of a file that is not named by its format. */
  readonly format?: PredictOptions['format'];
};

const stdin = (format: RowsFormat): Partition => ({
  name: '-',
  path: '-',
  displayPath: 'standard input',
  dialect: dialectOf('-', { format }),
  bytes: 0,
});

/** What `<in>` means: standard input, a file, or a folder of files. */
export async function findInput(context: Context, { input, format }: InputOptions): Promise<Partitions> {
  if (input === '-') return { kind: 'file', files: [stdin(format ?? 'ndjson')], ignored: [] };
  return listPartitions(resolve(context.environment.cwd, input), input, format);
}

/**
 * Refuses an output that would take the place of rows, or become rows of the next run.
 *
 * @param folder the folder that the output is in
 * @throws usage error (exit 2)
 */
export function refuseOutputInInput(
  context: Context,
  { input, output }: InputOptions,
  { kind }: Partitions,
  folder = dirname(resolve(context.environment.cwd, output)),
): void {
  const path = resolve(context.environment.cwd, input);
  if (kind === 'file' && path === resolve(context.environment.cwd, output))
    throw usageError({
      code: 'output-is-input',
      message: `The answers would take the place of the rows: input and output are both ${output}.`,
      hint: 'Write the answers to another file, for example -o answers.csv.',
    });
  if (kind === 'folder' && path === folder)
    throw usageError({
      code: 'output-is-input',
      message: `The answers would be among the rows: ${output} is in the folder of the input, ${input}.`,
      hint: 'Write the answers to another folder.',
    });
}

/** A file of the input, to be read in batches of `batchRows` rows. */
export const rowsOf = ({ path, displayPath, dialect }: Partition, batchRows: number): RowsFile => ({
  path,
  displayPath,
  dialect,
  declarable: false,
  batchRows,
});
