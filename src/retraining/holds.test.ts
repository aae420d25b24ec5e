import { describe, expect, it } from 'vitest';
import type { HoldEvidence } from './holds.ts';
import { findHolds } from './holds.ts';

const worse = {
  metric: 'log_loss',
  rows: 300,
  champion: 0.404,
  challenger: 0.704,
  improvement: { value: -0.3, low: -0.36, high: -0.24 },
};
const nothing: HoldEvidence = {
  approve: false,
  unsigned: null,
  classes: [
    ['No', 200],
    ['Yes', 50],
  ],
  selection: null,
  onSource: { ...worse, improvement: { value: 0.1, low: 0.05, high: 0.15 } },
  hasDecayed: false,
  labelledShare: 1,
};
const kinds = (evidence: Partial<HoldEvidence>): string[] =>
  findHolds({ ...nothing, ...evidence }).map(({ kind }) => kind);

describe('findHolds', () => {
  it('finds nothing where nothing speaks against it', () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ classes: [], onSource: null })).toEqual([]);
  });

  it('holds what a person wants to see, labels of one class, and labels that depend on the answer', () => {
    expect(kinds({ approve: true })).toEqual(['asked-for']);
    expect(
      findHolds({
        ...nothing,
        classes: [
          ['No', 0],
          ['Yes', 90],
        ],
      }),
    ).toMatchObject([{ kind: 'one-class', because: expect.stringContaining('All recent labels are Yes') }]);
    expect(findHolds({ ...nothing, selection: 'Only those answered Yes get a label.' })).toEqual([
      { kind: 'selection', because: 'Only those answered Yes get a label.' },
    ]);
  });

  it('holds what is worse beyond noise on the source, unless the world changed for nearly all rows', () => {
    const [hold] = findHolds({ ...nothing, onSource: worse });
    expect(hold).toMatchObject({ kind: 'worse-on-source' });
    expect(hold!.because).toContain('log loss 0.404 → 0.704');
    expect(hold!.because).toContain('the world has not changed');
    expect(kinds({ onSource: { ...worse, improvement: { value: -0.1, low: -0.2, high: 0 } } })).toEqual([]);
    expect(kinds({ onSource: worse, hasDecayed: true, labelledShare: 0.8 })).toEqual([]);
    // Where few have a label, it may be these that differ.
    const [few] = findHolds({ ...nothing, onSource: worse, hasDecayed: true, labelledShare: 0.79 });
    expect(few!.because).toContain('Only 79 %');
  });
});
