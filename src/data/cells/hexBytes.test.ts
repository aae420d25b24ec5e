import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfHex, hexOf } from './hexBytes.ts';

describe('hexadecimal text', () => {
  it('is what Node writes, and comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(hexOf(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect([...bytesOfHex(hexOf(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it('ends where it is no text of that kind, as Node reads it', () => {
    for (const text of ['', '0', '0g', 'ab0', 'zz11', 'AB'])
      expect([...bytesOfHex(text)], text).toEqual([...Buffer.from(text, 'hex')]);
  });
});
