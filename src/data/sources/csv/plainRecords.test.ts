import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../../random.ts';
import type { Random } from '../../../random.ts';
import { parseTime } from '../../cells/times.ts';
import { dialectOf } from '../../dialect.ts';
import type { Dialect } from '../../dialect.ts';
import type { ColumnSchema, RowSchema } from '../../schema.ts';
import type { RowsFile } from '../../source.ts';
import { readAll, schemaOf } from '../testing.fixture.ts';

// Whatever the kernel takes must be what the scanner and the parsers make of it: without WebAssembly they read alone.
afterEach(() => vi.unstubAllGlobals());

const ofChunks = (chunks: readonly Uint8Array[], dialect: Partial<Dialect>, batchRows: number): RowsFile => ({
  path: '-',
  displayPath: 'data.csv',
  dialect: dialectOf('data.csv', { encoding: 'utf-8', header: true, delimiter: ',', quote: '"', ...dialect }),
  declarable: true,
  batchRows,
  stdin: (async function* () {
    yield* chunks;
  })(),
});

/** All of a file that anybody sees, or what it was refused for. */
async function outcome(file: RowsFile, schema: RowSchema, columns: readonly string[]): Promise<unknown> {
  try {
    const { table, rejections, batches, read } = await readAll(file, schema, {
      required: columns,
      optional: [],
    });
    const cells = [...table.columns].map(([name, column]) => [
      name,
      column.kind === 'category'
        ? Array.from(column.codes, (code) => column.dictionary[code] ?? null)
        : Array.from<unknown>(column.values),
    ]);
    return { cells, rejections, batches, read };
  } catch (error) {
    return error instanceof Error
      ? { code: 'code' in error ? error.code : '', message: error.message }
      : error;
  }
}

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[random.integer(values.length)]!;
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.integer(10)).join('');

const numbers: readonly ((random: Random) => string)[] = [
  (random) => String(random.integer(1000)),
  (random) => (random.next() * 1000 - 200).toFixed(random.integer(9)),
  (random) => String(random.next() * random.next()),
  (random) => `${digits(random, random.integer(12))}.${digits(random, random.integer(12))}`,
  (random) => `-${digits(random, 1 + random.integer(22))}`,
  (random) => `0.${'0'.repeat(random.integer(25))}${digits(random, random.integer(20))}`,
  (random) => `${random.integer(9)}e${random.integer(40) - 20}`,
  () => '9007199254740993',
];
const times: readonly ((random: Random) => string)[] = [
  (random) => new Date(random.integer(4e12)).toISOString().slice(0, 10),
  (random) => `${new Date(random.integer(4e12)).toISOString().slice(0, 19)}Z`,
  (random) => new Date(random.integer(4e12)).toISOString().slice(0, 19).replace('T', ' '),
  (random) => `20${digits(random, 2)}-${digits(random, 2)}-${digits(random, 2)}`,
  (random) => `2024-02-29T${digits(random, 2)}:${digits(random, 2)}:${digits(random, 2)}`,
  (random) => new Date(random.integer(4e12)).toISOString(),
];
const words: readonly ((random: Random) => string)[] = [
  (random) => `w${random.integer(5)}`,
  (random) => `a longer word of ${random.integer(3)}`,
  (random) => digits(random, random.integer(20)),
  () => 'é, ü',
  () => ' padded ',
  () => 'NA',
];
const oddities = ['', '', 'NA', ' ', '5 ', '"', 'a"b', '+1', 'x'.repeat(40), '\u00e9', '-', '.', '1.2.3'];

/** A cell as somebody writes it: mostly plain, at times quoted, at times broken. */
function writtenCell(random: Random, of: readonly ((random: Random) => string)[], delimiter: string): string {
  const odd = random.integer(40);
  if (odd === 0) return pick(random, oddities);
  const text = pick(random, of)(random);
  if (odd === 1) return `"${text}"`;
  if (odd === 2) return `"${text}${pick(random, ['""', delimiter, '\n', '\r\n', '', ' '])}"`;
  if (odd === 3) return '';
  return text.includes(delimiter) ? `"${text}"` : text;
}

const header = ['n', 'whole', 't', 'word', 'rest', 'text'];

/** Records that are nearly all well formed, and everything that may stand between them. */
function writtenFile(random: Random, delimiter: string, trailing: boolean): Buffer {
  const lineEnd = pick(random, ['\n', '\n', '\r\n', '\r']);
  const end = `${trailing ? delimiter : ''}${lineEnd}`;
  const records = Array.from({ length: random.integer(60) }, () => {
    const odd = random.integer(60);
    if (odd === 0)
      return pick(random, ['', ' ', '#a comment', header.join(delimiter), delimiter.repeat(5), '"']);
    if (odd === 1) return `1${delimiter}2`;
    const ofKinds = [numbers, [(next: Random) => String(next.integer(100))], times, words, words, words];
    const cells = ofKinds.map((of) => writtenCell(random, of, delimiter));
    return [...cells, ...(odd === 2 ? ['too', 'much'] : [])].join(delimiter);
  });
  const text = [header.join(delimiter), ...records].join(end) + (random.integer(4) === 0 ? '' : end);
  const bytes = Buffer.from(text, 'utf8');
  if (random.integer(8) === 0)
    bytes[random.integer(bytes.length)] = pick(random, [0xff, 0xef, 0, 13, 34, 44]);
  return bytes;
}

const inChunks = (random: Random, bytes: Buffer): Buffer[] => {
  const size = 1 + random.integer(400);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size)),
  );
};

