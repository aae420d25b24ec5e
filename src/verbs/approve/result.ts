import { Type } from '@sinclair/typebox';
import { deploymentStatusShape } from '../../deployment/target.ts';
import { count, digest, instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { approvalShape, waitingShape } from '../../tracking/retraining/approvals.ts';

export const approveResult = Type.Object({
  name: text(),
  action: oneOf(['listed', 'approved', 'rejected']),
  queue: Type.Array(
    Type.Object({
      run: text('Of the `aieng retrain` that trained it.'),
      state: oneOf(
        ['waiting', 'approved', 'rejected', 'stale'],
        'stale: another model is in charge than the one it was compared with, or a later attempt took its place.',
      ),
      because: orNull(text('Why it is stale.')),
      waiting: Type.Object({ ...waitingShape.properties, bundle: digest('The challenger.') }),
      approval: orNull(approvalShape),
    }),
    { description: 'What waits or waited, newest first.' },
  ),
  challenger: orNull(Type.Object({ version: orNull(count()), bundle: digest() }), 'What was decided on.'),
  deployed: orNull(deploymentStatusShape),
  at: instant(),
});
/** What `approve` gives, member by member: docs/json.md#approve. */
export type ApproveResult = Shape<typeof approveResult>;
