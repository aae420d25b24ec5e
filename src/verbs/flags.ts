import type { Command } from 'commander';
import { Argument, InvalidArgumentError, Option } from 'commander';
import type { SearchWish } from '../cascade/search/search.ts';

/** Flags that every command has, before or after its name. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** `-C <dir>` */
  readonly C?: string;
  readonly store?: string;
  /** Which section of `env` of a pipeline counts. */
  readonly env?: string;
  /** Bundles may bring code of their own. */
  readonly allowCode: boolean;
  /** Where a JUnit report of the command goes. */
  readonly junit?: string;
  /** Where a SARIF report of the command goes. */
  readonly sarif?: string;
  /** False with `--no-color`. */
  readonly color: boolean;
}

/** Adds the global flags to the program. */
export function addGlobalFlags(program: Command): Command {
  return program
    .option('--json', 'one JSON object on stdout, everything else on stderr', false)
    .addOption(
      new Option('-q, --quiet', 'only errors and the essential answer').default(false).conflicts('verbose'),
    )
    .option('-v, --verbose', 'every step, and the causes of errors', false)
    .option('-C <dir>', 'work as if started in this folder')
    .option('--store <dir>', 'where snapshots, runs and bundles are kept (AIENG_STORE; default .aieng)')
    .option('--env <name>', 'what a pipeline says under env for this place counts (AIENG_ENV; dev, prod …)')
    .option(
      '--allow-code',
      'let the code run that a bundle brings along (AIENG_ALLOW_CODE=1; only of whom you trust)',
      false,
    )
    .option('--junit <file>', 'also write a JUnit report of this command (XML, for CI servers)')
    .option('--sarif <file>', 'also write a SARIF 2.1.0 report of this command (for code scanning)')
    .option('--no-color', 'no colour (also NO_COLOR)');
}

function wholeNumber(text: string, most: number, what: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw new InvalidArgumentError(`${what} is a whole number from 0 to ${most}.`);
  return value;
}

/** `--shard i/n`: whether there is such a shard is for the work itself to say. */
export function parseShard(text: string): { index: number; of: number } {
  const found = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
  if (found === null)
    throw new InvalidArgumentError(
      'A shard is i/n with i from 0 to n-1, for example 0/8 (in a Kubernetes Job, "$JOB_COMPLETION_INDEX/8").',
    );
  return { index: Number(found[1]), of: Number(found[2]) };
}

/** `--explain n` */
export const parseColumnCount = (text: string): number => wholeNumber(text, 2 ** 31, 'A number of columns');

/** `--port`: 0 lets the system choose. */
export const parsePort = (text: string): number => wholeNumber(text, 65_535, 'A port');

/** A bundle's version, as the supervisor hands it to `serve`. */
export const parseVersion = (text: string): number => wholeNumber(text, 2 ** 31, 'A version');

/** A share of the requests: `10%`, `0.1`. More than nothing, at most all. */
export function parseShare(text: string): number {
  const [, digits = '', percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  const share = digits === '' ? Number.NaN : Number(digits) / (percent === '%' ? 100 : 1);
  if (!(share > 0 && share <= 1))
    throw new InvalidArgumentError('A share is above 0 and at most 1, or a percentage: 10%, 0.1.');
  return share;
}

/** A number of bytes. */
export const parseBytes = (text: string): number => wholeNumber(text, 2 ** 40, 'A size in bytes');

/** `--memory-mb` */
export function parseMegabytes(text: string): number {
  const size = wholeNumber(text, 1_000_000, 'A size in MB');
  if (size < 64) throw new InvalidArgumentError('Give at least 64 MB.');
  return size;
}

/** `--cpus` */
export function parseCpus(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= 1024))
    throw new InvalidArgumentError('Give a number of CPUs above 0, up to 1024.');
  return value;
}

/** `--limit` of a list. */
export const parseRowCount = (text: string): number => wholeNumber(text, 2 ** 31, 'A number of rows');

