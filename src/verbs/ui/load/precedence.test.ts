import { describe, expect, it } from 'vitest';
import { openPrecedence } from './precedence.ts';

/** Something that ends when it is told to. */
function ending(): { readonly end: () => void; readonly until: Promise<void> } {
  let end = (): void => undefined;
  const until = new Promise<void>((resolve) => (end = resolve));
  return { end, until };
}

describe('what is read behind the pages', () => {
  it('waits while one is made, also where that fails', async () => {
    const { making, turn } = openPrecedence();
    const [good, bad] = [ending(), ending()];
    const order: string[] = [];
    const pages = [
      making(() => good.until),
      making(() => bad.until.then(() => Promise.reject(new Error('no such run')))).catch(() => 'failed'),
    ];
    const read = turn().then(() => order.push('read'));
    good.end();
    await pages[0];
    order.push('one made');
    bad.end();
    expect(await pages[1]).toBe('failed');
    order.push('both made');
    await read;
    expect(order).toEqual(['one made', 'both made', 'read']);
  });

  it('does not wait for a page that waits for it', async () => {
    const { making, awaiting, turn } = openPrecedence();
    const read = ending();
    const page = making(() => awaiting(() => read.until));
    await turn();
    read.end();
    await page;
  });
});
