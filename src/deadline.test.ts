import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { deadline } from './deadline.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Waits until it aborts, and collects garbage all the while; a signal that never aborts is a test that times out. */
async function untilAborted(signal: AbortSignal): Promise<unknown> {
  while (!signal.aborted) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return signal.reason;
}

describe('deadline', () => {
  it('comes although nothing but a combined signal refers to it', async () => {
    const asked = new AbortController();
    const reason = await untilAborted(AbortSignal.any([asked.signal, deadline(40)]));
    expect(reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('leaves the other reason where that one comes first', async () => {
    const asked = new AbortController();
    const signal = AbortSignal.any([asked.signal, deadline(60_000)]);
    asked.abort(new Error('asked to'));
    expect(await untilAborted(signal)).toMatchObject({ message: 'asked to' });
  });
});
