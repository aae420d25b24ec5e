import type { ApproveOptions } from './options.ts';
import type { ApproveResult } from './result.ts';
import { exitCodes } from '../../errors.ts';
import { newsOfApproval } from '../../project/alerting/findings.ts';
import { answerChallenger } from '../../project/deployment/answerChallenger.ts';
import type { Standing } from '../../project/deployment/approvals.ts';
import { challengersWaiting } from '../../project/deployment/approvals.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';

const told = ({ runId, state, because, waiting, approval }: Standing): ApproveResult['queue'][number] => ({
  run: runId,
  state,
  because,
  waiting,
  approval,
});

/**
 * Tells which challengers wait for a person, or answers for the newest: approved, the very bundle that was judged gets its
 * version and serves; rejected, the champion stays. Who, when and why are written down.
 */
export async function approve(context: Context, options: ApproveOptions): Promise<Outcome<ApproveResult>> {
  const pipeline = await openPipeline(context, options.pipeline);
  const { name } = pipeline;
  const nothing = { action: 'listed', challenger: null, deployed: null } as const;
  const done = options.list ? nothing : await answerChallenger(context, pipeline, options);
  return {
    pipeline: name,
    exitCode: exitCodes.ok,
    decision: done.action,
    ...(done.challenger === null ? {} : { bundle: done.challenger.bundle }),
    ...(done.challenger?.version == null ? {} : { version: done.challenger.version }),
    ...(done.deployed === null ? {} : { deployment: name }),
    warnings: [],
    ...(done.action === 'listed' ? {} : { news: newsOfApproval }),
    result: {
      name,
      ...done,
      queue: (await challengersWaiting(context, name)).map(told),
      at: context.environment.now(),
    },
  };
}
