import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { getSystemErrorName } from 'node:util';
import { listenError } from '../listenError.ts';
import type { Address } from '../service.ts';

/** A bound address whose connections nobody takes here: the processes that get its descriptor take them. */
export interface HeldSocket extends Address {
  /** What a child process is given; it gets a copy of its own. */
  readonly fd: number;
  /** The handle itself, for a server of this process. Whoever listens on it owns it, and closes it. */
  readonly handle: object;
  close(): void;
}

/** The part of libuv's handle that holding a socket needs. */
interface RawSocket {
  readonly fd: number;
  getsockname(into: { port?: number }): number;
  close(): void;
}

const isRawSocket = (value: unknown): value is RawSocket =>
  typeof value === 'object' &&
  value !== null &&
  'fd' in value &&
  typeof value.fd === 'number' &&
  value.fd >= 0 &&
  'getsockname' in value &&
  'close' in value;

/** An error as `listen` would have given it. */
const systemError = (number: number): Error =>
  Object.assign(new Error(getSystemErrorName(number)), { code: getSystemErrorName(number) });

/** Node's own way to bind without accepting: what `cluster` shares among its workers. Not there: not on this platform. */
const binder = (): unknown =>
  process.platform === 'win32' ? undefined : Reflect.get(net, '_createServerHandle');

/**
 * Holds a socket that somebody else bound and this process got a copy of.
 *
 * @throws TypeError for what is no bound socket
 */
function holdHandle(handle: unknown, host: string): HeldSocket {
  if (!isRawSocket(handle)) throw new TypeError('this is no socket');
  const bound: { port?: number } = {};
  const failed = handle.getsockname(bound);
  if (failed < 0) throw systemError(failed);
  return { host, port: bound.port ?? 0, fd: handle.fd, handle, close: () => handle.close() };
}

/**
 * Binds an address without taking connections. Until a process listens on it, callers are refused; from then on the
 * system keeps them waiting in its queue as long as anybody holds it, also while no process is there to answer.
 *
 * @throws usage errors (exit 2) of the address
 */
async function holdSocket({ host, port }: Address): Promise<HeldSocket> {
  const bind = binder();
  if (typeof bind !== 'function') throw new TypeError('sockets cannot be handed to processes here');
  try {
    const { address, family } = await lookup(host);
    const handle: unknown = Reflect.apply(bind, net, [address, port, family, -1, 0]);
    if (typeof handle === 'number') throw systemError(handle);
    try {
      return holdHandle(handle, host);
    } catch (error) {
      if (isRawSocket(handle)) handle.close();
      throw error;
    }
  } catch (error) {
    throw await listenError(error, host, port);
  }
}

/** Sockets that are bound in one process and listened on in others. */
export interface HeldSockets {
  /** Can descriptors be handed to processes here? Not on Windows. */
  possible(): boolean;
  hold(address: Address): Promise<HeldSocket>;
  adopt(handle: unknown, host: string): HeldSocket;
}

export const heldSockets: HeldSockets = {
  possible: () => typeof binder() === 'function',
  hold: holdSocket,
  adopt: holdHandle,
};
