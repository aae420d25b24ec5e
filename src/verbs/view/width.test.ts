import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, pad, printable, truncate, wrap } from './width.ts';

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['한국어', 6],
    ['é', 1],
    ['e\u0301', 1],
    ['…', 1],
    ['🚀', 2],
    ['ＡＢ', 4],
  ])('%s takes %d cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });
});

describe('truncate, pad, wrap', () => {
  it('cut in front of a wide character that does not fit', () => {
    expect(truncate('日本語', 4)).toBe('日…');
    expect(truncate('abc', 3)).toBe('abc');
    expect(pad('日', 4, 'right')).toBe('  日');
  });

  it('keep a command in backticks whole where a line takes it', () => {
    expect(wrap('Bring it back by `aieng deploy`, later.', 24)).toEqual([
      'Bring it back by',
      '`aieng deploy`, later.',
    ]);
    expect(wrap('`aieng deploy churn`', 8)).toEqual(['`aieng', 'deploy', 'churn`']);
  });

  it('keep every character and every width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (raw, width) => {
        const text = printable(raw);
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('printable', () => {
  it('shows what would move the cursor, colour the screen or turn the reading direction', () => {
    expect(printable('a\u001b[31mb\r\n\t\u0007\u202e')).toBe('a\\x1b[31mb\\r\\n\\t\\x07\\u202e');
  });

  it('leaves no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => !/[\x00-\x1f\x7f-\x9f]/.test(printable(text))),
    );
  });
});
