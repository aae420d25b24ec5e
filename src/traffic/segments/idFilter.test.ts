import { describe, expect, it } from 'vitest';
import { hashId, IdCollector, openFilter } from './idFilter.ts';

describe('a filter of ids', () => {
  it('never says no to an id that is there, and yes to one in 15,000 that is not', async () => {
    const ids = new IdCollector();
    const count = 30_000;
    for (let at = 0; at < count; at += 1) ids.add(hashId(`customer-${at}`));
    const bytes = await ids.filter();
    expect(bytes.length).toBe((count * 20) / 8);
    const filter = openFilter(bytes);
    for (let at = 0; at < count; at += 1) expect(filter.mayHold(hashId(`customer-${at}`))).toBe(true);
    let wrong = 0;
    for (let at = 0; at < 300_000; at += 1) if (filter.mayHold(hashId(`guest-${at}`))) wrong += 1;
    // 20 are expected; 45 and more have a probability below 1e-6.
    expect(wrong).toBeLessThan(45);
  });

  it('without ids holds none', async () => {
    expect(openFilter(await new IdCollector().filter()).mayHold(hashId('x'))).toBe(false);
    expect(openFilter(new Uint8Array(0)).mayHold(hashId('x'))).toBe(false);
  });
});
