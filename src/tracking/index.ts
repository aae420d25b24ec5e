import type { RecordKind } from './recordKind.ts';
import { acceptedReferenceKind } from './acceptedReferences.ts';
import { aliasKind } from './aliases.ts';
import { alertBookKind } from './alerts/books.ts';
import { approvalKind, waitingKind } from './retraining/approvals.ts';
import { desiredKind } from './desired.ts';
import { fileDigestKind } from './fileDigests.ts';
import { fittedRowsKind } from './fittedRows.ts';
import { foldKind } from './folds.ts';
import { forgottenKind } from './forgotten.ts';
import { imageKind } from './images.ts';
import { lookKind } from './runs/looks.ts';
import { mendedKind } from './mended.ts';
import { measuredMemoryKind } from './measuredMemory.ts';
import { monitorReportKind } from './monitorReports.ts';
import { rejectsKind } from './rejects.ts';
import { retrainingKind } from './retraining/retrainings.ts';
import { runMarkKind } from './runs/marks.ts';
import { runKind } from './runs/runs.ts';
import { saltKind } from './salt.ts';
import { scheduleRunKind } from './scheduleRuns.ts';
import { validatedKind } from './runs/validations.ts';
import { searchKind } from './runs/searches.ts';
import { stageKinds } from './stages.ts';
import { trialKind } from './trials.ts';
import { attachedKind } from './trust/attached.ts';
import { consentKind } from './trust/consents.ts';
import { signatureKind } from './trust/signatures.ts';

/** Every kind of record. Add one: a file here and a line below; the conformance suite, `doctor` and `gc` then know it. */
export const recordKinds: readonly RecordKind<object>[] = [
  runKind,
  runMarkKind,
  aliasKind,
  alertBookKind,
  rejectsKind,
  mendedKind,
  monitorReportKind,
  lookKind,
  validatedKind,
  retrainingKind,
  acceptedReferenceKind,
  waitingKind,
  approvalKind,
  scheduleRunKind,
  fittedRowsKind,
  desiredKind,
  foldKind,
  forgottenKind,
  ...Object.values(stageKinds),
  imageKind,
  measuredMemoryKind,
  fileDigestKind,
  trialKind,
  searchKind,
  saltKind,
  attachedKind,
  signatureKind,
  consentKind,
];

/** The kind that the store keeps under a name (`monitor-churn`), and whose it is; undefined for what is of no kind. */
export function kindKeptUnder(
  stored: string,
): { readonly kind: RecordKind<object>; readonly of?: string } | undefined {
  const kind = recordKinds.find(({ name, owner }) =>
    owner === null ? stored === name : stored.startsWith(`${name}-`),
  );
  if (kind === undefined) return undefined;
  return kind.owner === null ? { kind } : { kind, of: stored.slice(kind.name.length + 1) };
}
