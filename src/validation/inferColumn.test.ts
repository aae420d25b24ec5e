import { describe, expect, it } from 'vitest';
import { parseTime } from '../data/cells/times.ts';
import { parseNumber } from '../data/cells/numbers.ts';
import { ColumnTally } from './columnTally.ts';
import { inferColumn } from './inferColumn.ts';
import { decideColumn } from './inference/decision.ts';
import { findMissingWords } from './missingWords.ts';

const parsers = { number: parseNumber, time: parseTime };
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
type Words = readonly (readonly [string, number])[];
interface Change {
  readonly name?: string;
  readonly isLabel?: boolean;
  /** More than the words have: the rest is missing. */
  readonly rows?: number;
}

function infer(words: Words, { name = 'x', isLabel = false, rows }: Change = {}) {
  const tally = new ColumnTally(name, parsers);
  for (const [word, count] of words) tally.add(word, 'text', count);
  const present = words.reduce((sum, [, count]) => sum + count, 0);
  const all = rows ?? present;
  if (all > present) tally.add('', 'text', all - present);
  const decision = decideColumn(tally, isLabel);
  const { words: missing = [], declared = [] } = findMissingWords([{ tally, decision }])[0] ?? {};
  const context = { rows: all, missing: new Set(missing), declared, decision };
  const { column, notes } = inferColumn(tally, { ...context, isLabel, asWords: false });
  if (column === null) throw new Error('the column is left out');
  return { column, notes };
}
const kind = (words: Words, change?: Change) => infer(words, change).column.kind;
const about = (words: Words, change?: Change) => infer(words, change).notes.map((note) => note.about);
const once = (count: number, make: (i: number) => string): Words => upTo(count).map((i) => [make(i), 1]);

describe('a column of numbers with some odd words', () => {
  const mixed = (rows: number, odd: number): Words => [
    ...upTo(10).map((i): [string, number] => [String(i), (rows - odd) / 10]),
    ['odd', odd],
  ];
  it('is of numbers up to one row in a hundred, of a hundred rows or more', () => {
    expect(kind(mixed(1000, 10))).toBe('number');
    expect(kind(mixed(1010, 10))).toBe('number');
    expect(kind(mixed(990, 10))).toBe('category');
    expect(
      kind([
        ['1', 99],
        ['odd', 1],
      ]),
    ).toBe('number');
    expect(
      kind([
        ['1', 98],
        ['odd', 1],
      ]),
    ).toBe('category');
  });
  it('says how many rows will be lost, with up to three words', () => {
    const words: Words = [
      ['1', 996],
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 1],
    ];
    expect(infer(words).notes.at(-1)).toEqual({
      column: 'x',
      about: 'mixed',
      message:
        'x is numbers but for 4 of 1000 rows ("a", "b", "c", … (4 in all)): those rows will be quarantined. If such a word means "missing", add it to "missing" of the column in the schema.',
    });
  });
  it('has words that come again declared missing, so that their rows can be used', () => {
    const { column, notes } = infer([
      ['1', 996],
      ['n/k', 3],
      ['b', 1],
    ]);
    expect(column).toMatchObject({ kind: 'number', nullable: true, missing: ['n/k'] });
    expect(notes.map(({ message }) => message.slice(0, 60))).toEqual([
      'x is 99.6 % numbers; these words are not, and are declared m',
      'x is numbers but for 1 of 997 rows ("b"): those rows will be',
    ]);
  });
  it('is not where it is the label, or where nothing is a number', () => {
    expect(kind(mixed(1000, 10), { isLabel: true })).toBe('category');
    expect(kind([['a', 500]])).toBe('category');
  });
});

