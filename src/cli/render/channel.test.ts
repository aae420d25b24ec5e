import { describe, expect, it } from 'vitest';
import type { OutputStream } from './channel.ts';
import { openChannel } from './channel.ts';

type Listener = (error: NodeJS.ErrnoException) => void;

/** A stream whose writes end when the test says so. */
function slowStream(facts: { isTTY?: boolean; columns?: number } = {}): OutputStream & {
  readonly texts: string[];
  finish: () => void;
  fail: (code: string) => void;
} {
  const texts: string[] = [];
  const waiting: (() => void)[] = [];
  const listeners: Listener[] = [];
  return {
    ...facts,
    texts,
    write(text, done) {
      texts.push(text);
      waiting.push(done);
      return false;
    },
    on: (_event, listener) => listeners.push(listener),
    finish: () => {
      for (const done of waiting.splice(0)) done();
    },
    fail: (code) => {
      for (const listener of listeners) listener(Object.assign(new Error(code), { code }));
    },
  };
}

const scrub = (text: string): string => text.replaceAll('hunter2', '***');
const settled = async (promise: Promise<void>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((done) => setImmediate(() => done(false)))]);

describe('a channel', () => {
  it('is flushed when everything is written, not before', async () => {
    const stream = slowStream();
    const channel = await openChannel({ stream, variables: {}, colour: true, scrub });
    channel.write('a hunter2\n');
    const flushed = channel.flush();
    expect(await settled(flushed)).toBe(false);
    stream.finish();
    expect(await settled(flushed)).toBe(true);
    expect(stream.texts).toEqual(['a ***\n']);
  });

  it('falls silent when the reader leaves', async () => {
    const stream = slowStream();
    const channel = await openChannel({ stream, variables: {}, colour: true, scrub });
    channel.write('one');
    const flushed = channel.flush();
    stream.fail('EPIPE');
    channel.write('two');
    expect(await settled(flushed)).toBe(true);
    expect([channel.closed(), channel.failure(), stream.texts]).toEqual([true, null, ['one']]);
  });

  it('keeps another failure for the exit code', async () => {
    const stream = slowStream();
    const channel = await openChannel({ stream, variables: {}, colour: true, scrub });
    stream.fail('ENOSPC');
    expect(channel.failure()?.code).toBe('ENOSPC');
  });

  it('takes its width from the terminal, then COLUMNS, then 80', async () => {
    const open = async (facts: { columns?: number }, variables: Record<string, string>): Promise<number> =>
      (await openChannel({ stream: slowStream(facts), variables, colour: true, scrub })).columns();
    expect(await open({ columns: 72 }, { COLUMNS: '50' })).toBe(72);
    expect(await open({}, { COLUMNS: '50' })).toBe(50);
    expect(await open({}, { COLUMNS: 'wide' })).toBe(80);
    expect(await open({ columns: 3 }, {})).toBe(24);
  });

  it('has colour on a terminal only, unless told otherwise', async () => {
    const coloured = async (
      isTTY: boolean,
      variables: Record<string, string>,
      colour = true,
    ): Promise<boolean> =>
      (await openChannel({ stream: slowStream({ isTTY }), variables, colour, scrub })).ink('bad', 'x') !==
      'x';
    expect(await coloured(true, {})).toBe(true);
    expect(await coloured(false, {})).toBe(false);
    expect(await coloured(true, { TERM: 'dumb' })).toBe(false);
    expect(await coloured(true, { NO_COLOR: '1' })).toBe(false);
    expect(await coloured(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(await coloured(true, {}, false)).toBe(false);
  });
});
