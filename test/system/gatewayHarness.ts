import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import { createGateway } from '../../src/serving/index.ts';
import type { Gateway } from '../../src/serving/index.ts';

/** What a test leaves open; ended by `cleanUp`, last first. */
export const cleanups: (() => Promise<void>)[] = [];
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export const portOf = (server: { address: Server['address'] }): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** A backend on the loopback interface. */
export async function backend(
  handle: RequestListener,
  port = 0,
): Promise<{ host: string; port: number; server: Server }> {
  const server = createServer({ keepAliveTimeout: 75_000 }, handle);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  cleanups.push(() => close(server));
  return { host: '127.0.0.1', port: portOf(server), server };
}

/** Answers after its body with the version it was made with. */
export const versioned =
  (version: number, delayMs = 0): RequestListener =>
  (request, response) => {
    request.resume().on('end', () => {
      setTimeout(() => response.end(JSON.stringify({ model: { version } })), delayMs);
    });
  };

/** A bound gateway that gives ids gw-1, gw-2, … */
export async function start(
  options: Partial<Parameters<typeof createGateway>[0]> = {},
): Promise<{ gateway: Gateway; url: string; port: number }> {
  let ids = 0;
  const gateway = createGateway({
    newId: () => `gw-${(ids += 1)}`,
    bodyLimitBytes: () => 20_000_000,
    holdMs: 2000,
    ...options,
  });
  const binding = await gateway.bind({ host: '127.0.0.1', port: 0 });
  cleanups.push(() => binding.close(100));
  return { gateway, url: `http://127.0.0.1:${binding.port}`, port: binding.port };
}

/** Sends bytes as they are and gives what comes back. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
  });
}
