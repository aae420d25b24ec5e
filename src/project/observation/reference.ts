import { canonicalJson } from '../../digest.ts';
import type { Environment } from '../../environment/environment.ts';
import type { Reference, ScoredReference } from '../../monitoring/reference.ts';
import { parseDocument, readDocument, readScored } from '../../packaging/documents.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import type { AcceptedReference } from '../../tracking/acceptedReferences.ts';
import { readAcceptedReference, writeAcceptedReference } from '../../tracking/acceptedReferences.ts';
import type { Context } from '../context.ts';

/** What a model's traffic is compared with. */
export interface ReferenceInForce {
  readonly reference: Reference;
  /** Scored rows; null in bundles of before there were any, or where nothing was labelled. */
  readonly scored: ScoredReference | null;
  /** Who accepted it, when and why; null: it is the one of the bundle. */
  readonly accepted: AcceptedReference | null;
}

/** Who does something, as far as the machine says: `ada@build-3`. */
export function whoAmI({ variables, host }: Pick<Environment, 'variables' | 'host'>): string {
  const { GITHUB_ACTOR, USER, LOGNAME, USERNAME } = variables;
  const account = [GITHUB_ACTOR, USER, LOGNAME, USERNAME].find((each) => each !== undefined && each !== '');
  return `${account ?? 'somebody'}@${host.name}`;
}

/** The reference that was accepted last for a bundle, or else its own. */
export async function referenceOf(
  context: Pick<Context, 'store'>,
  pipeline: string,
  bundle: Bundle,
): Promise<ReferenceInForce> {
  const accepted = await readAcceptedReference(context, pipeline, bundle.digest);
  if (accepted === undefined)
    return {
      reference: readDocument(bundle, 'reference.json'),
      scored: readScored(bundle),
      accepted: null,
    };
  const { store } = context;
  const where = `the accepted reference of ${pipeline}`;
  return {
    reference: parseDocument('reference.json', await store.get(accepted.reference), where),
    scored:
      accepted.scored === null ? null : parseDocument('scored.json', await store.get(accepted.scored), where),
    accepted,
  };
}

/** What is accepted, by whom and why. */
export interface Acceptance extends Pick<AcceptedReference, 'by' | 'why' | 'seen'> {
  readonly bundle: Bundle;
  readonly reference: Reference;
  readonly scored: ScoredReference | null;
  /** When the first row of the reference of drift came; null: of a file, or the population is that of the bundle. */
  readonly from: number | null;
}

/** Takes a population as a bundle's reference from now on, on record. */
export async function acceptReference(
  context: Pick<Context, 'store' | 'environment'>,
  pipeline: string,
  { bundle, reference, scored, ...said }: Acceptance,
): Promise<AcceptedReference> {
  const { store, environment } = context;
  const keep = (document: object): Promise<string> =>
    store.put(new TextEncoder().encode(canonicalJson(document)));
  const accepted: AcceptedReference = {
    ...said,
    at: environment.now(),
    who: whoAmI(environment),
    bundle: bundle.digest,
    rows: reference.rows,
    labelled: reference.performance.rows,
    reference: await keep(reference),
    scored: scored === null ? null : await keep(scored),
  };
  await writeAcceptedReference(context, pipeline, environment.newId(), accepted);
  return accepted;
}

/**
 * A window without the rows from before the population that was accepted: they differ from it, and that was what was
 * accepted.
 */
export const sinceAccepted = <Window extends { readonly fromMs: number }>(
  window: Window,
  accepted: Pick<AcceptedReference, 'from'> | null,
): Window => ({ ...window, fromMs: Math.max(window.fromMs, accepted?.from ?? -Infinity) });