describe('words', () => {
  it('that never repeat are an id from 20 rows on', () => {
    expect(about(once(20, (i) => `n${i}`))).toEqual(['identifier']);
    expect(about(once(19, (i) => `n${i}`))).toEqual([]);
    expect(kind(once(20, (i) => `n${i}`))).toBe('text');
    expect(kind(once(19, (i) => `n${i}`))).toBe('category');
  });
  it('are categories with a domain where they are few, or half of the rows at most', () => {
    const some = (different: number, rows: number): Words =>
      upTo(different).map((i) => [`w${String(i).padStart(4, '0')}`, i === 0 ? rows - different + 1 : 1]);
    expect(infer(some(20, 21)).column).toMatchObject({ kind: 'category', domain: expect.any(Array) });
    expect(infer(some(21, 22)).column).toMatchObject({ kind: 'text' });
    expect(infer(some(30, 60)).column).toHaveProperty('domain');
    expect(kind(some(30, 59))).toBe('text');
    expect(infer(some(1000, 10_000)).column).toHaveProperty('domain');
    expect(infer(some(1001, 10_010)).column).toEqual(
      expect.not.objectContaining({ domain: expect.anything() }),
    );
    expect(kind(some(1001, 10_010))).toBe('category');
    expect(kind(some(1001, 10_009))).toBe('text');
    expect(about(some(1001, 10_010))).toEqual(['many-values']);
    expect(kind(some(1001, 2000), { isLabel: true })).toBe('category');
  });
});

describe('numbers', () => {
  it('that count the rows, or are named like an id, are ids from 20 rows on', () => {
    expect(about(once(20, (i) => String(i + 5)))).toEqual(['identifier']);
    expect(about(once(19, (i) => String(i + 5)))).toEqual([]);
    expect(about(once(20, (i) => String(2 * i)))).toEqual([]);
    for (const name of ['id', 'customer_id', 'customerId', 'order nr', 'row.no', 'userKey', 'uuid'])
      expect([
        name,
        about(
          once(20, (i) => String(2 * i)),
          { name },
        ),
      ]).toEqual([name, ['identifier']]);
    for (const name of ['paid', 'kid', 'idea', 'keys'])
      expect([
        name,
        about(
          once(20, (i) => String(2 * i)),
          { name },
        ),
      ]).toEqual([name, []]);
    expect(about(once(20, String), { isLabel: true, name: 'id' })).toEqual(['label']);
  });
  it('are an id from a hundred rows on where so many from that range would hardly be all different', () => {
    // n² / 2R > ln 100: R up to 1085 for a hundred.
    const spread = (rows: number, range: number): Words =>
      once(rows, (i) => String(i === rows - 1 ? range - 1 : 2 * i));
    expect(about(spread(100, 1085))).toEqual(['identifier']);
    expect(about(spread(100, 1086))).toEqual([]);
    expect(about(spread(99, 500))).toEqual([]);
    expect(about([...spread(100, 500), ['2', 1]])).toEqual([]);
  });
  it('have the range of what is there', () => {
    expect(
      infer([
        ['-2', 1],
        ['10', 1],
        ['3.5', 1],
      ]).column,
    ).toMatchObject({ type: 'number', minimum: -2, maximum: 10 });
    expect(
      infer([
        ['-2', 1],
        ['10', 1],
      ]).column,
    ).toMatchObject({ type: 'integer', minimum: -2, maximum: 10 });
  });
  it('whose E is a letter of a code are words; where it may be one, what it is read as is told', () => {
    const codes = infer([
      ['70E8', 1],
      ['3E2', 2],
      ['12', 1],
    ]);
    expect(codes.column).toMatchObject({ kind: 'category', domain: ['12', '3E2', '70E8'] });
    expect(codes.notes.map(({ message }) => message)).toEqual([
      'x has codes such as "70E8", which are not meant as 7000000000: taken for words as they are written. If they are quantities, change its kind to number in the schema.',
    ]);
    const numbers = infer([
      ['1e5', 1],
      ['20', 2],
    ]);
    expect(numbers.column).toMatchObject({ kind: 'number', maximum: 100_000 });
    expect(numbers.notes.map(({ message }) => message)).toEqual([
      'x: "1e5" is read as 100000. If it is a code, change its kind to category in the schema.',
    ]);
    for (const written of ['7e+09', '7.0E9', '1e-5'])
      expect([
        written,
        about([
          [written, 1],
          ['2', 2],
        ]),
      ]).toEqual([written, []]);
    for (const beside of ['1.5', '-2'])
      expect(
        kind([
          ['70E8', 1],
          [beside, 1],
        ]),
      ).toBe('number');
  });
  it('of as many digits are codes where one goes on behind so many', () => {
    const zips = (odd: string, ...more: Words): ReturnType<typeof infer> =>
      infer([
        ...Array.from({ length: 150 }, (_, at): [string, number] => [String(98_100 + at), 4]),
        [odd, 2],
        ...more,
      ]);
    const seen = zips('98144-1234');
    expect(seen.column).toMatchObject({ kind: 'category', type: 'string' });
    expect(seen.notes.map(({ message }) => message)).toEqual([
      'x has codes such as "98144-1234" among numbers of 5 digits: taken for codes, not for quantities.',
    ]);
    for (const others of [
      zips('98144-1234', ['99', 1]),
      zips('98144-1234', ['98144.5', 1]),
      zips('9814-1234'),
      zips('x'),
    ])
      expect(others.column.kind).toBe('number');
  });
  it('beyond 2^53 are words, as are codes with leading zeros', () => {
    expect(
      kind([
        ['9007199254740991', 1],
        ['1', 1],
      ]),
    ).toBe('number');
    expect(
      kind([
        ['9007199254740993', 1],
        ['1', 1],
      ]),
    ).toBe('category');
    expect(
      about([
        ['007', 1],
        ['12', 1],
      ]),
    ).toEqual(['code']);
    expect(
      kind([
        ['0', 1],
        ['0.5', 1],
      ]),
    ).toBe('number');
  });
});

