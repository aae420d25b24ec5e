import { usageError } from '../../errors.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import type { Context } from '../../project/context.ts';
import type { Observation } from '../../project/observation/observe.ts';
import { acceptReference } from '../../project/observation/reference.ts';
import { formatCount } from '../../statistics/figures.ts';

/** A report after somebody accepted what it alarms of. */
export interface Acceptance {
  readonly report: MonitorReport;
  readonly warnings: readonly string[];
}

/** @throws usage error (exit 2) for a reason that says nothing. */
export function requireReason(why: string | undefined): void {
  if (why === undefined || why.trim() !== '') return;
  throw usageError({
    code: 'no-reason',
    message: '--accept says nothing: got an empty text, expected why what is there now is right.',
    hint: 'Write what happened: --accept "prices rose on 1 May".',
  });
}

const nothingAccepted = (report: MonitorReport, because: string): Acceptance => ({
  report,
  warnings: [`Nothing was accepted: ${because}. The reference stays as it is.`],
});

/**
 * Takes what is there now as the reference of drift and performance, on record, and closes the alarms that this answers.
 * What a service suffers from is no population: those alarms stay.
 */
export async function accept(
  context: Context,
  pipeline: string,
  bundle: Bundle,
  { report, present }: Observation,
  why: string,
): Promise<Acceptance> {
  const seen = report.alarms.filter(({ kind }) => kind !== 'health');
  const left = report.alarms.filter(({ kind }) => kind === 'health');
  if (seen.length === 0)
    return nothingAccepted(
      report,
      left.length === 0 ? 'there is no alarm' : 'how a service does is mended, not accepted',
    );
  const { reference, scored, from } = await present();
  const accepted = await acceptReference(context, pipeline, {
    by: 'person',
    why,
    seen: seen.map(({ kind, message }) => ({ kind, message })),
    bundle,
    reference,
    scored,
    from,
  });
  const { at, by, who } = accepted;
  const few = reference.rows < 500 ? ', which see large changes only: accept again when more came' : '';
  return {
    report: {
      ...report,
      alarms: left,
      decision: left.length > 0 ? 'alarm' : 'accepted',
      accepted: { at, by, who, why, seen: accepted.seen },
    },
    warnings: [
      `${formatCount(seen.length, 'alarm')} accepted: the newest ${formatCount(reference.rows, 'row')} are the reference from now on${few}.`,
    ],
  };
}
