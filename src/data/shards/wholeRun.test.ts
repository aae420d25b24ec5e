import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../../errors.ts';
import type { FoundPart } from './wholeRun.ts';
import { requireWholeRun, slicesInOrder } from './wholeRun.ts';
import { partRecord } from './partRecord.fixture.ts';
import type { PartRecord } from './partRecord.ts';

const found = (record: PartRecord, changes: Partial<FoundPart> = {}): FoundPart => ({
  shard: { index: record.shard, of: record.of },
  record,
  bytes: record.bytes,
  rejectsBytes: record.rejectsBytes,
  ...changes,
});
const run = (of: number, pieces = 8): FoundPart[] =>
  Array.from({ length: of }, (_, shard) => found(partRecord(shard, of, pieces)));

function refusal(parts: readonly FoundPart[]): AiengError {
  try {
    requireWholeRun(parts, 'out');
  } catch (error) {
    if (error instanceof AiengError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('parts that make a whole', () => {
  it('are given by shard, in whatever order they were found', () => {
    const parts = run(4);
    expect(requireWholeRun(parts.toReversed(), 'out').map(({ shard }) => shard)).toEqual([0, 1, 2, 3]);
  });

  it('may be of more shards than there are pieces', () => {
    expect(requireWholeRun(run(4, 2), 'out').map(({ rows }) => rows)).toEqual([3, 3, 0, 0]);
  });
});

describe('parts that do not', () => {
  it('no part at all', () => {
    expect(refusal([])).toMatchObject({ code: 'no-parts', exitCode: 2 });
  });

  it('parts that are missing are told with the command that makes the first of them', () => {
    const parts = run(4).filter(({ shard }) => shard.index !== 1 && shard.index !== 3);
    expect(refusal(parts)).toMatchObject({
      code: 'parts-incomplete',
      exitCode: 3,
      message: 'out: 2 of 4 parts are missing: part-00001-of-00004, part-00003-of-00004.',
      hint: expect.stringContaining('`aieng predict churn rows -o out --shard 1/4`'),
    });
  });

  it('whose names are no plain words are not told as a command', () => {
    const name = '$(touch evil); `x`';
    const input = { ...partRecord(0, 2, 8).input, name };
    expect(refusal([found(partRecord(0, 2, 8, { model: name, input }))]).hint).toContain(
      '`aieng predict <bundle> <in> -o out --shard 1/2`',
    );
  });

  it.each([
    ['whose file is not there', { bytes: null }],
    ['whose file is shorter', { bytes: 29 }],
    ['whose file of what was refused is not there', { rejectsBytes: 0 }],
    ['whose record cannot be read', { record: undefined, bytes: null }],
    ['whose record is that of another', { record: partRecord(0, 3, 8) }],
  ])('a part %s', (_what, change) => {
    const [first, second, third] = run(3);
    expect(refusal([first!, { ...second!, ...change }, third!])).toMatchObject({
      code: 'parts-incomplete',
      message: 'out: not whole: part-00001-of-00003.',
    });
  });

  it('parts of runs with another number of shards', () => {
    expect(refusal([...run(2), ...run(4)])).toMatchObject({
      code: 'parts-of-different-runs',
      message: 'out holds parts of different runs: of 2 and of 4 shards.',
    });
  });

  it.each([
    ['bundles', { bundle: 'b'.repeat(64) }],
    ['inputs', { input: { ...partRecord(1, 3, 8).input, digest: 'f'.repeat(64) } }],
    ['formats', { format: 'csv' as const }],
    ['versions of aieng', { aieng: '2.0.0' }],
    ['classes', { classes: ['Yes', 'No'] }],
  ])('parts made from different %s', (what, change) => {
    const parts = run(3);
    parts[1] = found(partRecord(1, 3, 8, change));
    const { code, message, hint } = refusal(parts);
    expect(code).toBe('parts-of-different-runs');
    expect(message).toContain(`different ${what}`);
    expect(hint).toContain('--shard 1/3');
  });
});

describe('the order of the pieces', () => {
  it('takes them of the shards in turn, and every byte behind the headers once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.nat(100), { maxLength: 40 }),
        fc.nat(30),
        (of, sizes, headerBytes) => {
          const records = Array.from({ length: of }, (_, shard) => {
            const pieces = sizes
              .filter((_size, piece) => piece % of === shard)
              .map((bytes) => ({ rows: 0, rejected: 0, bytes, rejectsBytes: 2 * bytes }));
            return partRecord(shard, of, sizes.length, { pieces, headerBytes });
          });
          const slices = [...slicesInOrder(records, 'answers')];
          const refused = [...slicesInOrder(records, 'rejects')];
          expect(refused.map(({ part, bytes }) => [part, bytes])).toEqual(
            sizes.map((bytes, piece) => [piece % of, 2 * bytes]),
          );
          expect(slices.map(({ part, bytes }) => [part, bytes])).toEqual(
            sizes.map((bytes, piece) => [piece % of, bytes]),
          );
          for (const part of records.keys()) {
            let end = headerBytes;
            for (const slice of slices.filter((each) => each.part === part)) {
              expect(slice.offset).toBe(end);
              end += slice.bytes;
            }
          }
        },
      ),
    );
  });
});