it('a column whose name YAML would read otherwise is quoted in the line that names it', () => {
  const lines = ['x', 'Unnamed: 0', 'no', '7'].map(
    (name) =>
      /`(.*)`/.exec(
        infer(
          Array.from({ length: 20 }, (_, at): [string, number] => [`v${at}`, 1]),
          { name },
        ).notes[0]?.message ?? '',
      )?.[1],
  );
  expect(lines).toEqual(['row_id: x', 'row_id: "Unnamed: 0"', 'row_id: "no"', 'row_id: "7"']);
});

describe('a label', () => {
  it('of up to 20 whole numbers names classes, however they are written', () => {
    expect(infer(once(20, String), { isLabel: true }).column).toMatchObject({
      kind: 'category',
      type: 'integer',
    });
    expect(kind(once(21, String), { isLabel: true })).toBe('number');
    expect(
      kind(
        [
          ['0.5', 1],
          ['1', 1],
        ],
        { isLabel: true },
      ),
    ).toBe('number');
    const pointed = infer(
      [
        ['1.0', 300],
        ['0.0', 280],
      ],
      { isLabel: true, rows: 600 },
    );
    expect(pointed.column).toMatchObject({
      kind: 'category',
      type: 'integer',
      domain: ['0.0', '1.0'],
      nullable: true,
    });
    expect(pointed.notes[0]).toMatchObject({
      about: 'label',
      message: expect.stringContaining(
        '2 different whole numbers (some are written like 1.0): taken for classes',
      ),
    });
    expect(
      infer(
        [
          ['1', 5],
          ['1.0', 5],
          ['0', 5],
        ],
        { isLabel: true },
      ).column.domain,
    ).toEqual(['0', '1', '1.0']);
  });
  it('whose classes stand there in several spellings says which, and what merges them', () => {
    const words: Words = [
      ['yes', 5],
      ['Yes', 4],
      ['YES', 1],
      ['no', 9],
    ];
    const turned = infer([...words].reverse(), { isLabel: true }).notes[0]?.message;
    expect(turned).toContain('write "merge": {"Yes": "yes", "YES": "yes"}');
    expect(infer(words, { isLabel: true }).notes).toEqual([
      {
        column: 'x',
        about: 'label',
        message:
          'x has classes in several spellings ("yes", "Yes", "YES"), and each counts as a class of its own: to merge them, write "merge": {"Yes": "yes", "YES": "yes"} under x-aieng in the schema, and "task: binary" in the pipeline.',
      },
    ]);
    expect(
      infer(
        [
          ['a', 5],
          ['A', 4],
          ['b', 1],
          ['c', 9],
          ['C', 1],
        ],
        { isLabel: true },
      ).notes[0]?.message,
    ).toBe(
      'x has classes in several spellings ("a", "A"; "c", "C"), and each counts as a class of its own: to merge them, write "merge": {"A": "a", "C": "c"} under x-aieng in the schema.',
    );
    expect(
      about(
        [
          ['yes', 5],
          ['no', 4],
        ],
        { isLabel: true },
      ),
    ).toEqual([]);
    expect(about(words)).toEqual(['spellings']);
  });
});

