import { socketPathOf, urlOf } from '../../serviceAddress.ts';
import type { Address } from '../../serviceAddress.ts';
import { listenError } from '../listenError.ts';
import type { Door, DoorOptions } from '../workers/door.ts';
import { heldSockets } from '../workers/heldSocket.ts';

/** An address that is listened on. */
export type Bound = Address & { readonly url: string };

/** Where a server is bound, in the words of callers. */
export function boundAt(
  at: ReturnType<Door['server']['address']>,
  { host, port }: Address,
  secure: boolean,
): Bound {
  const actual = typeof at === 'object' && at !== null ? at.port : port;
  return { host, port: actual, url: urlOf(host, actual, secure) };
}

interface DoorAt {
  readonly door: Door;
  readonly bound: Bound;
  /** Takes the file of a socket away. */
  readonly forget: () => void;
}

/**
 * Opens a door of one's own at an address: TCP or a socket of the file system, with or without TLS.
 *
 * @throws usage errors (exit 2) of the address
 */
export async function openDoorAt(
  open: (options: DoorOptions) => Promise<Door>,
  address: Address,
  options: Omit<DoorOptions, 'at'>,
): Promise<DoorAt> {
  const held = socketPathOf(address.host) === null ? null : await heldSockets.hold(address);
  const forget = (): void => held?.forget();
  try {
    const door = await open({ ...options, at: held === null ? address : { fd: held.fd } });
    return { door, bound: boundAt(door.server.address(), address, options.speech.tls !== null), forget };
  } catch (error) {
    forget();
    throw await listenError(error, address.host, address.port);
  }
}
