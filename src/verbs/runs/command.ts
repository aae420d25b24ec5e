import { Option } from 'commander';
import { exitCodes } from '../../errors.ts';
import { parseRowCount } from '../flags.ts';
import type { Verb } from '../verb.ts';
import type { RunsFilter, RunsOptions } from './options.ts';
import { runActions } from './actions.ts';

interface Flags {
  readonly family?: string;
  readonly command?: string;
  readonly outcome?: string;
  readonly tag?: string;
  readonly since?: string;
  readonly limit?: number;
  readonly best: boolean;
  readonly all: boolean;
  readonly remove: boolean;
  readonly csv?: string;
  readonly markdown?: string;
  readonly mlflow?: string;
  readonly experiment: readonly string[];
}

const isAction = (word: string): word is RunsOptions['action'] =>
  runActions.some((action) => action === word);

/** What the words behind `runs` mean: an action with what it is about, or the pipeline whose runs are listed. */
export function wordsOf(
  words: readonly string[],
): Pick<RunsOptions, 'action' | 'runs' | 'tags' | 'note'> & { readonly pipeline?: string } {
  const [first, ...rest] = words;
  if (first === undefined) return { action: 'list' };
  if (!isAction(first)) return { action: 'list', pipeline: first };
  const [about, ...more] = rest;
  if (first === 'list') return { action: 'list', ...(about === undefined ? {} : { pipeline: about }) };
  const runs = about === undefined ? [] : [about];
  if (first === 'tag') return { action: first, runs, tags: more };
  if (first === 'note') return { action: first, runs, note: more.join(' ') };
  return { action: first, runs: rest };
}

const filterOf = (
  { family, command, outcome, tag }: Flags,
  pipeline: string | undefined,
  since: number | undefined,
): RunsFilter => ({
  ...(pipeline === undefined ? {} : { pipeline }),
  ...(family === undefined ? {} : { family }),
  ...(command === undefined ? {} : { command }),
  ...(outcome === undefined ? {} : { outcome }),
  ...(tag === undefined ? {} : { tag }),
  ...(since === undefined ? {} : { since }),
});

export const runsVerb: Verb = {
  name: 'runs',
  group: 'Look after',
  summary: 'what was tried: lists runs, shows one, puts some side by side',
  description:
    'Lists the runs that made a model, newest first, with the metric of their gates on the test part. show tells all of one; compare says what differs between the first and each further one, on the same test rows where there are such; tag and note say something of one; delete takes records away; export writes runs to an MLflow tracking server, an experiment a pipeline, each once; import brings runs of an experiment here, marked as imported, each once. A run is named by its id, by the beginning or the end of one, or as name@version.',
  examples: [
    ['aieng runs churn', 'the newest twenty'],
    ['aieng runs --best --family gbdt --csv runs.csv', 'for a spreadsheet'],
    ['aieng runs compare churn@1 churn@2', 'what differs, and what it did'],
    ['aieng runs tag 7K2V6S paper', 'by the end of its id'],
    ['aieng runs export --mlflow http://127.0.0.1:5000', 'a team keeps its UI'],
    ['aieng runs import --mlflow http://127.0.0.1:5000 --experiment churn', 'what was tried before'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).runsResult,
  define: (command, session) =>
    command
      .argument('[words...]', `list [pipeline] (the default), or ${runActions.slice(1).join(', ')} with runs`)
      .option('--family <name>', 'list: of this family only')
      .option('--command <name>', 'list: made by this command only')
      .option('--outcome <word>', 'list: that ended so only (ok, stopped, kept …)')
      .option('--tag <tag>', 'list: with this tag only')
      .option('--since <date>', 'list: begun since then only (2026-03-01, 2026-03-01T12:00Z)')
      .addOption(new Option('--limit <n>', 'list: at most so many (default: 20)').argParser(parseRowCount))
      .option('--best', 'list: the best of each pipeline first, by the metric of its gates', false)
      .option('--all', 'list: runs that made no model too', false)
      .option('--remove', 'tag: take these tags away', false)
      .option('--csv <file>', 'list, compare: also write the runs as CSV')
      .option('--markdown <file>', 'also write what is told as Markdown')
      .option('--mlflow <url>', 'export, import: the tracking server (MLFLOW_TRACKING_URI)')
      .option(
        '--experiment <name>',
        'import: the runs of this experiment; repeatable',
        (name: string, names: readonly string[]) => [...names, name],
        [],
      )
      .action(async (words: readonly string[], flags: Flags) => {
        const { pipeline, ...asked } = wordsOf(words);
        const { limit, best, all, remove, csv, markdown, mlflow, experiment } = flags;
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { runs } = await import('./runs.ts');
            const { flaggedInstant } = await import('../instant.ts');
            const { runsView } = await import('./view.ts');
            const { markdown: told } = await import('../view/markdown.ts');
            return runs(context, {
              ...asked,
              filter: filterOf(
                flags,
                pipeline,
                flags.since === undefined ? undefined : flaggedInstant('--since', flags.since),
              ),
              best,
              all,
              remove,
              ...(limit === undefined ? {} : { limit }),
              ...(csv === undefined ? {} : { csv }),
              ...(markdown === undefined ? {} : { markdown }),
              ...(mlflow === undefined ? {} : { mlflow }),
              experiments: experiment,
              tell: (outcome) => told(runsView.blocks(outcome)),
            });
          },
          view: async () => (await import('./view.ts')).runsView,
        });
      }),
};
