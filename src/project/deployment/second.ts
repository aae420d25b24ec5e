import type { SecondWish } from '../../deployment/target.ts';
import { usageError } from '../../errors.ts';
import { loadBundle } from '../../packaging/keep.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { readSecond } from '../../tracking/desired.ts';
import type { NamedBundle } from '../bundles.ts';
import { bundleFolder } from '../bundles.ts';
import type { Context } from '../context.ts';
import type { Place } from './place.ts';

/** A bundle that is to take part beside the one in charge. */
export interface SecondBundle {
  readonly named: NamedBundle;
  readonly role: 'canary' | 'shadow';
  /** 0 … 1 */
  readonly share: number;
  /** Since when it does, ms since 1970 UTC; left out: from now on. */
  readonly since?: number;
}

/** What takes part beside the version in charge, with its bundle; null where nothing does. */
export async function secondNow(context: Context, name: string): Promise<SecondBundle | null> {
  const wished = await readSecond(context, name);
  if (wished === null) return null;
  const { version, bundle, role, share, since } = wished;
  return { named: { bundle: await loadBundle(context.store, bundle), name, version }, role, share, since };
}

const shown = ({ name, version, bundle }: NamedBundle): string =>
  `${name}@${version ?? bundle.digest.slice(0, 12)}`;

/** Callers must not see which of the two answered by anything but its figures. */
function answersAlike({ manifest: first }: Bundle, { manifest: second }: Bundle): boolean {
  const { kind } = first.task;
  return (
    kind === second.task.kind &&
    first.label === second.label &&
    first.outputs.length === second.outputs.length &&
    first.outputs.every((name, at) => name === second.outputs[at])
  );
}

/** @throws usage error (exit 2) where two bundles, or this place, are not made for it */
export function requireBeside(first: NamedBundle, { named, role }: SecondBundle, { target }: Place): void {
  const [one, other] = [shown(first), shown(named)];
  if (target === 'kubernetes')
    throw usageError({
      code: 'second-not-here',
      message: `A ${role} runs in the processes or the container of its deployment; in a cluster the image holds one bundle.`,
      hint: `Write the files of the second with --manifests and a --namespace of its own, and set deploy.kubernetes.route, which writes an HTTPRoute that splits the requests by weight: docs/deploy/canary.md shows how.`,
    });
  if (first.bundle.digest === named.bundle.digest)
    throw usageError({
      code: 'second-same',
      message: `${other} is in charge already: there is nothing to compare.`,
      hint: 'Name another version; `aieng status` shows which there are.',
    });
  if (!answersAlike(first.bundle, named.bundle))
    throw usageError({
      code: 'second-answers-otherwise',
      message: `${other} answers another question than ${one}: callers would get now this, now that.`,
      hint: `Deploy it in its place (\`aieng deploy ${other}\`), when its callers are ready for it.`,
    });
}

/** The wish for it in a target's terms. */
export async function secondWish(
  context: Context,
  { named, role, share }: SecondBundle,
): Promise<SecondWish> {
  const { bundle, version } = named;
  return {
    version,
    bundleDigest: bundle.digest,
    bundlePath: await bundleFolder(context, bundle),
    role,
    share,
  };
}
