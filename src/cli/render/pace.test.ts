import { describe, expect, it } from 'vitest';
import { pacemaker } from './pace.ts';

function paced(total: number, label = 'rows'): (atMs: number, done: number) => string {
  let now = 0;
  const pace = pacemaker(() => now);
  return (atMs, done) => {
    now = atMs;
    return pace({ kind: 'progress', label, done, total, detail: '' });
  };
}

describe('pacemaker', () => {
  it('says nothing for two seconds, then the rate and the time that is left', () => {
    const at = paced(100_000);
    expect([at(0, 0), at(1999, 9_995), at(2000, 10_000), at(10_000, 50_000), at(20_000, 100_000)]).toEqual([
      '',
      '',
      '5,000/s, about 18.0 s left',
      '5,000/s, about 10.0 s left',
      '5,000/s',
    ]);
  });

  it('has the rate alone where nobody knows how much there is, and the time alone of few steps', () => {
    const [rows, folds] = [paced(0), paced(5)];
    rows(0, 0);
    folds(0, 0);
    expect([rows(4_000, 8_000), folds(4_000, 1)]).toEqual(['2,000/s', 'about 16.0 s left']);
  });

  it('begins anew where the work does, and says nothing while it does not move', () => {
    const at = paced(10);
    at(0, 0);
    expect([at(4_000, 4), at(5_000, 0), at(6_000, 1), at(60_000, 0)]).toEqual([
      'about 6.0 s left',
      '',
      '',
      '',
    ]);
    expect(at(600_000, 0)).toBe('');
  });
});