/** The number of a pull request. */
export const parsePullRequest = (text: string): number => wholeNumber(text, 2 ** 31, 'A pull request');

/** `--search`: at least one trial. */
function parseTrials(text: string): number {
  const trials = wholeNumber(text, 10_000, 'A number of trials');
  if (trials === 0) throw new InvalidArgumentError('Give at least one trial.');
  return trials;
}

/** Seconds, as a decimal number, to ms. */
export function parseSeconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 86_400)) throw new InvalidArgumentError('Give seconds from 0 to 86400.');
  return Math.round(value * 1000);
}

/** An option that names the words that people use with it, and takes others too. */
export function offering(flags: string, says: string, words: readonly string[]): Option {
  const option = new Option(flags, says);
  option.argChoices = [...words];
  return option;
}

/** `--wait <s>`: how long to wait for another run that holds the pipeline. In ms after parsing. */
export const waitOption = (): Option =>
  new Option('--wait <s>', 'seconds to wait for another run of this pipeline')
    .argParser(parseSeconds)
    .default(60_000, '60');

/** The argument of the stages: a pipeline by name or path. */
export const pipelineArgument = (): Argument =>
  new Argument('[pipeline]', 'name or path; may be left out where there is one');

/** What is said about a bundle argument. */
export const bundleHelp = 'name@version, name@alias, name (its newest version), a folder or a .tar';

/** `--only`: just this stage. */
export const onlyOption = (): Option =>
  new Option('--only', 'just this stage: do not run the stages before it').default(false);

/** `--full`: all of a source, also where only new rows would be added. */
export const fullOption = (): Option =>
  new Option('--full', 'read the whole source, not only what is new in it').default(false);

/** `--open`: the report in the browser. */
export const openOption = (): Option =>
  new Option('--open', 'open the report in the browser; only on a terminal').default(false);

/** `--set key=value`: a key of the pipeline for this run. */
export const setFlag = (): Option =>
  new Option('--set <key=value>', 'set a key of the pipeline for this run (repeatable)')
    .argParser((text: string, before: readonly string[]) => [...before, text])
    .default([], 'none');

/** `--set key=value` and `--family name`, of what fits a model: keys of the pipeline for this run. */
export const setOptions = (): readonly Option[] => [
  new Option('--family <name>', 'the family of models for this run: --set model.family=<name>'),
  setFlag(),
];

/** What `--set` and `--family` say together. */
export const settingsOf = ({ family, set = [] }: SetFlags): { readonly set: readonly string[] } => ({
  set: [...(family === undefined ? [] : [`model.family=${family}`]), ...set],
});

/** The flags of `setOptions`, after parsing. */
export interface SetFlags {
  readonly family?: string;
  readonly set?: readonly string[];
}

/** `--seconds s`: how long is chosen among what may become the model. */
export const secondsOption = (what: string): Option =>
  new Option('--seconds <s>', what).argParser((text: string) => parseSeconds(text) / 1000);

/** `--search n --seconds s`: how much is tried. */
export const searchOptions = (): readonly Option[] => [
  new Option(
    '--search <n>',
    'search the parameters of the family: n trials, judged by folds, and the best is trained',
  ).argParser(parseTrials),
  secondsOption(
    'begin no further round of a search after this time; without --search, no further fold of family auto',
  ),
];

/** What `--search` and `--seconds` ask for; null where there is no search: then the seconds are family auto's. */
export function searchWish({ search, seconds }: SearchFlags): SearchWish | null {
  return search === undefined ? null : { trials: search, seconds: seconds ?? null };
}

/** The flags of `searchOptions`, after parsing. */
interface SearchFlags {
  readonly search?: number;
  readonly seconds?: number;
}

/** Flags of the stages, after parsing. */
export interface StageFlags extends SetFlags, SearchFlags {
  readonly only: boolean;
  /** Of ingest. */
  readonly full?: boolean;
  /** ms */
  readonly wait: number;
}
