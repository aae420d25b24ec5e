import { Type } from '@sinclair/typebox';
import { comparisonShape } from '../../evaluation/evaluation.ts';
import { bundleDigest, count, digest, instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Ledger } from '../ledger.ts';
import { listRecords, readRecord, recordKind, writeRecord } from '../recordKind.ts';
import { holdShape } from './retrainings.ts';

export const waitingShape = Type.Object({
  at: instant(),
  bundle: bundleDigest('The very challenger that was judged, refitted and kept; it has no version yet.'),
  champion: Type.Object({ version: orNull(count()), bundle: digest() }),
  because: text(),
  holds: Type.Array(holdShape),
  comparison: comparisonShape,
});
/** A challenger that is better and waits for a person. */
export type Waiting = Shape<typeof waitingShape>;

const sample: Waiting = {
  at: 1_764_400_000_000,
  bundle: 'c'.repeat(64),
  champion: { version: 3, bundle: 'a'.repeat(64) },
  because: 'Better beyond noise: log loss 0.7 → 0.54.',
  holds: [{ kind: 'asked-for', because: 'The pipeline asks for it (retrain.promotion: approve).' }],
  comparison: {
    metric: 'log_loss',
    rows: 800,
    champion: 0.7,
    challenger: 0.54,
    improvement: { value: 0.16, low: 0.12, high: 0.2, p: 0.001, better: true },
  },
};

/** Challengers that wait, under the id of the run that trained them. The newest counts. */
export const waitingKind = recordKind({
  name: 'waiting',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: waitingShape,
  older: {},
  without: 'Without it that challenger cannot be approved: run `aieng retrain --force` for a new one.',
  sample,
});

export const approvalShape = Type.Object({
  at: instant(),
  bundle: digest(),
  verdict: oneOf(['approved', 'rejected']),
  who: text('The account and the machine: `ada@build-3`.'),
  why: text(),
});
/** What a person said of a challenger that waited. */
export type Approval = Shape<typeof approvalShape>;

/** Approvals, under the id of the run that trained the challenger: each is answered once. */
export const approvalKind = recordKind({
  name: 'approval',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: approvalShape,
  older: {},
  without: 'Without it that challenger counts as waiting again.',
  sample: {
    at: 1_764_400_000_000,
    bundle: 'c'.repeat(64),
    verdict: 'approved',
    who: 'ada@build-3',
    why: 'the new tariff is here to stay',
  },
});

/** Writes down that a challenger waits. */
export async function writeWaiting(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  runId: string,
  waiting: Omit<Waiting, 'at'>,
): Promise<void> {
  await writeRecord(store, waitingKind, { of: pipeline, id: runId }, { at: environment.now(), ...waiting });
}

/** Writes down an answer. False: somebody answered before. */
export const writeApproval = (
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  runId: string,
  approval: Omit<Approval, 'at'>,
): Promise<boolean> =>
  writeRecord(store, approvalKind, { of: pipeline, id: runId }, { at: environment.now(), ...approval });

/** A challenger that waits or waited, with what was said of it. */
export interface Queued {
  readonly runId: string;
  readonly waiting: Waiting;
  readonly approval: Approval | null;
}

const queueShown = 20;

/**
 * Challengers that wait or waited, newest first.
 *
 * @throws damaged (exit 8), naming the file
 */
export async function approvalQueue(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<readonly Queued[]> {
  const { records, damaged } = await listRecords(store, waitingKind, { of: pipeline, limit: queueShown });
  if (damaged[0] !== undefined) throw damaged[0];
  return Promise.all(
    records.map(async ({ id, content }) => ({
      runId: id,
      waiting: content,
      approval: (await readRecord(store, approvalKind, { of: pipeline, id })) ?? null,
    })),
  );
}
