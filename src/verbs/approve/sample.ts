import { approvalKind, waitingKind } from '../../tracking/retraining/approvals.ts';
import { sampleStatus } from '../deploy/sample.ts';
import { sampled } from '../sample.ts';
import type { ApproveResult } from './result.ts';
import { approveView } from './view.ts';

const waits: ApproveResult['queue'][number] = {
  run: '01JD0000000000000000000002',
  state: 'waiting',
  because: null,
  waiting: waitingKind.sample,
  approval: null,
};
const stale: ApproveResult['queue'][number] = {
  ...waits,
  run: '01JD0000000000000000000001',
  state: 'stale',
  because: 'a later attempt (run 01JD0000000000000000000002, waits for approval) took its place',
};

/** Outcomes of `approve`, for the suite over all verbs. */
export const samples = sampled(
  approveView,
  {
    decision: 'listed',
    result: {
      name: 'churn',
      action: 'listed',
      queue: [waits, stale],
      challenger: null,
      deployed: null,
      at: 1_764_400_000_000,
    },
  },
  {
    decision: 'approved',
    result: {
      name: 'churn',
      action: 'approved',
      queue: [{ ...waits, state: 'approved', approval: approvalKind.sample }],
      challenger: { version: 4, bundle: 'c'.repeat(64) },
      deployed: sampleStatus,
      at: 1_764_400_000_000,
    },
  },
);
