/** Where a service listens. */
export interface Address {
  /** An address, a name, or `unix:` and a path. */
  readonly host: string;
  /** 0 = the system chooses. */
  readonly port: number;
}

/** A host that is no address but a socket of this machine's file system: `unix:/run/churn.sock`. Its port says nothing. */
const unixScheme = 'unix:';

/** The path of such a socket; null for an address or a name. */
export const socketPathOf = (host: string): string | null =>
  host.startsWith(unixScheme) ? host.slice(unixScheme.length) : null;

/** What is written as `host` for a socket of the file system. */
export const hostOfSocket = (path: string): string => unixScheme + path;

/** The address that callers use, e.g. `http://127.0.0.1:8080`; a socket's is `unix:` and its path. */
export function urlOf(host: string, port: number, secure = false): string {
  if (socketPathOf(host) !== null) return host;
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Host and port of what `urlOf` gave; null for the name of a service of a cluster, which has no port of this machine. */
export function addressOf(url: string): Address | null {
  if (socketPathOf(url) !== null) return { host: url, port: 0 };
  // Written out always: `new URL` would drop the one that is usual for the scheme.
  const port = /:(\d+)$/.exec(url)?.[1];
  if (port === undefined) return null;
  return { host: new URL(url).hostname.replaceAll(/^\[|\]$/g, ''), port: Number(port) };
}
