import type { Retraining } from '../../tracking/retraining/retrainings.ts';
import { retrainingShape } from '../../tracking/retraining/retrainings.ts';

/** What `retrain` tells is what it writes down. */
export const retrainResult = retrainingShape;
export type RetrainResult = Retraining;
export type RetrainDecision = RetrainResult['decision'];
