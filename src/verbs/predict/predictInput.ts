import type { PredictOptions } from './options.ts';
import { basename, dirname, resolve } from 'node:path';
import type { Dialect } from '../../data/dialect.ts';
import { undeclaredRows } from '../../data/dialect.ts';
import { listInputFiles } from '../../data/index.ts';
import type { InputFile, InputFiles } from '../../data/index.ts';
import type { RowsFile } from '../../data/source.ts';
import { AiengError, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';

type InputOptions = Pick<PredictOptions, 'input' | 'output'> & {
  /** Of standard input, or of a file that is not named by its format. */
  readonly format?: PredictOptions['format'];
  readonly dialect?: PredictOptions['dialect'];
};

const stdin = (known: Partial<Dialect>): InputFile => ({
  name: '-',
  path: '-',
  displayPath: 'standard input',
  dialect: undeclaredRows('-', { format: 'ndjson', ...known }),
  bytes: 0,
  constants: [],
});

/** What `<in>` means: standard input, a file, or a folder of files. */
export async function findInput(
  context: Context,
  { input, format, dialect = {} }: InputOptions,
): Promise<InputFiles> {
  const known = { ...dialect, ...(format === undefined ? {} : { format }) };
  if (input === '-') return { kind: 'file', files: [stdin(known)], ignored: [] };
  return listInputFiles(resolve(context.environment.cwd, input), input, known);
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
  { kind }: InputFiles,
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

/**
 * A file of the input, to be read in batches of `batchRows` rows.
 *
 * @param expects Columns that the bundle knows: they tell where the header is.
 */
export const rowsOf = (
  { path, displayPath, dialect, constants }: InputFile,
  batchRows: number,
  expects: readonly string[],
): RowsFile => ({
  path,
  constants,
  displayPath,
  dialect,
  declarable: 'flags',
  expects,
  batchRows,
});

/** Where refused records go. */
export interface RejectsPlace {
  readonly path: string;
  /** As it is told. */
  readonly shown: string;
}

/**
 * The file of refused records: the named one, or `<output>.rejects.ndjson`. Answers to standard output have theirs in the
 * current folder, by the name of the input.
 *
 * @throws usage error (exit 2) where it would take the place of the input or of the answers.
 */
export function rejectsPlace(
  context: Context,
  { input, output, rejects }: Pick<PredictOptions, 'output' | 'rejects'> & { readonly input: string },
): RejectsPlace {
  const { cwd } = context.environment;
  const stem = output !== '-' ? output : input === '-' ? 'stdin' : basename(resolve(cwd, input));
  const shown = rejects ?? `${stem}.rejects.ndjson`;
  const path = resolve(cwd, shown);
  for (const [what, other] of [
    ['rows', input],
    ['answers', output],
  ] as const)
    if (other !== '-' && path === resolve(cwd, other))
      throw usageError({
        code: 'output-is-input',
        message: `The refused records would take the place of the ${what}: both are ${shown}.`,
        hint: 'Name another file with --rejects.',
      });
  return { path, shown };
}

/** A file that holds no row: of a folder, one may. */
export const withoutRows = (error: unknown): boolean =>
  error instanceof AiengError && (error.code === 'source-empty' || error.code === 'source-without-rows');
