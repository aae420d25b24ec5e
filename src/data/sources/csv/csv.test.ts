import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowsFile } from '../../source.ts';
import type { FileOptions } from '../testing.fixture.ts';
import { namesOf, readAll, schemaOf, sourceFile, temporaryFolder, wordsOf } from '../testing.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const file = (
  content: string | Uint8Array,
  options: FileOptions = {},
  name = 'data.csv',
): Promise<RowsFile> => sourceFile(folder.path, name, content, options);
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
const abc = schemaOf({ a: 'number', b: 'category', c: 'text' });

describe('a clean file', () => {
  it('becomes typed columns', async () => {
    const { rows, rejections } = await readAll(
      await file('a,b,c\n1,x,"say ""hi"", you"\nNA, y ,\n-2.5e3,"",z\n'),
      abc,
    );
    expect(rejections).toEqual([]);
    expect(rows).toEqual([
      { a: 1, b: 'x', c: 'say "hi", you' },
      { a: null, b: 'y', c: null },
      { a: -2500, b: null, c: 'z' },
    ]);
  });

  it('may mix LF, CRLF and CR CR LF, and end without a line break', async () => {
    const { rows } = await readAll(await file('a,b,c\r\n1,x,p\n2,y,q\r\r\n3,z,"r\r\ns"\r4,w,t'), abc);
    expect(rows.map(({ a, c }) => [a, c])).toEqual([
      [1, 'p'],
      [2, 'q'],
      [3, 'r\r\ns'],
      [4, 't'],
    ]);
  });

  it('is read in batches, with the columns that are asked for', async () => {
    const lines = Array.from({ length: 25 }, (_, i) => `${i},w${i % 3},t`).join('\n');
    const options = await file(`a,b,c\n${lines}\n`, { batchRows: 10 });
    const { table, batches } = await readAll(options, abc, { required: ['b'], optional: ['a'] });
    expect([batches, table.rows, [...table.columns.keys()]]).toEqual([3, 25, ['b', 'a']]);
    const lacking = await readAll(await file('b,c\nx,y\n'), abc, { required: ['b'], optional: ['a'] });
    expect(lacking.rows).toEqual([{ b: 'x', a: null }]);
  });

  it('gives its columns as text for inference', async () => {
    const words = (...texts: string[]): (readonly [string, 'text'])[] => texts.map((text) => [text, 'text']);
    const text = 'a,b\n1, x\n,NA\n3,z\n1\n1,"é, ""q"""\n';
    expect(await wordsOf(await file(text, { batchRows: 2 }))).toEqual({
      a: words('1', '', '3', '1'),
      b: words(' x', 'NA', 'z', 'é, "q"'),
    });
  });

  it.each([[';'], ['\t'], ['|'], [',']])('has its delimiter %j found', async (delimiter) => {
    const text = ['a,b,c', '1,x,"p;q|r,s\tt"', '2,y,z']
      .map((line) => line.replace(/^([^"]*)/, (part) => part.replaceAll(',', delimiter)))
      .join('\n');
    const { rows, rejections } = await readAll(await file(text), abc);
    expect([rows.length, rejections]).toEqual([2, []]);
    expect(rows[0]?.c).toBe('p;q|r,s\tt');
  });

  it('may be read from standard input, header first', async () => {
    async function* stdin(): AsyncGenerator<string> {
      yield 'a,b';
      yield ',c\n1,x,y\n2,';
      yield 'x,"y\n';
      yield 'z"\n';
    }
    const { rows, read } = await readAll({ ...(await file('')), path: '-', stdin: stdin() }, abc);
    expect(rows.map(({ c }) => c)).toEqual(['y', 'y\nz']);
    expect(read).toMatchObject({ records: 2, digest: sha256('a,b,c\n1,x,y\n2,x,"y\nz"\n'), bytes: 22 });
  });
});

describe('bad records', () => {
  it('are quarantined with the physical line, column, reason and raw text', async () => {
    const text = 'a,b,c\n1,x,"two\nlines"\nabc,x,y\n\n2,x\n3,x,y,z\n1e400,"q\r\nr",s\n4,x,y\n';
    const { rows, rejections } = await readAll(await file(text), abc);
    expect(rows.map((row) => row.a)).toEqual([1, 4]);
    expect(rejections).toEqual([
      { file: 'data.csv', line: 4, column: 'a', reason: 'expected a number, got "abc"', raw: 'abc,x,y' },
      { file: 'data.csv', line: 6, reason: 'expected 3 fields, got 2', raw: '2,x' },
      { file: 'data.csv', line: 7, reason: 'expected 3 fields, got 4', raw: '3,x,y,z' },
      {
        file: 'data.csv',
        line: 8,
        column: 'a',
        reason:
          'expected a finite number, got "1e400", which is too large for a 64-bit float; make the column text or a category in the row schema to keep it as written',
        raw: '1e400,"q\r\nr",s',
      },
    ]);
  });

  it('with a broken quote cost their line, not the rest of the file', async () => {
    const text = 'a,b,c\n1,"never closed,y\n2,x,y\n3,in "the" middle,y\n4,"x"y,z\n5,x,"last\n';
    const { rows, rejections } = await readAll(await file(text), abc);
    expect(rows.map((row) => row.a)).toEqual([2]);
    expect(rejections.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'expected a delimiter after a closing quote (quotes inside are doubled)'],
      [4, 'a quote inside of a field that is not quoted'],
      [5, 'expected a delimiter after a closing quote (quotes inside are doubled)'],
      [6, 'a quote is opened and never closed'],
    ]);
  });

  it('are kept whole', async () => {
    const { rejections } = await readAll(await file(`a,b,c\nx,y,${'é'.repeat(3000)}\n1,x,y\n`), abc);
    expect(rejections[0]?.raw).toBe(`x,y,${'é'.repeat(3000)}`);
  });

  it('an unclosed quote in a big file is given up after 4 MiB', async () => {
    const text = `a,b,c\n1,"open,y\n${'2,x,some text that makes the file long\n'.repeat(150_000)}`;
    const { table, rejections } = await readAll(await file(text, { batchRows: 50_000 }), abc);
    expect([table.rows, rejections.length]).toEqual([150_000, 1]);
  });
});

describe('what is not a table', () => {
  const fails = async (options: RowsFile, expected: object): Promise<void> => {
    await expect(readAll(options, abc)).rejects.toMatchObject(expected);
  };
  it('missing file', async () => {
    const options = await file('');
    await fails({ ...options, path: `${folder.path}/none.csv` }, { code: 'source-not-found', exitCode: 2 });
  });
  it('empty, blank, header only', async () => {
    await fails(await file(''), { code: 'source-empty', exitCode: 3 });
    await fails(await file('\n\n  \n'), { code: 'source-empty', exitCode: 3 });
    await fails(await file('a,b,c'), { code: 'source-without-rows', exitCode: 3 });
    await fails(await file('a,b,c\r\n\r\n'), { code: 'source-without-rows', exitCode: 3 });
  });
  it('a broken header, numbers for names', async () => {
    await fails(await file('a,"b"x,c\n1,2,3\n'), { code: 'invalid-header' });
    await fails(await file('-122.23,37.88,41.0\n-122.22,37.86,21.0\n'), { code: 'header-absent' });
    expect(await namesOf(await file('2019,2020\n1,2\n'))).toEqual(['2019', '2020']);
  });
  it('but names that are empty or there twice get one of their own', async () => {
    expect(await namesOf(await file(',a,\n1,2,3\n'))).toEqual(['column_1', 'a', 'column_3']);
    expect(await namesOf(await file('a,b,a,a\n1,2,3,4\n'))).toEqual(['a', 'b', 'a_2', 'a_3']);
    // A name that another column has by right is given to none.
    expect(await namesOf(await file('a,a_2,a,,column_4\n1,2,3,4,5\n'))).toEqual([
      'a',
      'a_2',
      'a_3',
      'column_4_2',
      'column_4',
    ]);
  });
  it('wrong delimiter, absent columns', async () => {
    await fails(await file('a;b;c\n1;x;y\n', { delimiter: ',' }), { code: 'wrong-delimiter', hint: /";"/ });
    await fails(await file('aa,B,c\n1,x,y\n'), {
      code: 'missing-column',
      hint: /Did you mean "aa" for "a", "B" for "b"\?/,
    });
    for (const delimiter of ['', '\n', '123456789'])
      await fails(await file('a,b,c\n1,x,y\n', { delimiter }), { code: 'invalid-delimiter', exitCode: 2 });
    await fails(await file('a,b,c\n1,x,y\n', { quote: ',', delimiter: ',' }), { code: 'invalid-quote' });
  });
  it('binary and other formats', async () => {
    await fails(await file('PK\u0003\u0004rest'), { code: 'zip-damaged', message: /Excel/ });
    await fails(await file(`a,b,c\n1,x,${'y'.repeat(9_000_000)}`), { code: 'record-too-long' });
  });
});

describe('laws', () => {
  const breaks = fc.constantFrom('\n', '\r\n', '\r');
  const content = fc.string({
    unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r\n', 'é', '😀', ';', '5', '.'),
    maxLength: 8,
  });
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

  it('quoted fields come back whatever is in them, as csv-parse reads them', async () => {
    const rows = fc.array(fc.tuple(content, content), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (cells, end) => {
        const text = `x,y${end}${cells.map((row) => row.map(quoted).join(',') + end).join('')}`;
        const { rows: read, rejections } = await readAll(
          await file(text, { batchRows: 5, delimiter: ',' }),
          schemaOf({ x: 'text', y: 'text' }, ['']),
        );
        expect(rejections).toEqual([]);
        const records: unknown = parse(text, { columns: true, record_delimiter: ['\r\n', '\n'] });
        const blankToNull = (value: unknown): unknown =>
          typeof value === 'string' && value.trim() === '' ? null : value;
        expect(read).toEqual(
          (records as Record<string, unknown>[]).map(({ x, y }) => ({
            x: blankToNull(x),
            y: blankToNull(y),
          })),
        );
      }),
    );
  });

  it('clean + quarantined = input, each rejection on the line where its record starts', async () => {
    const good = fc
      .tuple(fc.nat(), content)
      .map(([n, text]) => ({ text: `${n},w,${quoted(text)}`, clean: true }));
    const bad = fc
      .oneof(
        fc.constantFrom('x,w,t', '1e999,w,t', '1,w', '1,w,t,u', '1,w"w,t', '1,"w"w,t', '1,w,t,u,', '0x1,w,t'),
        content.map((text) => `nope,w,${quoted(text)}`),
      )
      .map((text) => ({ text, clean: false }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.oneof(good, bad), breaks), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (records, batchRows) => {
          let text = 'a,b,c\n';
          const badLines: number[] = [];
          for (const [record, end] of records) {
            if (!record.clean) badLines.push(text.split(/\r\n|\n|\r/).length);
            text += record.text + end;
          }
          const { table, rejections } = await readAll(await file(text, { batchRows, delimiter: ',' }), abc);
          expect(rejections.map(({ line }) => line)).toEqual(badLines);
          expect(table.rows + rejections.length).toBe(records.length);
        },
      ),
    );
  });

  it('any bytes give batches or one of our errors', async () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', ',', '"', '\n', '\r', '5', 'é', ';'),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        const options = await file(`a,b,c\n${text}`, { batchRows: 3 });
        try {
          const { rows, rejections } = await readAll(options, abc);
          // Every byte stands in a clean record or in a rejection; blank lines aside.
          const records = text.split(/[\r\n]+/).filter((line) => line !== '').length;
          expect(rows.length + rejections.length).toBeLessThanOrEqual(records);
          expect(rows.length + rejections.length).toBeGreaterThan(0);
        } catch (error) {
          // What cannot be told from the bytes alone is asked: exit 2.
          expect(error).toHaveProperty('exitCode', /two delimiters/.test(String(error)) ? 2 : 3);
        }
      }),
    );
  });
});
