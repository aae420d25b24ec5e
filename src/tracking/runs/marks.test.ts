import { describe, expect, it } from 'vitest';
import { markedRuns } from './marks.ts';

const mark = { at: 0, who: 'ada@build-3', tags: [], removed: [], note: null };

describe('markedRuns', () => {
  it('adds up what was said, the newest last', () => {
    const marks = [
      { ...mark, run: 'a', note: 'second' },
      { ...mark, run: 'b', tags: ['x'], note: '' },
      { ...mark, run: 'a', removed: ['y'], tags: ['z'] },
      { ...mark, run: 'b', note: 'gone' },
      { ...mark, run: 'a', tags: ['y', 'x'], note: 'first' },
    ];
    expect(markedRuns(marks)).toEqual(
      new Map([
        ['a', { tags: ['x', 'z'], note: 'second' }],
        ['b', { tags: ['x'], note: null }],
      ]),
    );
  });
});
