import { Argument } from 'commander';
import type { Shell } from './completion.ts';
import type { Verb } from '../verb.ts';

const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];

export const completionVerb: Verb = {
  name: 'completion',
  group: 'More',
  summary: 'a completion script for bash, zsh or fish',
  description: 'Prints a script that completes commands, options, pipelines and files in your shell.',
  examples: [
    ['source <(aieng completion bash)', 'in ~/.bashrc'],
    ['source <(aieng completion zsh)', 'in ~/.zshrc'],
    ['aieng completion fish > ~/.config/fish/completions/aieng.fish', 'once'],
  ],
  exits: [],
  tellsOfAll: true,
  define: (command, session) =>
    command
      .addArgument(new Argument('<shell>', 'which shell').choices(shells))
      .action(async (shell: Shell) => {
        const { completionScript } = await import('./completion.ts');
        session.print(completionScript(shell, command.parent ?? command));
      }),
};
