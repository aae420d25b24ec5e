import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { getSystemErrorName } from 'node:util';
import { socketPathOf } from '../../serviceAddress.ts';
import type { Address } from '../../serviceAddress.ts';
import { checkSocketPath, forgetting, makingName, placeSocket } from '../listening/socketFile.ts';
import { listenError } from '../listenError.ts';

/** A bound address whose connections nobody takes here: the processes that get its descriptor take them. */
export interface HeldSocket extends Address {
  /** What a child process is given; it gets a copy of its own. */
  readonly fd: number;
  /** The handle itself, for a server of this process. Whoever listens on it owns it, and closes it. */
  readonly handle: object;
  /** Takes the file of a socket of the file system away, where nobody else has put another in its place. */
  readonly forget: () => void;
  /** Lets go of it, and forgets it. */
  close(): void;
}

/** The part of libuv's handle that holding a socket needs. */
interface RawSocket {
  readonly fd: number;
  readonly close: () => void;
}

const isRawSocket = (value: unknown): value is RawSocket =>
  typeof value === 'object' &&
  value !== null &&
  'fd' in value &&
  typeof value.fd === 'number' &&
  value.fd >= 0 &&
  'close' in value;

/** The port that it is bound to; a socket of the file system has none. */
function portOf(handle: object): number {
  if (!('getsockname' in handle) || typeof handle.getsockname !== 'function') return 0;
  const bound: { port?: number } = {};
  const failed: unknown = Reflect.apply(handle.getsockname, handle, [bound]);
  if (typeof failed === 'number' && failed < 0) throw systemError(failed);
  return bound.port ?? 0;
}

/** An error as `listen` would have given it. */
const systemError = (number: number): Error =>
  Object.assign(new Error(getSystemErrorName(number)), { code: getSystemErrorName(number) });

/** Node's own way to bind without accepting: what `cluster` shares among its workers. Not there: not on this platform. */
const binder = (): unknown =>
  process.platform === 'win32' ? undefined : Reflect.get(net, '_createServerHandle');

function held(handle: unknown, host: string, forget: () => void): HeldSocket {
  if (!isRawSocket(handle)) throw new TypeError('this is no socket');
  const close = (): void => {
    forget();
    handle.close();
  };
  return { host, port: portOf(handle), fd: handle.fd, handle, forget, close };
}

/**
 * Holds a socket that somebody else bound and this process got a copy of.
 *
 * @throws TypeError for what is no bound socket
 */
function holdHandle(handle: unknown, host: string): HeldSocket {
  const file = socketPathOf(host);
  return held(handle, host, file === null ? () => undefined : forgetting(file));
}

/** Binds, and gives what it is held as; a socket that cannot be held is let go. */
function bindTo(words: readonly (string | number)[], host: string, placed: () => () => void): HeldSocket {
  const bind = binder();
  if (typeof bind !== 'function') throw new TypeError('sockets cannot be handed to processes here');
  const handle: unknown = Reflect.apply(bind, net, words);
  if (typeof handle === 'number') throw systemError(handle);
  try {
    return held(handle, host, placed());
  } catch (error) {
    if (isRawSocket(handle)) handle.close();
    throw error;
  }
}

async function bindFile(file: string, host: string): Promise<HeldSocket> {
  await checkSocketPath(file);
  const made = makingName(file);
  return bindTo([made, -1, -1, -1, 0], host, () => placeSocket(made, file));
}

/**
 * Binds an address without taking connections. Until a process listens on it, callers are refused; from then on the
 * system keeps them waiting in its queue as long as anybody holds it, also while no process is there to answer.
 *
 * @throws usage errors (exit 2) of the address
 */
async function holdSocket({ host, port }: Address): Promise<HeldSocket> {
  const file = socketPathOf(host);
  try {
    if (file !== null) return await bindFile(file, host);
    const { address, family } = await lookup(host);
    return bindTo([address, port, family, -1, 0], host, () => () => undefined);
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
