import { describe, expect, it } from 'vitest';
import { createAdmission } from './admission.ts';
import { RequestProblem } from './problem.ts';

describe('createAdmission', () => {
  it('runs work in the order it came and counts rows until it ran', async () => {
    const admission = createAdmission({ maxRows: 10, rowsPerTurn: 2 });
    const done: number[] = [];
    const all = [1, 2, 3, 4].map((i) => admission.enter(2, () => done.push(i)));
    expect(admission.rowsInFlight()).toBe(8);
    await Promise.all(all);
    expect(done).toEqual([1, 2, 3, 4]);
    expect(admission.rowsInFlight()).toBe(0);
  });

  it('refuses what does not fit with 503 and Retry-After, and takes it later', async () => {
    const admission = createAdmission({ maxRows: 10, rowsPerTurn: 100 });
    const first = admission.enter(8, () => 'first');
    const refused = await admission.enter(3, () => 'second').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RequestProblem);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await first).toBe('first');
    expect(await admission.enter(3, () => 'third')).toBe('third');
  });

  it('takes one request above the bound when nothing else is there', async () => {
    const admission = createAdmission({ maxRows: 10, rowsPerTurn: 1 });
    expect(await admission.enter(50, () => 'large')).toBe('large');
  });

  it('gives the event loop a turn between batches', async () => {
    const admission = createAdmission({ maxRows: 100, rowsPerTurn: 1 });
    const seen: string[] = [];
    const first = admission.enter(1, () => {
      seen.push('a');
      setImmediate(() => seen.push('other work'));
    });
    const second = admission.enter(1, () => seen.push('b'));
    await Promise.all([first, second]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.indexOf('b')).toBeGreaterThan(seen.indexOf('a'));
    expect(seen).toContain('other work');
  });

  it('passes an error on and goes on working', async () => {
    const admission = createAdmission({ maxRows: 10, rowsPerTurn: 10 });
    const failing = admission.enter(1, () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(await admission.enter(1, () => 2)).toBe(2);
    expect(admission.rowsInFlight()).toBe(0);
  });
});
