import type { Retraining } from '../../tracking/retraining/retrainings.ts';
import { retrainingShape } from '../../tracking/retraining/retrainings.ts';

/** What `retrain` tells is what it writes down. */
export const retrainResult = retrainingShape;
/** What `retrain` gives, member by member: docs/json.md#retrain. */
export type RetrainResult = Retraining;
/** What a retraining came to. */
export type RetrainDecision = RetrainResult['decision'];
