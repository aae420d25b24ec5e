import type { Ledger } from './ledger.ts';

/** What a deployment's ref points to: `3@<digest>`, `-@<digest>` for a bundle without a version here. */
export const servedValue = (version: number | null, digest: string): string => `${version ?? '-'}@${digest}`;

/** See `servedValue`. */
export function parseServed(value: string): { version: number | null; digest: string } {
  const [version, digest] = value.split('@') as [string, string];
  return { version: version === '-' ? null : Number(version), digest };
}

/** The ref whose history says who served what, when. */
export const deploymentRef = (name: string): string => `deployments/${name}`;

/** What is deployed under a name, or null. */
export async function deployedBundle(
  context: Pick<Ledger, 'store'>,
  name: string,
): Promise<{ version: number | null; digest: string; since: number } | null> {
  const history = await context.store.refHistory(deploymentRef(name));
  const last = history.at(-1);
  return last === undefined ? null : { ...parseServed(last.value), since: last.at };
}

/** Moves a ref to a value, whoever else moves it meanwhile; nothing is written where it stands there already. */
export async function moveRef(
  context: Pick<Ledger, 'store'>,
  name: string,
  next: string,
  why: string,
): Promise<void> {
  for (;;) {
    const current = await context.store.readRef(name);
    if (current === next) return;
    if (await context.store.compareAndSet(name, current, next, why)) return;
  }
}
