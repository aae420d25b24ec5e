import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../../../environment/environment.ts';
import type { FakeEnvironment } from '../../../environment/fixed.ts';
import { fakeEnvironment } from '../../../environment/fixed.ts';
import { openFileStore } from './index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-locks-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(scratch, String(++folders));

const host = fakeEnvironment().host;
/** Another command on the same host; `alive` are the processes there are, with their start. */
const process = (
  pid: number,
  alive: Readonly<Record<number, string>>,
  changes: Partial<Environment> = {},
): Environment => fakeEnvironment({ pid, processStart: (asked) => alive[asked] ?? null, ...changes });

const take = async (folder: string, environment: Environment, waitMs = 0): Promise<unknown> =>
  (await openFileStore({ folder, environment })).lock('churn', { waitMs, command: 'aieng train' });

const ageHolder = (folder: string, ms: number): void => {
  const at = (fakeEnvironment().now() - ms) / 1000;
  const [file] = readdirSync(join(folder, 'locks', 'churn'));
  utimesSync(join(folder, 'locks', 'churn', file ?? ''), at, at);
};

describe('a lock', () => {
  it('says who holds it, since when, and answers 7', async () => {
    const folder = newFolder();
    await take(folder, process(1, { 1: 'a' }));
    const other = fakeEnvironment({ pid: 2, processStart: () => 'a' });
    other.advance(90_000);
    await expect(take(folder, other)).rejects.toMatchObject({
      exitCode: 7,
      code: 'busy',
      message: expect.stringMatching(
        /"churn" is held by `aieng train` \(process 1\) since 2025-01-01 00:00 UTC, 90 s ago/,
      ),
    });
  });

  it('heals when the process is gone, or when its pid belongs to a later process', async () => {
    const gone = newFolder();
    await take(gone, process(1, { 1: 'a' }));
    await take(gone, process(2, { 2: 'b' }));
    const reused = newFolder();
    await take(reused, process(1, { 1: 'a' }));
    await take(reused, process(2, { 1: 'z', 2: 'b' }));
    await expect(take(reused, process(3, { 2: 'b' }))).rejects.toMatchObject({ exitCode: 7 });
  });

  it('heals after a reboot, but not at once: two machines may share a name', async () => {
    const folder = newFolder();
    await take(folder, process(1, { 1: 'a' }));
    const rebooted = process(1, { 1: 'a' }, { host: { ...host, bootId: 'another' } });
    ageHolder(folder, 5_000);
    await expect(take(folder, rebooted)).rejects.toMatchObject({ exitCode: 7 });
    ageHolder(folder, 61_000);
    await take(folder, rebooted);
  });

  it('judges another host, or another container, by its heartbeat', async () => {
    for (const elsewhere of [
      { ...host, name: 'elsewhere' },
      { ...host, pidNamespace: 'pid:[2]' },
    ]) {
      const folder = newFolder();
      await take(folder, process(1, { 1: 'a' }));
      const other = process(2, { 2: 'b' }, { host: elsewhere });
      ageHolder(folder, 60_000);
      await expect(take(folder, other)).rejects.toMatchObject({ exitCode: 7 });
      ageHolder(folder, 11 * 60_000);
      await take(folder, other);
    }
  });

  const silent = async (elsewhere: Partial<Environment>, ms: number): Promise<'healed' | 'left'> => {
    const folder = newFolder();
    await take(folder, process(1, { 1: 'a' }));
    ageHolder(folder, ms);
    return take(folder, process(2, { 2: 'b' }, elsewhere)).then(
      () => 'healed',
      () => 'left',
    );
  };

  it.each<[string, Partial<Environment>, number]>([
    ['on another host', { host: { ...host, name: 'elsewhere' } }, 10 * 60_000],
    ['in another container', { host: { ...host, pidNamespace: 'pid:[2]' } }, 10 * 60_000],
    ['before a reboot', { host: { ...host, bootId: 'another' } }, 60_000],
  ])(
    'whose holder is %s is left while its heartbeat is not too old, and healed then',
    async (_what, elsewhere, limit) => {
      expect(await silent(elsewhere, limit - 1000)).toBe('left');
      expect(await silent(elsewhere, limit)).toBe('left');
      expect(await silent(elsewhere, limit + 1000)).toBe('healed');
      // A clock that is behind the holder's is no death.
      expect(await silent(elsewhere, -3_600_000)).toBe('left');
    },
  );

  it('of a process of this host that lives is left, however long it is silent', async () => {
    const folder = newFolder();
    await take(folder, process(1, { 1: 'a' }));
    ageHolder(folder, 365 * 24 * 3_600_000);
    await expect(take(folder, process(2, { 1: 'a', 2: 'b' }))).rejects.toMatchObject({ exitCode: 7 });
  });

  describe('that is held', () => {
    afterEach(() => void vi.useRealTimers());

    /** The holder's clock and its timers go on together. */
    const pass = async (environment: FakeEnvironment, seconds: number): Promise<void> => {
      environment.advance(seconds * 1000);
      await vi.advanceTimersByTimeAsync(seconds * 1000);
    };
    const beatOf = (folder: string): number => {
      const [file = ''] = readdirSync(join(folder, 'locks', 'churn'))
        .sort()
        .slice(-1);
      return statSync(join(folder, 'locks', 'churn', file)).mtimeMs;
    };

    it('beats every 15 s, so that a slow holder elsewhere is not healed away; once it is dead it is', async () => {
      const folder = newFolder();
      const holder = fakeEnvironment({ pid: 1, processStart: () => 'a' });
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const store = await openFileStore({ folder, environment: holder });
      const lock = await store.lock('churn', { waitMs: 0, command: 'aieng train' });
      const before = beatOf(folder);
      await pass(holder, 14);
      expect(beatOf(folder)).toBe(before);
      await pass(holder, 1);
      await vi.waitFor(() => expect(beatOf(folder)).toBe(holder.now()));
      // Far longer than anybody's patience: it computes.
      for (let minute = 0; minute < 30; minute += 1) {
        await pass(holder, 60);
        await vi.waitFor(() => expect(beatOf(folder)).toBe(holder.now()));
      }
      const other = process(2, { 2: 'b' }, { host: { ...host, name: 'elsewhere' }, now: () => holder.now() });
      await expect(take(folder, other)).rejects.toMatchObject({ exitCode: 7 });
      // Its process dies: no timer beats any more, time goes on.
      vi.clearAllTimers();
      holder.advance(10 * 60_000);
      await expect(take(folder, other)).rejects.toMatchObject({ exitCode: 7 });
      holder.advance(1);
      await take(folder, other);
      await lock.release();
    });

    it('beats no more once it is given back', async () => {
      const folder = newFolder();
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const store = await openFileStore({ folder, environment: fakeEnvironment() });
      const lock = await store.lock('churn', { waitMs: 0, command: 'aieng train' });
      expect(vi.getTimerCount()).toBe(1);
      await lock.release();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it('is healed by exactly one of many', async () => {
    const folder = newFolder();
    await take(folder, process(1, { 1: 'a' }));
    const healers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        take(
          folder,
          process(100 + i, { [100 + i]: 'b' }, { processStart: (pid) => (pid === 1 ? null : 'b') }),
        ),
      ),
    );
    expect(healers.filter((healer) => healer.status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(join(folder, 'locks', 'churn'))).toEqual(['2.json']);
  });

  it('is free after release, which may be repeated, and leaves two small files at most', async () => {
    const folder = newFolder();
    const store = await openFileStore({ folder, environment: process(1, { 1: 'a' }) });
    for (let i = 0; i < 5; i += 1) {
      const lock = await store.lock('churn', { waitMs: 0, command: 'aieng run' });
      await lock.release();
      await lock.release();
    }
    expect(readdirSync(join(folder, 'locks', 'churn')).sort()).toEqual(['5.json', '5.released']);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('is not taken by who was late: between looking and claiming a higher turn had begun', async () => {
    const folder = newFolder();
    const held = join(folder, 'locks', 'churn');
    const [first, late] = [process(1, { 1: 'a' }), process(2, { 1: 'a', 2: 'b' })];
    await take(folder, first);
    const [mine] = readdirSync(held);
    let meanwhile = (): void => undefined;
    const suspended = { ...late, newId: () => (meanwhile(), late.newId()) };
    const store = await openFileStore({ folder, environment: suspended });
    // It saw an empty folder; while it slept, others came and went, and one holds the seventh turn.
    const holder = readFileSync(join(held, mine ?? ''), 'utf8');
    rmSync(held, { recursive: true });
    meanwhile = () => {
      meanwhile = () => undefined;
      mkdirSync(held, { recursive: true });
      writeFileSync(join(held, '7.json'), holder);
    };
    await expect(store.lock('churn', { waitMs: 0, command: 'x' })).rejects.toMatchObject({ code: 'busy' });
    expect(readdirSync(held)).toEqual(['7.json']);
    rmSync(held, { recursive: true });
    meanwhile = () => {
      meanwhile = () => undefined;
      mkdirSync(held, { recursive: true });
      writeFileSync(join(held, '1.released'), '');
    };
    // Its own turn was over before it was claimed: the next one is.
    await store.lock('churn', { waitMs: 0, command: 'x' });
    expect(readdirSync(held)).toEqual(['2.json']);
  });

  it('stops waiting when interrupted', async () => {
    const folder = newFolder();
    const environment = process(1, { 1: 'a' });
    const store = await openFileStore({ folder, environment });
    await store.lock('churn', { waitMs: 0, command: 'aieng run' });
    const controller = new AbortController();
    const waiting = store.lock('churn', { waitMs: 1e9, command: 'aieng run', signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ exitCode: 130 });
  });

  it('does not begin to wait where it is interrupted already', async () => {
    const folder = newFolder();
    const store = await openFileStore({ folder, environment: process(1, { 1: 'a' }) });
    const signal = AbortSignal.abort();
    await expect(store.lock('churn', { waitMs: 0, command: 'x', signal })).rejects.toMatchObject({
      exitCode: 130,
    });
    expect(await store.lock('churn', { waitMs: 0, command: 'x' })).toBeDefined();
  });

  it('is waited for, and taken as soon as it is free', async () => {
    const folder = newFolder();
    const store = await openFileStore({ folder, environment: process(1, { 1: 'a' }) });
    const first = await store.lock('churn', { waitMs: 0, command: 'first' });
    const order: string[] = [];
    const waiting = store.lock('churn', { waitMs: 60_000, command: 'second' }).then((lock) => {
      order.push('second');
      return lock;
    });
    order.push('first');
    await first.release();
    await (await waiting).release();
    expect(order).toEqual(['first', 'second']);
  });

  it('is given up once the clock says so, however short the naps were', async () => {
    const folder = newFolder();
    await take(folder, process(1, { 1: 'a' }));
    // A machine that slept between two looks: the time is over although hardly any nap was taken.
    let asked = 0;
    const sleeper = process(2, { 1: 'a', 2: 'b' }, { elapsed: () => (asked++ === 0 ? 5 : 3_600_005) });
    await expect(take(folder, sleeper, 3_600_000)).rejects.toMatchObject({ code: 'busy' });
    expect(asked).toBe(2);
  });

  describe('as it is written down', () => {
    const holder = {
      host: 'test-host',
      bootId: host.bootId,
      pid: 1,
      startedAt: fakeEnvironment().now() - 60_000,
      command: 'aieng train',
      processStart: 'a',
      pidNamespace: host.pidNamespace,
    };
    const written = async (files: Readonly<Record<string, unknown>>): Promise<string> => {
      const folder = newFolder();
      mkdirSync(join(folder, 'locks', 'churn'), { recursive: true });
      for (const [name, content] of Object.entries(files))
        writeFileSync(join(folder, 'locks', 'churn', name), JSON.stringify(content));
      return take(folder, process(2, { 1: 'a', 2: 'b' })).then(
        () =>
          readdirSync(join(folder, 'locks', 'churn'))
            .sort()
            .join(),
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    };

    it('is held by who says all of who it is', async () => {
      expect(await written({ '1.json': holder })).toBe(
        '"churn" is held by `aieng train` (process 1) since 2024-12-31 23:59 UTC, 60 s ago.',
      );
      expect(await written({ '7.json': { ...holder, host: 'ada' } })).toContain('(process 1 on ada) since');
      // A holder whose clock is ahead took it now, not in the future.
      expect(await written({ '1.json': { ...holder, startedAt: fakeEnvironment().now() + 9000 } })).toContain(
        ', 0 s ago.',
      );
    });

    it.each(Object.keys(holder))('is free where it does not say its %s', async (member) => {
      const { [member as keyof typeof holder]: _left, ...without } = holder;
      expect(await written({ '1.json': without })).toBe('2.json');
      expect(await written({ '1.json': { ...holder, [member]: true } })).toBe('2.json');
    });

    it('goes by its last turn; those before are cleared, other files are left', async () => {
      expect(await written({ '9.json': holder, '10.json': holder, '10.released': '' })).toBe('11.json');
      expect(await written({ '9.released': '', '10.json': holder })).toContain('is held by');
      expect(await written({ '1.json': holder, '1.released': '', 'notes.txt': '' })).toBe('2.json,notes.txt');
      expect(await written({ '3.jsonx': holder, 'x4.json': holder, '5.part': holder })).toBe(
        '1.json,3.jsonx,5.part,x4.json',
      );
      expect(await written({ '12.released': '' })).toBe('13.json');
    });
  });
});
