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
  const limit = limitConnections(server);
  const sockets = Array.from({ length: count }, () => new EventEmitter());
  for (const socket of sockets) server.emit('connection', socket);
  return { server, limit, end: () => void sockets.pop()?.emit('close') };
}

it('takes no more than are open while answers are dear, and some in any case', () => {
  const { server, limit } = serverWith(100);
  limit.overload(true, 50);
  expect(server.maxConnections).toBe(100);
  expect(limit.isCrowded()).toBe(false);
  const few = serverWith(3);
  few.limit.overload(true, 50);
  expect(few.server.maxConnections).toBe(64);
});

it('takes as many as are served in time while answers are cheap, and has others leave', () => {
  const { server, limit, end } = serverWith(401);
  limit.overload(true, 400);
  expect(server.maxConnections).toBe(400);
  expect(limit.isCrowded()).toBe(true);
  end();
  expect(limit.isCrowded()).toBe(false);
});

it('lets everybody in again a while after, and not between two overloads', () => {
  const { server, limit } = serverWith(300);
  limit.overload(true, 400);
  limit.overload(false, 400);
  vi.advanceTimersByTime(999);
  expect(server.maxConnections).toBe(400);
  limit.overload(true, 500);
  vi.advanceTimersByTime(5000);
  expect(server.maxConnections).toBe(500);
  limit.overload(false, 500);
  vi.advanceTimersByTime(1000);
  expect(server.maxConnections).toBe(Infinity);
});
