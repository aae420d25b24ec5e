import type { CompareOptions } from './options.ts';
import { Option } from 'commander';
import { parsePullRequest } from '../flags.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly markdown?: string;
  readonly comment: boolean;
  readonly pullRequest?: number;
}

export const compareVerb: Verb = {
  name: 'compare',
  group: 'More',
  summary: 'two --json outputs side by side, as a comment of a pull request',
  description:
    'Puts what two runs of a pipeline wrote with --json side by side: metrics with their direction, gates, alarms, warnings, and whether the bundle is the same. With --comment it renews one comment on the pull request that GitHub Actions runs for (GITHUB_TOKEN, GITHUB_REPOSITORY); a token that may not write is a warning.',
  examples: [
    ['aieng compare base.json head.json', 'what the change does'],
    ['aieng compare - head.json --markdown comment.md', 'the base has none'],
    ['aieng compare base.json head.json --comment', 'in a workflow for a pull request'],
  ],
  exits: [],
  result: async () => (await import('./result.ts')).compareResult,
  define: (command, session) =>
    command
      .argument('<base-file>', 'the stdout of `aieng run --json` on the base branch; - where there is none')
      .argument('<head-file>', 'the same of the change')
      .option('--markdown <file>', 'also write the comment here')
      .option('--comment', 'put the comment on the pull request, or renew it there', false)
      .addOption(
        new Option('--pull-request <n>', 'which one, where the workflow does not say').argParser(
          parsePullRequest,
        ),
      )
      .action(async (base: string, head: string, flags: Flags) => {
        await session.perform(command, {
          rootOptional: true,
          call: async (context) => {
            const { compare } = await import('./compare.ts');
            const { comparisonComment } = await import('./comment.ts');
            const { secretScrubber } = await import('../../environment/secrets.ts');
            const scrub = secretScrubber(context.environment.variables);
            const tell: CompareOptions['tell'] = (comparison) => comparisonComment(comparison, scrub);
            return compare(context, { ...flags, base, head, tell });
          },
          view: async () => (await import('./view.ts')).compareView,
        });
      }),
};
