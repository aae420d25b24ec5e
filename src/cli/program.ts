import { Argument, Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import { exitMeanings } from './exitMeanings.ts';
import { addGlobalFlags } from '../verbs/flags.ts';
import type { Ink } from './render/ink.ts';
import { noInk } from './render/ink.ts';
import type { Session, Verb } from '../verbs/verb.ts';
import { verbs } from '../verbs/index.ts';
import { wrap } from '../verbs/view/width.ts';

/** Where help goes and how it looks. */
export interface HelpStyle {
  readonly ink: Ink;
  readonly columns: number;
  /** Repeat the global options on every command's page (`--help` does, docs/cli.md tells them once). */
  readonly globalOptions: boolean;
  readonly write: (text: string) => void;
}

/** The style of docs/cli.md. */
export const plainHelp: HelpStyle = {
  ink: noInk,
  columns: 80,
  globalOptions: false,
  write: () => undefined,
};

const firstSteps: Verb['examples'] = [
  ['aieng init --from customers.csv --label churned', 'a project from your data'],
  ['aieng run', 'from the data to a bundle'],
  ['aieng deploy', 'and on to a running service'],
];

/** Example commands with what they do: on one line where all fit, else each under its own comment, whole to copy. */
function exampleLines(examples: Verb['examples'], { ink, columns }: HelpStyle): readonly string[] {
  const width = examples.reduce((most, [command]) => Math.max(most, command.length), 0);
  const besides = examples.every(([, says]) => 2 + width + 4 + says.length <= columns);
  return examples.flatMap(([command, says]) =>
    besides
      ? [`  ${ink('accent', command.padEnd(width))}  ${ink('dim', `# ${says}`)}`]
      : [
          ...wrap(says, columns - 4).map((line) => `  ${ink('dim', `# ${line}`)}`),
          `  ${ink('accent', command)}`,
        ],
  );
}

/** What stands below a command's options: examples and exit codes. `verb` is undefined for the program itself. */
export function closingText(verb: Verb | undefined, style: HelpStyle): string {
  const { ink, columns } = style;
  const examples = verb?.examples ?? firstSteps;
  const codes: readonly ExitCode[] = verb === undefined ? [] : [0, 2, ...verb.exits];
  return [
    '',
    ink('strong', examples.length === 1 ? 'Example:' : 'Examples:'),
    ...exampleLines(examples, style),
    ...(codes.length === 0 ? [] : ['', ink('strong', 'Exit codes:')]),
    ...codes.flatMap((code) =>
      wrap(exitMeanings[code], columns - 6).map(
        (line, index) => `  ${(index === 0 ? String(code) : '').padEnd(3)} ${line}`,
      ),
    ),
    '',
  ].join('\n');
}

/** `local, container or kubernetes` */
const alternatives = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`;

/** What an option is for, the words it takes, and what it is without; a flag that is off needs no word of that. */
function described({ description, argChoices, defaultValue, defaultValueDescription }: Described): string {
  const choices = argChoices === undefined ? '' : `: ${alternatives(argChoices)}`;
  const shown =
    typeof defaultValue === 'string' || typeof defaultValue === 'number' ? String(defaultValue) : undefined;
  const without = defaultValueDescription ?? shown;
  return `${description}${choices}${without === undefined ? '' : ` (default: ${without})`}`;
}

interface Described {
  readonly description: string;
  readonly argChoices?: readonly string[] | undefined;
  readonly defaultValue?: unknown;
  readonly defaultValueDescription?: string | undefined;
}

/** Everything is broken between words at the width of the terminal, but for commands. */
const layoutOf = ({ columns }: HelpStyle) => ({
  helpWidth: columns,
  minWidthToWrap: 12,
  boxWrap: (text: string, width: number): string =>
    text
      .split('\n')
      .flatMap((line) => wrap(line, width))
      .join('\n'),
});

function styleHelp(command: Command, verb: Verb | undefined, style: HelpStyle): Command {
  const { ink } = style;
  const accent = (text: string): string => ink('accent', text);
  return command
    .configureHelp({
      ...layoutOf(style),
      showGlobalOptions: style.globalOptions && verb !== undefined,
      subcommandTerm: (each) => each.name(),
      visibleGlobalOptions: (each) =>
        style.globalOptions
          ? (each.parent?.options.filter((option) => option.long !== '--version') ?? [])
          : [],
      optionDescription: described,
      argumentDescription: described,
      styleTitle: (text) => ink('strong', text),
      styleOptionTerm: accent,
      styleSubcommandTerm: accent,
      styleArgumentTerm: accent,
    })
    .addHelpText('after', () => closingText(verb, style));
}

/** Errors are thrown, never printed by commander; help goes where the style says. */
const configure = (command: Command, style: HelpStyle): Command =>
  command.exitOverride().configureOutput({
    writeOut: style.write,
    writeErr: style.write,
    outputError: () => undefined,
    getOutHasColors: () => true,
    getErrHasColors: () => true,
  });

/** A command as the list of commands has it. */
function addVerb(program: Command, verb: Verb): Command {
  const hidden = verb.group === 'hidden';
  const command = program.command(verb.name, { hidden }).summary(verb.summary).description(verb.description);
  return hidden ? command : command.helpGroup(`${verb.group}:`);
}

/** Adds what who calls a command needs, or asks for its page: arguments, options, the action. */
function defineVerb(command: Command, verb: Verb, session: Session, style: HelpStyle): void {
  configure(command, style);
  if (verb.group !== 'hidden') styleHelp(command, verb, style);
  verb.define(command, session);
}

/** `aieng help` and `aieng help train`: the same pages as `--help`. */
function addHelp(program: Command, style: HelpStyle, define: (command: Command) => void): void {
  const shown = verbs.filter(({ group }) => group !== 'hidden').map(({ name }) => name);
  const topic = new Argument('[command]', 'which one; left out: the list of all');
  topic.argChoices = shown;
  const command = program
    .command('help')
    .helpGroup('More:')
    .summary('this list, or the page of a command')
    .description('Shows what `aieng --help` or `aieng <command> --help` shows.')
    .addArgument(topic)
    .action((name: string | undefined) => {
      const page = name === undefined ? program : program.commands.find((each) => each.name() === name);
      if (page === undefined)
        program.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' });
      define(page);
      page.outputHelp();
    });
  configure(command, style).configureHelp({
    ...layoutOf(style),
    argumentDescription: ({ description }) => description,
  });
}

/** The program, and what makes one of its commands whole; the second time that does nothing. */
interface Opened {
  readonly program: Command;
  readonly define: (command: Command) => void;
}

function open(session: Session, version: string, style: HelpStyle): Opened {
  const program = configure(new Command('aieng'), style)
    .usage('<command> [options]')
    .description(
      'From a table of data to a model that looks after itself: ingest, validate, featurize, train, package, deploy, monitor, retrain.',
    )
    .version(version, '-V, --version', 'the version of aieng')
    .helpOption('-h, --help', 'this text, with examples')
    .helpCommand(false);
  addGlobalFlags(program);
  styleHelp(program, undefined, style);
  const pending = new Map(verbs.map((verb) => [addVerb(program, verb), verb]));
  const define = (command: Command): void => {
    const verb = pending.get(command);
    if (verb === undefined) return;
    pending.delete(command);
    defineVerb(command, verb, session, style);
    if (verb.tellsOfAll === true) program.commands.forEach(define);
  };
  addHelp(program, style, define);
  return { program, define };
}

/** The whole command line, built from `verbs/index.ts`. */
export function buildProgram(session: Session, version: string, style: HelpStyle): Command {
  const { program, define } = open(session, version, style);
  program.commands.forEach(define);
  return program;
}

/** The command line for one call: of forty commands the one that is called gets its options. */
export function programToCall(session: Session, version: string, style: HelpStyle): Command {
  const { program, define } = open(session, version, style);
  return program.hook('preSubcommand', (_, command) => define(command));
}
