import { exitCodes } from '../../errors.ts';
import { afterOutcome } from '../../project/alerting/afterCommand.ts';
import { newsOfApproval } from '../../project/alerting/findings.ts';
import type { Context } from '../../project/context.ts';
import { answerChallenger } from '../../project/deployment/answerChallenger.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Action } from '../../ui/page.ts';
import { checkPipeline } from './load/monitoring.ts';

/** Whoever was told that a challenger waits hears that it waits no more, as after `aieng approve`. */
async function tellOthers(context: Context, pipeline: string): Promise<void> {
  const outcome = { exitCode: exitCodes.ok, warnings: [], news: newsOfApproval, result: null };
  const ended = { command: 'approve', pipeline, terminal: true };
  for (const message of await afterOutcome(context, ended, outcome))
    context.progress({ kind: 'warning', message });
}

/** Answers for the challenger that the page showed: refused where another one waits by now. */
const answering =
  (context: Context, reject: boolean): Action['act'] =>
  async (form) => {
    const name = form.get('pipeline') ?? '';
    await checkPipeline({ context }, name);
    const pipeline = await openPipeline(context, name);
    await answerChallenger(context, pipeline, {
      reject,
      why: form.get('why') ?? '',
      challenger: form.get('challenger') ?? '',
      noDeploy: false,
      waitMs: 0,
    });
    await tellOthers(context, name);
    return `/decisions?pipeline=${encodeURIComponent(name)}`;
  };

/** What may be done on the page of decisions, by the function that `aieng approve` calls. */
export const decisionActions = (context: Context): readonly Action[] => [
  { name: 'approve', act: answering(context, false) },
  { name: 'reject', act: answering(context, true) },
];
