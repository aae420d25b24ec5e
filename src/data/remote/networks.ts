import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { BlockList, isIP } from 'node:net';

/** Networks that are not the public internet: this machine, private ones, links, metadata of clouds, documentation. */
const closed = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  closed.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  // Teredo, documentation, and 6to4, which lead to IPv4 addresses by another way.
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  closed.addSubnet(network, prefix, 'ipv6');
/** All that is given out of IPv6. */
const open6 = new BlockList();
open6.addSubnet('2000::', 3, 'ipv6');

/**
 * Is an IP address one of the public internet?
 *
 * @example isPublic('10.1.2.3') === false
 */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  if (family !== 6) return false;
  const bare = address.replace(/%.*$/, '');
  // An IPv4 address in IPv6 clothes is what it is.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return isPublic(mapped);
  return open6.check(bare, 'ipv6') && !closed.check(bare, 'ipv6');
}

/** A host that is not to be spoken with. */
export class ClosedAddress extends Error {
  readonly code = 'CLOSED_ADDRESS';
  constructor(host: string, address: string) {
    super(
      host === address
        ? `${host} is a private or local address`
        : `${host} is ${address}, a private or local address`,
    );
  }
}

/**
 * Refuses a host that is an address of a closed network. Names are looked at where they are resolved (`checkedLookup`).
 *
 * @throws ClosedAddress
 */
export function checkHost(host: string, allowPrivate: boolean): void {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (!allowPrivate && isIP(bare) !== 0 && !isPublic(bare)) throw new ClosedAddress(bare, bare);
}

/**
 * Resolves a name as Node does, and gives only addresses that were checked: a connection goes to what was checked, and
 * not to what the name means a moment later. A name with one closed address is refused.
 */
export const checkedLookup =
  (allowPrivate: boolean): LookupFunction =>
  (host, options, found) => {
    lookup(host, { ...options, all: true }, (fault, addresses: LookupAddress[]) => {
      const shut =
        fault !== null || allowPrivate ? undefined : addresses.find(({ address }) => !isPublic(address));
      const [first] = fault === null ? addresses : [];
      if (fault !== null) found(fault, '', 0);
      else if (shut !== undefined) found(new ClosedAddress(host, shut.address), '', 0);
      else if (options.all === true) found(null, addresses);
      else if (first !== undefined) found(null, first.address, first.family);
      else found(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), '', 0);
    });
  };
