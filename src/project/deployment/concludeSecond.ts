import type { SecondReport } from '../../monitoring/second.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { bringUp } from './bringUp.ts';
import { placeNow, placeOf, targetNameOf } from './place.ts';
import type { SecondBundle } from './second.ts';

/** How long another command may hold the deployment. */
const waitMs = 30_000;

/**
 * Does what a judgement asks for: what is good takes over where the pipeline lets it, what is bad is taken back. Either is a
 * switch like any other, and goes on only from what was judged.
 *
 * @throws deployError (exit 6) where it does not get healthy, and usage error `champion-moved` where another command changed what runs
 */
export async function concludeSecond(
  context: Context,
  pipeline: Pipeline,
  first: NamedBundle,
  { named, role }: SecondBundle,
  { state, because }: SecondReport,
): Promise<SecondReport['done']> {
  if (state === 'open' || (state === 'good' && pipeline.deploy.canary.promotion === 'approve'))
    return 'nothing';
  const { name } = pipeline;
  const target = await targetNameOf(context, name);
  const place = await placeNow(context, name, placeOf(pipeline), target);
  const done = state === 'good' ? 'promoted' : 'taken back';
  await bringUp(context, state === 'good' ? named : first, place, {
    why: `aieng monitor (${role} ${done}): ${because}`,
    waitMs,
    expected: first.bundle.digest,
    expectedSecond: named.bundle.digest,
  });
  return done;
}
