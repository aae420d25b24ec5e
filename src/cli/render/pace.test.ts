import { describe, expect, it } from 'vitest';
import { pacemaker } from './pace.ts';

function paced(
  total: number,
  label = 'rows',
  more: { share?: number; atMost?: boolean } = {},
): (atMs: number, done: number) => string {
  let now = 0;
  const pace = pacemaker(() => now);
  return (atMs, done) => {
    now = atMs;
    const { rate, left } = pace({ kind: 'progress', label, done, total, detail: '', ...more });
    return [rate, left].filter((part) => part !== '').join(', ');
  };
}

describe('pacemaker', () => {
  it('says nothing for two seconds, then the rate and the time that is left', () => {
    const at = paced(100_000);
    expect([at(0, 0), at(1999, 9_995), at(2000, 10_000), at(10_000, 50_000), at(20_000, 100_000)]).toEqual([
      '',
      '',
      '5,000/s, about 18 s left',
      '5,000/s, about 10 s left',
      '5,000/s',
    ]);
  });

  it('has the rate alone where nobody knows how much there is, and the time alone of few steps', () => {
    const [rows, folds] = [paced(0), paced(5)];
    rows(0, 0);
    folds(0, 0);
    expect([rows(4_000, 8_000), folds(4_000, 1)]).toEqual(['2,000/s', 'about 16 s left']);
  });

  it('says at most where the work may end sooner', () => {
    const at = paced(100, 'train', { atMost: true });
    at(0, 0);
    expect(at(10_000, 10)).toBe('at most about 1 min 30 s left');
  });

  it('tells the time that is left by the share where nobody counted the whole', () => {
    const pace = pacemaker(() => now);
    let now = 0;
    const read = { kind: 'progress', label: 'ingest', total: 0, detail: 'rows read' } as const;
    pace({ ...read, done: 0, share: 0.1 });
    now = 4_000;
    expect(pace({ ...read, done: 8_000, share: 0.3 })).toEqual({ rate: '2,000/s', left: 'about 14 s left' });
    // It was read, and is still worked on.
    expect(pace({ ...read, done: 8_000, share: 1 })).toEqual({ rate: '2,000/s', left: '' });
  });

  it('begins anew where the work does, and says nothing while it does not move', () => {
    const at = paced(10);
    at(0, 0);
    expect([at(4_000, 4), at(5_000, 0), at(6_000, 1), at(60_000, 0)]).toEqual(['about 6 s left', '', '', '']);
    expect(at(600_000, 0)).toBe('');
  });
});
