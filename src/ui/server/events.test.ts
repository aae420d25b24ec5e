import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openEvents } from './events.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Watcher {
  /** What comes next; null: it ended. */
  readonly next: () => Promise<string | null>;
  readonly leave: () => Promise<void>;
}

/** Events over a store whose state is `store.state`, watched by those who come. */
async function start(store: { state: string }) {
  const looks = { count: 0 };
  const events = openEvents(async () => {
    looks.count += 1;
    return store.state;
  }, 1);
  const server = createServer((_, response) => events.add(response)).listen(0, '127.0.0.1');
  closing.push(() => {
    events.close();
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}/`;
  const come = async (): Promise<Watcher> => {
    const leaving = new AbortController();
    const { body } = await fetch(url, { signal: leaving.signal });
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    return {
      next: async () => (await reader.read()).value ?? null,
      leave: async () => {
        leaving.abort();
        await reader.closed.catch(() => undefined);
      },
    };
  };
  /** Until the store was looked at so many times more. */
  const looked = async (times: number): Promise<void> => {
    const until = looks.count + times;
    while (looks.count < until) await new Promise((resolve) => setImmediate(resolve));
  };
  return { events, come, looked, looks };
}

describe('what watches the store', () => {
  it('is told of a change, and of nothing else; the end of the pages ends it', async () => {
    const store = { state: 'one run' };
    const { events, come, looked } = await start(store);
    const [first, second] = [await come(), await come()];
    expect([await first.next(), await second.next()]).toEqual([': open\n\n', ': open\n\n']);
    await looked(3);
    store.state = 'two runs';
    const changed = 'event: changed\ndata: \n\n';
    expect([await first.next(), await second.next()]).toEqual([changed, changed]);
    await looked(3);
    events.close();
    expect([await first.next(), await second.next()]).toEqual([null, null]);
  });

  it('that left is told nothing; where nobody watches, nobody looks', async () => {
    const store = { state: 'one run' };
    const { come, looked, looks } = await start(store);
    const [first, second] = [await come(), await come()];
    await Promise.all([first.next(), second.next()]);
    await first.leave();
    await looked(3);
    store.state = 'two runs';
    expect(await second.next()).toContain('changed');
    await second.leave();
    // The server hears of it by and by; then no look begins any more.
    let before;
    do {
      before = looks.count;
      await new Promise((resolve) => setTimeout(resolve, 20));
    } while (looks.count > before);
    store.state = 'three runs';
    const third = await come();
    expect(await third.next()).toBe(': open\n\n');
    await looked(3);
    store.state = 'four runs';
    expect(await third.next()).toContain('changed');
  });
});
