import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partRecord } from './partRecord.fixture.ts';
import { encodePartRecord, parsePartRecord, partFile } from './partRecord.ts';

const good = partRecord(1, 3, 8);

describe('the record of a part', () => {
  it('is read back as it was written', () => {
    expect(parsePartRecord(encodePartRecord(good))).toEqual(good);
    expect(partFile(good)).toBe('part-00001-of-00003.ndjson');
  });

  it.each([
    ['a later schema', { schema: 3 }],
    ['an earlier schema', { schema: 1 }],
    ['a digest that is none', { bundle: '../../etc' }],
    ['a format of no part', { format: 'parquet' }],
    ['a shard that there is not', { shard: 3 }],
    ['a piece too few', { pieces: good.pieces.slice(1) }],
    ['rows that do not add up', { rows: good.rows + 1 }],
    ['rejections that do not add up', { rejected: 0 }],
    ['rejected bytes that do not add up', { rejectsBytes: good.rejectsBytes + 1 }],
    ['bytes that do not add up', { bytes: good.bytes - 1 }],
    ['negative bytes', { headerBytes: -10, bytes: good.bytes - 10 }],
    ['pieces that are no list', { pieces: { length: 3 } }],
    ['a rejection without a line', { rejections: [{ file: 'a', reason: 'b', raw: '' }] }],
    ['an input that is a list', { input: [] }],
  ])('with %s is none', (_what, change) => {
    expect(parsePartRecord(JSON.stringify({ ...good, ...change }))).toBeUndefined();
  });

  it('lacking any member is none', () => {
    for (const name of Object.keys(good)) {
      const rest = Object.entries(good).filter(([key]) => key !== name);
      expect([name, parsePartRecord(JSON.stringify(Object.fromEntries(rest)))]).toEqual([name, undefined]);
    }
  });

  it('is never an exception, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
        expect(parsePartRecord(content)).toBeUndefined();
      }),
    );
  });
});
