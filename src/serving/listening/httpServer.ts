import { createServer } from 'node:http';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server as SecureServer } from 'node:https';
import { followRenewal } from './tls.ts';
import type { Tls } from './tls.ts';

/** A server of HTTP/1.1, with or without TLS. */
export type HttpServer = Server | SecureServer;

/** How a server speaks to callers that it does not know. */
export interface Speech {
  /** Null: plain HTTP. */
  readonly tls: Tls | null;
  /** Told of renewed files that are no good. */
  readonly onTlsProblem: (message: string) => void;
}

export const plainSpeech: Speech = { tls: null, onTlsProblem: () => undefined };

/** A server that does not listen yet. */
export function createHttpServer(
  options: ServerOptions,
  { tls, onTlsProblem }: Speech,
  handle: RequestListener,
): HttpServer {
  if (tls === null) return createServer(options, handle);
  const { cert, key } = tls;
  const own = {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: 10_000,
  } as const;
  const server = createSecureServer({ ...options, ...own }, handle);
  followRenewal(server, tls, onTlsProblem);
  return server;
}
