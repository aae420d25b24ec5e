import { describe, expect, it } from 'vitest';
import { createAdmission } from './admission.ts';
import type { Admission, AdmissionOptions } from './admission.ts';
import { RequestProblem } from './problem.ts';

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A turnstile whose clock stands until it is moved. */
function atTurnstile(changes: Partial<AdmissionOptions> = {}): {
  readonly admission: Admission;
  readonly pass: (ms: number) => void;
  readonly enter: (name: string, workMs?: number) => void;
  readonly seen: string[];
} {
  let now = 0;
  const seen: string[] = [];
  const admission = createAdmission({ clock: () => now, ...changes });
  return {
    admission,
    seen,
    pass: (ms) => void (now += ms),
    enter: (name, workMs = 0) =>
      admission.enter({
        run: () => {
          now += workMs;
          seen.push(name);
        },
        refuse: (problem) => {
          expect(problem).toBeInstanceOf(RequestProblem);
          expect(problem).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
          seen.push(`${name} refused`);
        },
      }),
  };
}

describe('createAdmission', () => {
  it('runs work in the order it came, never at once', async () => {
    const { admission, enter, seen } = atTurnstile();
    for (const name of ['a', 'b', 'c']) enter(name);
    expect(seen).toEqual([]);
    expect(admission.waiting()).toBe(3);
    await immediate();
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(admission.waiting()).toBe(0);
  });

  it('gives the event loop a turn after 2 ms of work', async () => {
    const { enter, seen } = atTurnstile();
    for (const name of ['a', 'b', 'c']) enter(name, 1);
    await immediate();
    expect(seen).toEqual(['a', 'b']);
    await immediate();
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('refuses who has waited too long, and takes who comes later', async () => {
    const { pass, enter, seen } = atTurnstile();
    enter('late');
    pass(10_001);
    await immediate();
    enter('next');
    await immediate();
    expect(seen).toEqual(['late refused', 'next']);
  });

  it('takes what is read right after a turn for as old as the turn', async () => {
    const { pass, enter, seen } = atTurnstile({
      patience: { targetMs: 20, intervalMs: 100, fewest: 64, calmMs: 50 },
    });
    enter('long', 60);
    await immediate();
    enter('came meanwhile');
    await immediate();
    pass(10);
    enter('came after');
    await immediate();
    expect(seen).toEqual(['long', 'came meanwhile refused', 'came after']);
  });

  it('tells when more comes than can be answered, and when that is over', async () => {
    const told: boolean[] = [];
    const works: object[] = [];
    const onOverload: AdmissionOptions['onOverload'] = (isOverloaded, work) => {
      told.push(isOverloaded);
      works.push(work);
    };
    const { enter } = atTurnstile({ onOverload });
    for (let i = 0; i < 100; i += 1) {
      for (let k = 0; k < 4; k += 1) enter(`${i}.${k}`, 3);
      await immediate();
    }
    expect(told).toEqual([true]);
    // 3 ms each: six are served within 20 ms.
    expect(works).toEqual([{ bearable: 6, isDear: true }]);
    for (let i = 0; i < 100; i += 1) await immediate();
    enter('alone');
    await immediate();
    expect(told).toEqual([true, false]);
  });

  it('is full when work for 5 ms waits, and never with less than four', async () => {
    const { admission, enter } = atTurnstile();
    expect(admission.isFull()).toBe(false);
    enter('a', 0.5);
    await immediate();
    for (let k = 0; k < 9; k += 1) enter(`b${k}`, 0.5);
    expect(admission.isFull()).toBe(false);
    enter('c', 0.5);
    expect(admission.isFull()).toBe(true);
    const dear = atTurnstile();
    dear.enter('a', 30);
    await immediate();
    for (let k = 0; k < 3; k += 1) dear.enter(`b${k}`, 30);
    expect(dear.admission.isFull()).toBe(false);
    dear.enter('c', 30);
    expect(dear.admission.isFull()).toBe(true);
  });

  it('makes a short turn after a new connection while requests are dear, since others may wait behind it', async () => {
    const { admission, enter, seen } = atTurnstile();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) enter(name, 0.5);
    admission.connected();
    // Nothing is known of what they cost.
    await immediate();
    expect(seen).toHaveLength(4);
    admission.connected();
    await immediate();
    expect(seen).toHaveLength(5);
    await immediate();
    expect(seen).toHaveLength(7);
  });
});