describe('a label', () => {
  const label = (words: Words): string[] =>
    infer(words, { isLabel: true }).notes.map(({ message }) => message);
  const unfit = (words: Words): string[] =>
    infer(words, { isLabel: true })
      .notes.filter(({ about: what }) => what === 'unfit-label')
      .map(({ message }) => message);

  it('of which nothing can be learned is said to be so', () => {
    const different = Array.from({ length: 20 }, (_, at): [string, number] => [`text ${at}`, 1]);
    expect(unfit(different)).toEqual([
      'x has another word in each of 20 rows, and a class has to come again (20 classes of one row)',
    ]);
    expect(unfit(different.slice(1))).toEqual([]);
    expect(unfit([...different, ['text 0', 1]])).toEqual([]);
    expect(unfit([['yes', 2]])).toEqual(['x is always yes']);
    expect(unfit([['7', 2]])).toEqual(['x is always 7']);
    expect(unfit([['yes', 1]])).toEqual([]);
    expect(
      unfit([
        ['2024-01-31', 5],
        ['2024-02-01', 7],
      ]),
    ).toEqual(['x holds times, and what is predicted is a class or a quantity']);
    expect(unfit(Array.from({ length: 30 }, (_, at): [string, number] => [`${at}.5`, 1]))).toEqual([]);
  });

  it('has rare classes that may be slips of a frequent one', () => {
    expect(
      label([
        ['stayed', 50],
        ['left', 30],
        ['staied', 3],
        ['leftt', 1],
      ]),
    ).toEqual([
      'x has rare classes that may be slips ("staied" in 3 rows, nearly "stayed"; "leftt" in 1 row, nearly "left"): to merge them, write "merge": {"staied": "stayed", "leftt": "left"} under x-aieng in the schema, and "task: binary" in the pipeline.',
    ]);
    const silent: Words[] = [
      [
        ['grade 1', 50],
        ['grade 2', 3],
      ],
      [
        ['stayed', 50],
        ['gone', 3],
      ],
      [
        ['stayed', 29],
        ['staied', 3],
      ],
      [
        ['stayed', 500],
        ['staied', 10],
      ],
    ];
    for (const words of silent) expect([words, label(words)]).toEqual([words, []]);
  });
});

describe('what little there is', () => {
  it('of one value is constant, where no row is missing and there are two', () => {
    expect(about([['a', 2]])).toEqual(['constant']);
    expect(about([['a', 1]])).toEqual([]);
    expect(about([['a', 2]], { rows: 3 })).toEqual([]);
    expect(infer([['a', 2]], { rows: 3 }).column.nullable).toBe(true);
    expect(infer([], { rows: 3 })).toMatchObject({
      column: { kind: 'text', nullable: true },
      notes: [{ about: 'all-missing' }],
    });
  });
  it('booleans are true and false in any case, times are times in every row', () => {
    expect(
      infer([
        ['TRUE', 1],
        ['false', 1],
      ]).column,
    ).toMatchObject({ type: 'boolean', domain: ['false', 'true'] });
    expect(
      kind([
        ['true', 1],
        ['x', 1],
      ]),
    ).toBe('category');
    expect(
      kind([
        ['2024-01-31', 1],
        ['2024-02-01', 1],
      ]),
    ).toBe('time');
    expect(
      kind([
        ['2024-01-31', 1],
        ['soon', 1],
      ]),
    ).toBe('category');
  });
});
