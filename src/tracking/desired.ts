import { Type } from '@sinclair/typebox';
import { bundleDigest, count, instant, number, oneOf, orNull, text } from '../shape.ts';
import type { Digest } from '../digest.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { newestRecord, recordKind, writeRecord } from './recordKind.ts';

const desiredShape = Type.Object({
  at: instant(),
  /** Which command asked for it. */
  why: text(),
  /** `stopped` and `destroyed` are wishes like any other: what is not there then is no alarm. */
  state: oneOf(['running', 'stopped', 'destroyed']),
  /** Name of the target. */
  target: text(),
  /** Address on this machine; null for a target that gives one of its own. */
  address: orNull(Type.Object({ host: text(), port: count() })),
  /** Which cluster; null for other targets. A null context is that of the kubeconfig. */
  cluster: orNull(Type.Object({ context: orNull(text()), namespace: text() })),
  /** Which versions answer, and with which share of the requests. */
  versions: Type.Array(
    Type.Object({
      version: orNull(count()),
      bundle: bundleDigest(),
      share: number('0 … 1'),
      role: oneOf(['serving', 'canary', 'shadow']),
      since: Type.Optional(instant('Of what takes part beside the version in charge: since when it does.')),
    }),
  ),
});

/** What a person asked a deployment to be: where, and which versions. */
export type Desired = Shape<typeof desiredShape>;

const sample: Desired = {
  at: 1_764_400_000_000,
  why: 'aieng deploy',
  state: 'running',
  target: 'local',
  address: { host: '127.0.0.1', port: 8080 },
  cluster: null,
  versions: [{ version: 3, bundle: 'a'.repeat(64), share: 1, role: 'serving' }],
};

/** Wishes for a deployment, each as it was asked for; the newest is the one that counts. */
export const desiredKind = recordKind({
  name: 'desired',
  owner: 'deployment',
  version: 1,
  minimumAieng: '0.2.0',
  shape: desiredShape,
  older: {},
  without: 'The wish before it counts then: deploy or stop once more to say what you want.',
  sample,
});

/** Writes down a wish. Callers hold the deployment's lock. */
export async function writeDesired(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  name: string,
  wish: Omit<Desired, 'at'>,
): Promise<void> {
  const record = { at: environment.now(), ...wish };
  await writeRecord(store, desiredKind, { of: name, id: environment.newId() }, record);
}

/**
 * What was asked for last; undefined where nothing was, or aieng 0.1 wrote nothing of it down.
 *
 * @throws damaged (exit 8), naming the file.
 */
export async function readDesired(
  { store }: Pick<Ledger, 'store'>,
  name: string,
): Promise<Desired | undefined> {
  return (await newestRecord(store, desiredKind, name))?.content;
}

/** What is wished to take part beside the version in charge. */
export interface Second {
  readonly version: number | null;
  readonly bundle: Digest;
  readonly share: number;
  readonly role: 'canary' | 'shadow';
  /** ms since 1970 UTC. */
  readonly since: number;
}

/**
 * What takes part beside the version in charge, as it was asked for last; null where nothing does.
 *
 * @throws damaged (exit 8), naming the file.
 */
export async function readSecond(context: Pick<Ledger, 'store'>, name: string): Promise<Second | null> {
  const wish = await readDesired(context, name);
  for (const { role, since, ...each } of wish?.versions ?? [])
    if (role !== 'serving') return { ...each, role, since: since ?? wish?.at ?? 0 };
  return null;
}

/** The same wish, but for the deployment to rest. Nothing is written where it was asked for before. */
export async function writeRest(
  context: Pick<Ledger, 'store' | 'environment'>,
  name: string,
  rest: { readonly state: 'stopped' | 'destroyed'; readonly target: string; readonly why: string },
): Promise<void> {
  const before = await readDesired(context, name);
  if (before?.state === rest.state) return;
  const { address, cluster, versions } = before ?? { address: null, cluster: null, versions: [] };
  await writeDesired(context, name, { address, cluster, versions, ...rest });
}
