import { digestOf } from '../digest.ts';
import { socketPathOf, urlOf } from '../serviceAddress.ts';
import { formatPercent } from '../statistics/figures.ts';
import type { DeploymentStatus, Plan, ProcessSettings, Wish } from './target.ts';

/** `churn@3`, or the bundle's short digest where it has no version. */
export function nameOf(name: string, version: number | null, digest: string | null): string {
  if (version !== null) return `${name}@${version}`;
  return digest === null ? name : `${name} (${digest.slice(0, 12)})`;
}

/** What takes part beside the version in charge, in words; empty where nothing does. */
export function besideOf(name: string, second: Wish['second']): string {
  if (second === undefined) return '';
  const { role, share, version, bundleDigest } = second;
  return `, with ${nameOf(name, version, bundleDigest)} as a ${role} for ${formatPercent(share)} of the requests`;
}

/** The status of what was never deployed, or is there no more. */
export const notDeployed = (name: string, target: string, message: string): DeploymentStatus => ({
  name,
  target,
  state: 'stopped',
  url: null,
  version: null,
  bundleDigest: null,
  since: null,
  pid: null,
  restarts: 0,
  message,
});

/** Port 0 asks for any port: whichever it has is right. */
export function isSameAddress(wish: Wish, url: string | null): boolean {
  if (url === null) return false;
  const wished = urlOf(wish.host, wish.port, wish.tls !== undefined);
  return wish.port === 0 && socketPathOf(wish.host) === null
    ? url.startsWith(wished.slice(0, -1))
    : url === wished;
}

/** The address of a wish, in words. */
export const placeInWords = (wish: Wish): string =>
  wish.port === 0 && socketPathOf(wish.host) === null
    ? `a free port of ${wish.host}`
    : urlOf(wish.host, wish.port, wish.tls !== undefined);

/**
 * What a service was told beside its bundle, as one word: who may call it, how large a request may be, whether it has
 * a page for people and a certificate.
 */
export function termsOf({
  access = '',
  bodyLimitBytes,
  docs = true,
  second,
  tls,
}: Pick<Wish, 'access' | 'bodyLimitBytes' | 'docs' | 'second' | 'tls'>): string {
  // What is as it always was is left out, so that the terms of what runs since before there was more are the same.
  const more = {
    ...(docs ? {} : { docs }),
    ...(tls === undefined ? {} : { tls: { certificate: tls.certificate, key: tls.key } }),
  };
  if (second === undefined) return digestOf({ access, bodyLimitBytes, ...more });
  const { bundleDigest, role, share } = second;
  return digestOf({ access, bodyLimitBytes, ...more, second: { bundleDigest, role, share } });
}

/** The flags of `aieng serve` that say so, for whatever runs it. */
export const termFlags = ({ bodyLimitBytes, docs = true, allowCode = false }: Wish): readonly string[] => [
  ...['--body-limit-bytes', String(bodyLimitBytes)],
  ...(docs ? [] : ['--no-docs']),
  ...(allowCode ? ['--allow-code'] : []),
];

/** How what runs was wished; null where a supervisor of an older aieng does not know. */
export interface RunningManner {
  readonly processes: ProcessSettings | null;
  readonly terms: string | null;
}

const isSameProcesses = (a: ProcessSettings, b: ProcessSettings | null): boolean =>
  a.workers === b?.workers && a.gateway === b.gateway && a.durable === b.durable;

const isSameManner = (wish: Wish, running: RunningManner | null): boolean =>
  isSameProcesses(wish.processes, running?.processes ?? null) && running?.terms === termsOf(wish);

/** The processes that serve, in words. */
function processesOf({ workers, gateway }: ProcessSettings): string {
  if (gateway) return 'behind a gateway';
  return workers === 1 ? 'as one worker' : `as ${workers} workers`;
}

/**
 * What has to happen, in words, decided from what is and what is wished alone. `none`: the same content already
 * serves, healthy, at the same address, by as many processes, for the same callers.
 */
export function planLocal(wish: Wish, current: DeploymentStatus, running: RunningManner | null): Plan {
  const next = nameOf(wish.name, wish.version, wish.bundleDigest);
  const beside = besideOf(wish.name, wish.second);
  const url = placeInWords(wish);
  const prove = `wait until ${next} is healthy: its golden rows replayed in the process, then one over HTTP`;
  if (current.state === 'stopped')
    return {
      action: 'start',
      steps: [
        `start a supervisor for ${wish.name} and take ${url}`,
        `start ${next} ${processesOf(wish.processes)}${beside}`,
        prove,
        `route requests to ${next}`,
      ],
    };
  const sameAddress = isSameAddress(wish, current.url);
  const sameContent = current.target === 'local' && current.bundleDigest === wish.bundleDigest;
  const isSame = sameContent && sameAddress && isSameManner(wish, running);
  if (current.state === 'running' && isSame) return { action: 'none', steps: [] };
  const before = nameOf(wish.name, current.version, current.bundleDigest);
  const old = current.bundleDigest === wish.bundleDigest ? 'the process before' : before;
  const drainSeconds = wish.drainMs / 1000;
  return {
    action: 'switch',
    steps: [
      ...(sameAddress ? [] : [`take ${url} beside ${current.url ?? 'the old address'}`]),
      `start ${next} ${processesOf(wish.processes)} beside ${old}${beside}`,
      prove,
      `route new requests to ${next}`,
      `let ${old} finish its requests (at most ${drainSeconds} s), then stop it`,
      ...(sameAddress ? [] : [`give up ${current.url ?? 'the old address'}`]),
    ],
  };
}
