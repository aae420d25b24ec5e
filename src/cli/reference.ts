import type { Command } from 'commander';
import { exitMeanings } from './exitMeanings.ts';
import { buildProgram, closingText, plainHelp } from './program.ts';
import type { Session } from '../verbs/verb.ts';
import { verbGroups } from '../verbs/verb.ts';
import { verbs } from '../verbs/index.ts';

/** A session for a program that is only read. */
export const nobody: Session = {
  cwd: '',
  perform: async () => undefined,
  print: () => undefined,
  note: () => undefined,
};

const fenced = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;

function verbSections(program: Command): string[] {
  return verbGroups.flatMap((group) => [
    `## ${group}`,
    ...verbs
      .filter((verb) => verb.group === group)
      .flatMap((verb) => {
        const command = program.commands.find((each) => each.name() === verb.name);
        if (command === undefined) return [];
        return [
          `### aieng ${verb.name}`,
          fenced(command.helpInformation() + closingText(verb, plainHelp)),
          ...(verb.result === undefined ? [] : [`With \`--json\`: [what it gives](json.md#${verb.name}).`]),
        ];
      }),
  ]);
}

/** docs/cli.md: every command's help, the global options, the exit codes and the shape of `--json`. Pure. */
export function cliReference(): string {
  const program = buildProgram(nobody, '', plainHelp);
  const codes = Object.entries(exitMeanings)
    .map(([code, says]) => [Number(code), says] as const)
    .sort(([left], [right]) => left - right);
  return `${[
    '# Command line reference',
    'Generated from `aieng --help` by `scripts/docs.ts`; `npm test` compares.',
    fenced(program.helpInformation() + closingText(undefined, plainHelp)),
    'The options above work with every command, before or after its name.',
    ...verbSections(program),
    '## Exit codes',
    ['| code | meaning |', '|---:|---|', ...codes.map(([code, says]) => `| ${code} | ${says} |`)].join('\n'),
    '## JSON output',
    'With `--json` a command writes one JSON object to stdout and everything else to stderr: [json.md](json.md) has its keys.',
    '## Environment',
    [
      '| variable | meaning |',
      '|---|---|',
      '| `AIENG_STORE` | the store, where `--store` is not given |',
      '| `AIENG_ENV` | which section of `env` of a pipeline counts, where `--env` is not given |',
      '| `NO_COLOR`, `FORCE_COLOR` | no colour at all; colour in a pipe too |',
      '| `GITHUB_ACTIONS`, `GITHUB_STEP_SUMMARY`, `GITHUB_WORKSPACE` | set by GitHub: annotations and a step summary |',
      '| `GITHUB_TOKEN`, `GITHUB_REPOSITORY`, `GITHUB_EVENT_PATH`, `GITHUB_API_URL` | where `compare --comment` writes, and with which right |',
      '| `CI_PROJECT_DIR` | set by GitLab: what files in SARIF are relative to |',
      '| `COLUMNS` | width of the text where stdout is not a terminal |',
    ].join('\n'),
    'Values of variables whose name has `TOKEN`, `SECRET`, `PASSWORD` or `KEY` in it, and credentials in URLs, are replaced by `***` in everything that aieng says.',
  ].join('\n\n')}\n`;
}
