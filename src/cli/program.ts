import { Command, Help } from 'commander';
import type { ExitCode } from '../errors.ts';
import { exitMeanings } from './exitMeanings.ts';
import { addGlobalFlags } from '../verbs/flags.ts';
import type { Ink } from './render/ink.ts';
import { noInk } from './render/ink.ts';
import type { Session, Verb } from '../verbs/verb.ts';
import { verbs } from '../verbs/index.ts';

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
  columns: 100,
  globalOptions: false,
  write: () => undefined,
};

const firstSteps: Verb['examples'] = [
  ['aieng init --from customers.csv --label churned', 'a project from your data'],
  ['aieng run', 'from the data to a bundle'],
  ['aieng deploy', 'and on to a running service'],
];

/** What stands below a command's options: examples and exit codes. `verb` is undefined for the program itself. */
export function closingText(verb: Verb | undefined, ink: Ink): string {
  const examples = verb?.examples ?? firstSteps;
  const codes: readonly ExitCode[] = verb === undefined ? [] : [0, 2, ...verb.exits];
  const width = examples.reduce((most, [command]) => Math.max(most, command.length), 0);
  return [
    '',
    ink('strong', examples.length === 1 ? 'Example:' : 'Examples:'),
    ...examples.map(
      ([command, says]) => `  ${ink('accent', command.padEnd(width))}  ${ink('dim', `# ${says}`)}`,
    ),
    ...(codes.length === 0 ? [] : ['', ink('strong', 'Exit codes:')]),
    ...codes.map((code) => `  ${String(code).padEnd(3)} ${exitMeanings[code]}`),
    '',
  ].join('\n');
}

const standard = new Help();

function styleHelp(command: Command, verb: Verb | undefined, style: HelpStyle): Command {
  const { ink } = style;
  const accent = (text: string): string => ink('accent', text);
  return command
    .configureHelp({
      helpWidth: Math.min(style.columns, 110),
      showGlobalOptions: style.globalOptions && verb !== undefined,
      subcommandTerm: (each) => each.name(),
      visibleGlobalOptions: (each) =>
        style.globalOptions
          ? (each.parent?.options.filter((option) => option.long !== '--version') ?? [])
          : [],
      optionDescription: (option) =>
        option.defaultValue === false ? option.description : standard.optionDescription(option),
      styleTitle: (text) => ink('strong', text),
      styleOptionTerm: accent,
      styleSubcommandTerm: accent,
      styleArgumentTerm: accent,
    })
    .addHelpText('after', () => closingText(verb, ink));
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

function addVerb(program: Command, verb: Verb, session: Session, style: HelpStyle): void {
  const hidden = verb.group === 'hidden';
  const command = program.command(verb.name, { hidden }).summary(verb.summary).description(verb.description);
  configure(command, style);
  if (!hidden) styleHelp(command.helpGroup(`${verb.group}:`), verb, style);
  verb.define(command, session);
}

/** The whole command line, built from `verbs/index.ts`. */
export function buildProgram(session: Session, version: string, style: HelpStyle): Command {
  const program = configure(new Command('aieng'), style)
    .usage('<command> [options]')
    .description(
      'From a table of data to a model that looks after itself: ingest, validate, featurize, train,\npackage, deploy, monitor, retrain.',
    )
    .version(version, '-V, --version', 'the version of aieng')
    .helpOption('-h, --help', 'this text, with examples')
    .helpCommand(false);
  addGlobalFlags(program);
  styleHelp(program, undefined, style);
  for (const verb of verbs) addVerb(program, verb, session, style);
  return program;
}
