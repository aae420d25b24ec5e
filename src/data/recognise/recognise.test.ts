import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { undeclared } from '../dialect.ts';
import { findFooter } from './footer.ts';
import { voteOnHeader } from './headerVote.ts';
import { lookOf } from './looks.ts';
import type { Recognised } from './recognise.ts';
import { recogniseCsv } from './recognise.ts';
import { cutRecords } from './records.ts';

const look = (text: string, expects: readonly string[] = []): Recognised =>
  recogniseCsv({ bytes: Buffer.from(text), complete: true }, undeclared('x.csv'), expects)!;

describe('what a cell looks like', () => {
  it.each([
    [
      'number',
      ['1', '-2.5', '1e-3', '1.234,56', "1'234.5", '12,34,567.8', '(5)', '5 %', '€ 5', 'USD 5', '<0.5', '.5'],
    ],
    [
      'time',
      [
        '2024-01-31',
        '2024/1/31 10:00',
        '31.01.2024',
        '1/2/24',
        '10:30',
        '3:15 pm',
        '5 Mar 2024',
        '3. Mai 2024',
      ],
    ],
    ['empty', ['', ' ', 'NA', 'null', '-', '\\N', '#N/A']],
    ['word', ['x', '1.2.3.4', '12 Main St', 'may', 'A-1', '00:11:22:33', '1,2,3']],
  ] as const)('%s', (kind, cells) => {
    expect(cells.map((cell) => [cell, lookOf(cell)])).toEqual(cells.map((cell) => [cell, kind]));
  });
});

describe('a first record', () => {
  it.each([
    [
      'yes',
      ['age', 'plan'],
      [
        ['1', 'x'],
        ['2', 'y'],
      ],
    ],
    [
      'no',
      ['3', 'x'],
      [
        ['1', 'x'],
        ['2', 'y'],
      ],
    ],
    [
      'no',
      ['red', 'big'],
      [
        ['blue', 'big'],
        ['red', 'small'],
        ['red', 'big'],
      ],
    ],
    [
      'yes',
      ['colour', 'size'],
      [
        ['red', 'big'],
        ['red', 'big'],
      ],
    ],
    ['unsure', ['a', 'b'], [['c', 'd']]],
    [
      'unclear',
      ['age', '7'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['unsure', ['2019', '2020'], [['1.5', '2.5']]],
  ] as const)('%s: %j over %j', (vote, first, rows) => {
    expect(voteOnHeader(first, rows, [])).toBe(vote);
  });
  it('is the header where it holds a name that is known', () => {
    expect(voteOnHeader(['age', '7'], [['1', '2']], ['7'])).toBe('yes');
    expect(voteOnHeader(['a', 'b'], [['a', 'c']], ['column_2'])).toBe('no');
  });
});

describe('a footer', () => {
  const footerOf = (text: string): readonly string[] => {
    const signs = { delimiter: ',', quote: '"', escape: 'doubled' } as const;
    const records = cutRecords({ bytes: Buffer.from(text), complete: true }, signs, { at: 0, lines: 0 }, 100);
    return findFooter(records, 3).map(({ raw }) => raw);
  };
  const rows = '1,a,5\n2,b,6\n3,a,7\n';
  it.each([
    ['', []],
    ['Total,,18\n', ['Total,,18']],
    ['\nsome words\n', ['some words']],
    ['Total,,18\nSource: us\n', ['Total,,18', 'Source: us']],
    // A row that was cut off is none.
    ['4,b\n', []],
    ['4\n', []],
    // Nor is another table.
    ['\nregion,sum\nnorth,5\n', []],
  ])('below the rows: %j', (below, expected) => {
    expect(footerOf(`${rows}${below}`)).toEqual(expected);
  });
  it('is none where its word is one of the data', () => {
    expect(footerOf('total,a,5\nbasic,b,6\ntotal,a,7\n')).toEqual([]);
  });
});

describe('laws', () => {
  const word = fc.constantFrom('red', 'blue', 'big house', 'x1', 'Zürich');
  const number = fc.integer({ min: -999, max: 999 }).map((value) => String(value / 4));
  const rows = fc.array(fc.tuple(number, word, number, word), { minLength: 3, maxLength: 30 });
  const delimiters = fc.constantFrom(',', ';', '\t', '|', '\u001f');

  it('a table is cut by the delimiter that it was written with, and its header is found below a title', () => {
    fc.assert(
      fc.property(rows, delimiters, fc.boolean(), fc.boolean(), (cells, delimiter, titled, named) => {
        const lines = [...(named ? [['amount', 'colour', 'rest', 'place']] : []), ...cells];
        const text = lines.map((line) => line.join(delimiter)).join('\n');
        const { dialect, doubt } = look(`${titled ? 'A title\n\n' : ''}${text}\n`);
        expect(doubt).toBeNull();
        expect(dialect).toMatchObject({
          delimiter,
          quote: '"',
          skipLines: titled ? 2 : 0,
          header: named,
          rowNames: false,
          ragged: 'reject',
        });
      }),
    );
  });

  it('any text is recognised, doubted or nothing, and never anything else', () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', 'é', '1', ',', ';', '"', "'", '\\', '\n', '\r', ' ', '\t', '#', '|'),
      maxLength: 80,
    });
    fc.assert(
      fc.property(noise, (text) => {
        const found = recogniseCsv({ bytes: Buffer.from(text), complete: true }, undeclared('x.csv'), []);
        if (found !== null)
          expect(found.dialect.skipLines).toBeLessThanOrEqual(text.split(/\r\n?|\n/).length);
      }),
    );
  });

  it('what is declared is never looked for', () => {
    const declared = { ...undeclared('x.csv'), delimiter: ';', header: false, skipLines: 1, comment: '' };
    const found = recogniseCsv({ bytes: Buffer.from('a,b\n1,2\n3,4\n'), complete: true }, declared, [])!;
    expect(found.dialect).toMatchObject({ delimiter: ';', header: false, skipLines: 1, comment: '' });
  });
});