const column = (
  name: string,
  kind: ColumnSchema['kind'],
  more: Partial<ColumnSchema> = {},
): ColumnSchema => ({
  name,
  kind,
  type: kind === 'number' ? 'number' : 'string',
  nullable: true,
  required: true,
  closed: false,
  ...more,
});

describe('what the kernel reads', () => {
  it('is what the scanner and the parsers read, whatever the file', async () => {
    const random = createRandom('plainRecords');
    for (let round = 0; round < 300; round += 1) {
      const delimiter = pick(random, [',', ',', ';', '\t', '|']);
      const bytes = writtenFile(random, delimiter, random.integer(6) === 0);
      const chunks = inChunks(random, bytes);
      const nullable = random.integer(3) > 0;
      const schema: RowSchema = {
        columns: [
          column('n', 'number', { nullable, ...(random.integer(8) === 0 ? { missing: ['-999', '7'] } : {}) }),
          column('whole', 'number', { type: 'integer', closed: random.integer(5) === 0, minimum: 0 }),
          column('t', 'time', { nullable }),
          column('word', 'category', { closed: random.integer(5) === 0, domain: ['w0', 'w1', 'w2'] }),
          column('text', 'text'),
        ],
        missing: ['', 'NA'],
      };
      const dialect: Partial<Dialect> = {
        delimiter,
        comment: pick(random, ['', '#']),
        emptyRows: pick<Dialect['emptyRows']>(random, ['keep', 'skip', null]),
        skipFooter: random.integer(5) === 0 ? 2 : 0,
        ragged: pick<Dialect['ragged']>(random, ['reject', 'fill']),
      };
      const wanted = ['whole', 'n', 't', 'word', 'text'].filter(() => random.integer(6) > 0);
      const batchRows = pick(random, [1, 3, 16, 1000]);
      const read = (): Promise<unknown> => outcome(ofChunks(chunks, dialect, batchRows), schema, wanted);
      const byKernel = await read();
      vi.stubGlobal('WebAssembly', undefined);
      const alone = await read();
      vi.unstubAllGlobals();
      expect(byKernel, `round ${round}: ${JSON.stringify(bytes.toString('latin1'))}`).toEqual(alone);
    }
  });

  it('is the nearest double, of numbers of up to 19 digits', async () => {
    const random = createRandom('plainRecords/doubles');
    const texts = Array.from({ length: 100_000 }, (_, i) => {
      if (i % 4 === 0) return String(random.next() * 10 ** (random.integer(20) - 12));
      const text = digits(random, 15 + random.integer(5));
      const point = random.integer(text.length + 1);
      // Near the middle between two doubles, where rounding is hardest.
      if (i % 4 === 1) {
        const double = random.next() * 2 ** random.integer(10);
        const exact = (double + double * 2 ** -53).toFixed(25);
        return exact.slice(0, 20);
      }
      return `${random.integer(2) === 0 ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
    });
    const lines = texts.map((text) => `${text},${text}\n`).join('');
    const file = ofChunks([Buffer.from(`x,y\n${lines}`)], {}, 65_536);
    const { table, rejections } = await readAll(file, schemaOf({ x: 'number', y: 'text' }));
    const [x, y] = ['x', 'y'].map((name) => table.columns.get(name));
    if (x?.kind !== 'number' || y?.kind !== 'text') throw new TypeError('no numbers');
    const wrong = y.values.filter((text, row) => !Object.is(x.values[row], Number(text) + 0));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(rejections.every(({ raw }) => Math.abs(Number(raw.split(',')[0])) >= 2 ** 53)).toBe(true);
  });

  it('is the time of each day, and of none that does not exist', async () => {
    const days = [0, 4, 1582, 1600, 1900, 1968, 1970, 1972, 2000, 2024, 2100, 9999].flatMap((year) =>
      Array.from({ length: 14 }, (_, month) =>
        Array.from(
          { length: 33 },
          (__, day) =>
            `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`,
        ),
      ).flat(),
    );
    const lines = days.map((day, row) =>
      row % 3 === 0 ? day : `${day}T23:59:59${row % 3 === 1 ? 'Z' : ''}`,
    );
    const file = ofChunks([Buffer.from(`t,y\n${lines.join(',\n')},\n`)], {}, 65_536);
    const { table, rejections } = await readAll(file, schemaOf({ t: 'time', y: 'text' }));
    const exist = lines.filter((line) => !Number.isNaN(parseTime(line)));
    const read = table.columns.get('t');
    if (read?.kind !== 'time') throw new TypeError('no times');
    expect(Array.from(read.values)).toEqual(exist.map(parseTime));
    expect(rejections.length).toBe(lines.length - exist.length);
  });

  it('does not depend on how many words there are', async () => {
    const lines = Array.from({ length: 150_000 }, (_, row) => `word ${row % 140_000},${row % 7}`);
    const file = ofChunks([Buffer.from(`a,b\n${lines.join('\n')}\n`)], {}, 200_000);
    const { table } = await readAll(file, schemaOf({ a: 'category', b: 'category' }));
    const [a, b] = ['a', 'b'].map((name) => table.columns.get(name));
    if (a?.kind !== 'category' || b?.kind !== 'category') throw new TypeError('no words');
    const back = lines.filter(
      (line, row) => `${a.dictionary[a.codes[row]!]},${b.dictionary[b.codes[row]!]}` === line,
    );
    expect([back.length, a.dictionary.length]).toEqual([150_000, 140_000]);
  });
});
