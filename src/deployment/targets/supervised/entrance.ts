import type { Binding, Gateway } from '../../../serving/gateway.ts';
import type { HeldSocket, HeldSockets } from '../../../serving/workers/heldSocket.ts';
import { usageError } from '../../../errors.ts';
import { socketPathOf } from '../../../serviceAddress.ts';
import type { TlsPaths, Wish } from '../../target.ts';
import type { Instance } from './instance.ts';

/**
 * Where requests come in: a socket that the workers listen on themselves (`workers`), or a server of the supervisor
 * that passes them on to one backend (`gateway`).
 */
export type Entrance =
  { readonly kind: 'workers'; readonly at: HeldSocket } | { readonly kind: 'gateway'; readonly at: Binding };

/** The entrance that a new generation is to have. Nothing has changed for callers before `open`. */
export interface NextEntrance {
  /** What its workers are started with. */
  readonly socket: number | null;
  /** Lets requests reach the backends, which are proven. Throws where one cannot listen. */
  open(instances: readonly Instance[]): Promise<Entrance>;
  /** The generation did not come up: an address that was taken for it is given back. */
  release(): Promise<void>;
}

/** Backends start to take connections of the socket that they were given; gives the handle that the first sends back. */
export async function admit(instances: readonly Instance[], giveBack: boolean): Promise<unknown> {
  const handles = await Promise.all(
    instances.map(({ backend }, index) => {
      if (backend.accept === undefined) throw new TypeError(`${backend.title()} has no socket to listen on`);
      return backend.accept(giveBack && index === 0);
    }),
  );
  return handles[0];
}

interface Means {
  readonly gateway: Gateway;
  readonly sockets: HeldSockets;
}

const nothing = (): Promise<void> => Promise.resolve();

/** The address as it is, with the same kind of entrance. */
function same(entrance: Entrance): NextEntrance {
  if (entrance.kind === 'gateway')
    return { socket: null, open: () => Promise.resolve(entrance), release: nothing };
  const open = async (instances: readonly Instance[]): Promise<Entrance> => {
    await admit(instances, false);
    return entrance;
  };
  return { socket: entrance.at.fd, open, release: nothing };
}

/** The same socket, which workers and the gateway listen on together for a moment. */
function handedOver(from: Entrance, wish: Wish, { gateway, sockets }: Means): NextEntrance {
  const { at } = from;
  if (from.kind === 'workers')
    return {
      socket: null,
      open: async () => ({ kind: 'gateway', at: await gateway.bind(from.at, wish.tls) }),
      release: nothing,
    };
  return {
    socket: from.at.fd,
    // The gateway's own descriptor goes with its server; a worker sends back a copy of its own.
    open: async (instances) => {
      const handle = await admit(instances, true);
      return { kind: 'workers', at: sockets.adopt(handle, at.host) };
    },
    release: nothing,
  };
}

async function taken(wish: Wish, kind: Entrance['kind'], { gateway, sockets }: Means): Promise<NextEntrance> {
  if (kind === 'gateway') {
    const at = await gateway.bind(
      socketPathOf(wish.host) === null ? wish : await sockets.hold(wish),
      wish.tls,
    );
    return { socket: null, open: async () => ({ kind, at }), release: () => at.close(0) };
  }
  const at = await sockets.hold(wish);
  return {
    socket: at.fd,
    open: async (instances) => {
      await admit(instances, false);
      return { kind, at };
    },
    release: async () => at.close(),
  };
}

/** Is it the address that is wished? Port 0 asks for any. */
const isThere = ({ at }: Entrance, { host, port }: Wish): boolean =>
  at.host === host && (at.port === port || port === 0);

const isSameTls = (one: TlsPaths | undefined, other: TlsPaths | undefined): boolean =>
  one?.certificate === other?.certificate && one?.key === other?.key;

/** A gateway speaks as it began to; workers are new ones anyway. */
function checkSpeech(kind: Entrance['kind'], wish: Wish, before: Wish | null): void {
  if (kind !== 'gateway' || before === null || isSameTls(wish.tls, before.tls)) return;
  throw usageError({
    code: 'gateway-tls-changes',
    message: `The gateway of ${wish.name} cannot change its certificate files, or between HTTP and HTTPS, where it listens.`,
    hint: `Renewed files in the same place are taken by themselves. For others: \`aieng stop ${wish.name}\`, then deploy again; or deploy on another port.`,
  });
}

/**
 * The entrance for a wish, where it is `current` or another one.
 *
 * @param before What serves now, at `current`.
 * @throws usage errors (exit 2) of the address
 */
export async function nextEntrance(
  current: Entrance | null,
  wish: Wish,
  kind: Entrance['kind'],
  means: Means,
  before: Wish | null,
): Promise<NextEntrance> {
  if (current === null || !isThere(current, wish)) return taken(wish, kind, means);
  if (current.kind !== kind) return handedOver(current, wish, means);
  checkSpeech(kind, wish, before);
  return same(current);
}
