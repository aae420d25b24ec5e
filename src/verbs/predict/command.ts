import type { PredictResult } from './result.ts';
import type { Command } from 'commander';
import { Option } from 'commander';
import { exitCodes } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { DialectFlags } from '../dialectFlags.ts';
import { addDialectFlags, declaredByFlags } from '../dialectFlags.ts';
import { bundleHelp, parseColumnCount, parseShard } from '../flags.ts';
import type { Verb } from '../verb.ts';

interface Flags extends DialectFlags {
  readonly output?: string;
  readonly batch: boolean;
  readonly format?: 'csv' | 'ndjson' | 'parquet';
  readonly log: boolean;
  readonly explain?: number | true;
  readonly shard?: { readonly index: number; readonly of: number };
  readonly merge?: string;
  readonly rejects?: string;
  readonly earlier?: string;
}

type Call = (context: Context) => Promise<Outcome<PredictResult>>;

/** `--batch` stands for rows and output: the pipeline names them. */
function batchCall(
  command: Command,
  pipeline: string | undefined,
  input: string | undefined,
  flags: Flags,
): Call {
  if (input !== undefined)
    command.error('error: --batch takes no rows: the pipeline names them', {
      code: 'commander.excessArguments',
    });
  return async (context) => {
    const { predictBatch } = await import('./predictBatch.ts');
    return predictBatch(context, pipeline, declaredByFlags(flags));
  };
}

/** `--merge` stands for bundle and rows: they are in the parts. Anything else needs both. */
function callOf(command: Command, bundle: string | undefined, input: string | undefined, flags: Flags): Call {
  const { merge, output, log, format, shard, rejects, explain, earlier } = flags;
  if (flags.batch) return batchCall(command, bundle, input, flags);
  if (output === undefined)
    command.error("error: required option '-o, --output <file>' not specified", {
      code: 'commander.missingMandatoryOptionValue',
    });
  const named = {
    ...(format === undefined ? {} : { format }),
    ...(rejects === undefined ? {} : { rejects }),
  };
  const past = earlier === undefined ? {} : { earlier };
  if (merge !== undefined) {
    if (bundle !== undefined)
      command.error('error: --merge takes no bundle and no rows', { code: 'commander.excessArguments' });
    return async (context) => {
      const { mergeShards } = await import('./mergeShards.ts');
      return mergeShards(context, { folder: merge, output, ...named });
    };
  }
  if (bundle === undefined || input === undefined)
    command.error(`error: missing required argument '${bundle === undefined ? 'bundle' : 'in'}'`, {
      code: 'commander.missingArgument',
    });
  return async (context) => {
    const { predict } = await import('./predict.ts');
    const one = shard === undefined ? {} : { shard };
    const dialect = declaredByFlags(flags);
    const why = explain === undefined ? {} : { explain: explain === true ? Infinity : explain };
    return predict(context, { bundle, input, output, ...named, dialect, log, ...one, ...why, ...past });
  };
}

export const predictVerb: Verb = {
  name: 'predict',
  group: 'Serve',
  summary: 'answer a file, a folder or stdin in batches, in constant memory',
  description:
    'Predicts every row of a file, of the files of a folder (by name), or of stdin with the same code as the service. Each answer has the id of its row, `prediction` and, for classes, `probabilities`, for numbers `prediction_interval` where the bundle has one. Records that the schema refuses are told with line and column, and kept whole in <output>.rejects.ndjson. Many machines share one input: each runs --shard i/n into one folder, and --merge makes of it what a single run writes. A folder is dealt out by files, which no other shard reads; a single file by blocks of 8,192 rows, and every shard reads all of it. A shard that is done is kept and costs nothing. --batch answers what the pipeline names under batch, as `aieng schedule --do predict` does on a clock. A bundle with features.history reads its input twice: rows know of the rows before them in the input and in --earlier; every shard reads all of both for that. With --explain each answer has an `explanation`, in CSV and Parquet a column of JSON: `base` and the `contributions` by column add up to `margin`, the raw sum of the model before calibration (log odds of the class in `of`, or the number); exact for linear models and trees, the mean of `samples` walks for networks.',
  examples: [
    ['aieng predict churn new.csv -o scored.csv', 'the newest version of churn'],
    ['cat rows.ndjson | aieng predict churn@3 - -o -', 'as a filter'],
    ['aieng predict churn new.parquet -o out.parquet --log', 'recorded for monitoring'],
    [
      'aieng predict churn new.csv -o scored.ndjson --explain 3',
      'with the three columns that moved each answer most',
    ],
    [
      'aieng predict churn today.csv --earlier lastMonth.csv -o scored.csv',
      'with the rows before them (features.history)',
    ],
    ['aieng predict churn rows/ -o parts --shard 0/8', 'the first of eight workers'],
    ['aieng predict --merge parts -o scored.ndjson', 'when all eight are done'],
    ['aieng predict churn --batch', 'what the section batch of the pipeline names'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).predictResult,
  define: (command, session) => {
    command
      .usage('[options] <bundle> <in> | <pipeline> --batch | --merge <folder>')
      .argument('[bundle]', bundleHelp)
      .argument('[in]', 'rows: .csv, .ndjson, .parquet (.gz), a folder of such files, or - for stdin')
      .option(
        '-o, --output <file>',
        'answers: .csv, .ndjson, .parquet (.gz), or - for stdout; with --shard, a folder',
      )
      .addOption(
        new Option('--batch', 'the rows and the output that the section batch of the pipeline names')
          .default(false)
          .conflicts(['output', 'format', 'rejects', 'log', 'explain', 'earlier', 'shard', 'merge']),
      )
      .addOption(
        new Option('--format <format>', 'of stdin and stdout, or of a part (not parquet)')
          .choices(['csv', 'ndjson', 'parquet'])
          .default(undefined, 'ndjson'),
      )
      .option('--rejects <file>', 'where refused records go (default: <output>.rejects.ndjson)')
      .option('--log', 'record the predictions for monitoring', false)
      .addOption(
        new Option(
          '--explain [n]',
          'say how far each column moved each answer: all columns, or the n that moved it most',
        )
          .argParser(parseColumnCount)
          .conflicts(['shard', 'merge']),
      )
      .addOption(
        new Option(
          '--earlier <file>',
          'earlier rows, which are not answered: what the rows know of those before them (features.history)',
        ).conflicts('merge'),
      )
      .addOption(
        new Option('--shard <i/n>', 'only the part of worker i (from 0) of n')
          .argParser(parseShard)
          .conflicts(['merge', 'rejects']),
      )
      .addOption(new Option('--merge <folder>', 'put the parts of all shards together').conflicts('log'));
    addDialectFlags(command).action(
      async (bundle: string | undefined, input: string | undefined, flags: Flags) => {
        const call = callOf(command, bundle, input, flags);
        await session.perform(command, {
          rootOptional: true,
          stdoutIsData: flags.output === '-',
          call,
          view: async () => (await import('./view.ts')).predictView,
        });
      },
    );
  },
};
