import type { ApproveResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View } from '../view/blocks.ts';
import { command, facts, headline, list, next, table, toned } from '../view/blocks.ts';
import { versioned } from '../view/format.ts';
import { utcMinute } from '../../utc.ts';

const short = (digest: string): string => digest.slice(0, 12);

function headlineOf({ name, action, challenger, queue }: ApproveResult): Block {
  if (action === 'approved')
    return headline('good', `${versioned(name, challenger?.version ?? null)} takes over`);
  if (action === 'rejected')
    return headline(
      'none',
      'rejected',
      `${short(challenger?.bundle ?? '')} does not take over: the champion stays`,
    );
  return queue[0]?.state === 'waiting'
    ? headline('warn', 'a challenger waits for approval', short(queue[0].waiting.bundle))
    : headline('none', 'nothing waits for approval');
}

/** What the newest challenger is, and what speaks against it. */
function newestBlocks({ name, queue }: ApproveResult): readonly Block[] {
  const [newest] = queue;
  if (newest?.state !== 'waiting') return [];
  const { waiting } = newest;
  return [
    facts([
      ['why', waiting.because],
      ['against', versioned(name, waiting.champion.version)],
      ['since', utcMinute(waiting.at)],
    ]),
    list(
      waiting.holds.map(({ because }) => ({ sign: 'warn', text: because })),
      'it waits because',
    ),
  ];
}

/** `approve`: what waits, or what was decided. */
export const approveView: View<Outcome<ApproveResult>> = {
  blocks: ({ result }) => [
    headlineOf(result),
    facts([['serves at', result.deployed?.url ? toned('good', result.deployed.url) : null]]),
    ...newestBlocks(result),
    table(
      ['since', 'challenger', 'state', 'who', 'why'],
      result.queue.map(({ waiting, state, because, approval }) => [
        utcMinute(waiting.at),
        short(waiting.bundle),
        state,
        approval?.who ?? '–',
        approval?.why ?? because ?? '–',
      ]),
      'waits or waited',
    ),
    result.queue[0]?.state === 'waiting'
      ? next(
          command('approve', result.name, '--why', '"…"'),
          command('approve', result.name, '--reject', '--why', '"…"'),
        )
      : result.action === 'approved' && result.deployed === null
        ? next(command('deploy', versioned(result.name, result.challenger?.version ?? null)))
        : next(),
  ],
  essential: ({ result: { action, queue } }) => [
    action === 'listed'
      ? queue[0]?.state === 'waiting'
        ? queue[0].waiting.bundle
        : 'nothing waits'
      : action,
  ],
};
