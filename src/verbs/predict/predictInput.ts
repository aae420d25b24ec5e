import type { PredictOptions } from './options.ts';
import { dirname, resolve } from 'node:path';
import { isUnchanged, listPartitions, openSource } from '../../data/index.ts';
import type { Partition, Partitions, Source } from '../../data/index.ts';
import { dataError, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';

type InputOptions = Pick<PredictOptions, 'input' | 'output'> & {
  /** Of standard input, or of a file that is not named by its format. */
  readonly format?: PredictOptions['format'];
};

const stdin = (format: Partition['format']): Partition => ({
  name: '-',
  path: '-',
  displayPath: 'standard input',
  format,
  gzip: false,
  bytes: 0,
  stamp: '',
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

/** Opens a file of the input, to be read in batches of `batchRows` rows. */
export const openPartition = (partition: Partition, batchRows: number): Promise<Source> =>
  openSource({
    path: partition.path,
    displayPath: partition.displayPath,
    format: partition.format,
    gzip: partition.gzip,
    encoding: 'utf-8',
    batchRows,
  });

/** @throws data error (exit 3) where a file is no longer what it was when it was digested. */
export async function requireUnchanged(files: readonly Partition[]): Promise<void> {
  for (const file of files)
    if (!(await isUnchanged(file)))
      throw dataError({
        code: 'input-changed',
        message: `${file.displayPath} was changed while it was read.`,
        hint: 'Wait until it is written to its end, and run the same command again.',
        at: { file: file.displayPath },
      });
}
