import { EventEmitter } from 'node:events';
import { Server } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { limitConnections } from './connections.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server with so many connections, which end when they are told to. */
function serverWith(count: number): {
  readonly server: Server;
  readonly limit: ReturnType<typeof limitConnections>;
  readonly end: () => void;
} {
  const server = new Server();
  let connected = 0;
  const limit = limitConnections(server, () => (connected += 1));
  const sockets = Array.from({ length: count }, () => new EventEmitter());
  for (const socket of sockets) server.emit('connection', socket);
  expect(connected).toBe(count);
  return { server, limit, end: () => void sockets.pop()?.emit('close') };
}

it('takes many in an overload, or as many as are open', () => {
  const { server, limit } = serverWith(100);
  limit.overload(true);
  expect(server.maxConnections).toBe(2048);
  expect(limit.isCrowded()).toBe(false);
  const many = serverWith(3000);
  many.limit.overload(true);
  expect(many.server.maxConnections).toBe(3000);
  expect(many.limit.isCrowded()).toBe(false);
});

it('has whoever is refused leave while there are more', () => {
  const { server, limit, end } = serverWith(2048);
  limit.overload(true);
  server.emit('connection', new EventEmitter());
  expect(limit.isCrowded()).toBe(true);
  end();
  expect(limit.isCrowded()).toBe(false);
});

it('lets everybody in again a while after, and not between two overloads', () => {
  const { server, limit } = serverWith(300);
  limit.overload(true);
  limit.overload(false);
  vi.advanceTimersByTime(999);
  expect(server.maxConnections).toBe(2048);
  limit.overload(true);
  vi.advanceTimersByTime(5000);
  expect(server.maxConnections).toBe(2048);
  limit.overload(false);
  vi.advanceTimersByTime(1000);
  expect(server.maxConnections).toBe(Infinity);
});
