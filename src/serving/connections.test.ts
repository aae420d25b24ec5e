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

it('takes many while answers are dear, or as many as are open', () => {
  const { server, limit } = serverWith(100);
  limit.overload(true, { bearable: 50, isDear: true });
  expect(server.maxConnections).toBe(2048);
  expect(limit.isCrowded()).toBe(false);
  const many = serverWith(3000);
  many.limit.overload(true, { bearable: 50, isDear: true });
  expect(many.server.maxConnections).toBe(3000);
  expect(many.limit.isCrowded()).toBe(false);
});

it('takes as many as are served in time while answers are cheap, and has others leave', () => {
  const { server, limit, end } = serverWith(401);
  limit.overload(true, { bearable: 400, isDear: false });
  expect(server.maxConnections).toBe(400);
  expect(limit.isCrowded()).toBe(true);
  end();
  expect(limit.isCrowded()).toBe(false);
});

it('takes no more than are open where few more could be served', () => {
  const { server, limit } = serverWith(100);
  limit.overload(true, { bearable: 200, isDear: false });
  expect(server.maxConnections).toBe(100);
  const few = serverWith(3);
  few.limit.overload(true, { bearable: 200, isDear: false });
  expect(few.server.maxConnections).toBe(64);
});

it('lets everybody in again a while after, and not between two overloads', () => {
  const { server, limit } = serverWith(300);
  limit.overload(true, { bearable: 400, isDear: false });
  limit.overload(false, { bearable: 400, isDear: false });
  vi.advanceTimersByTime(999);
  expect(server.maxConnections).toBe(400);
  limit.overload(true, { bearable: 500, isDear: false });
  vi.advanceTimersByTime(5000);
  expect(server.maxConnections).toBe(500);
  limit.overload(false, { bearable: 500, isDear: false });
  vi.advanceTimersByTime(1000);
  expect(server.maxConnections).toBe(Infinity);
});
