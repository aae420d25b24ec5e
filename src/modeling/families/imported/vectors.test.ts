import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../../../errors.ts';
import { readForeign, recogniseFormat } from './read.ts';
import type { ForeignModel } from './foreign.ts';

// Files of the real libraries with what these answered: all of them beside the repository, and where these are absent the
// few that are kept with it.

const folder = new URL('../../../../../shared/models/', import.meta.url);
const present = existsSync(folder);
if (!present)
  console.warn(`skipped: ${folder.pathname} is absent, so models of other libraries are not compared`);
const names = present
  ? readdirSync(folder).filter((name) => name.startsWith('xgb-') || name.startsWith('lgb-'))
  : [];
const refused = names.filter((name) => name.includes('broken') || name.includes('REFUSE'));
const answered = names.filter((name) => !refused.includes(name));
const filesOf = (name: string): readonly string[] =>
  readdirSync(new URL(`${name}/`, folder)).filter((file) => file.startsWith('model.'));
const cases = (among: readonly string[]): { name: string; file: string }[] =>
  among.flatMap((name) => filesOf(name).map((file) => ({ name, file })));

const bytesOf = (name: string, file: string): Uint8Array => readFileSync(new URL(`${name}/${file}`, folder));
const linesOf = (name: string, file: string): readonly string[] =>
  new TextDecoder().decode(bytesOf(name, file)).trimEnd().split('\n');

function modelOf(name: string, file: string): Promise<ForeignModel> {
  const bytes = bytesOf(name, file);
  return readForeign(recogniseFormat(file, bytes), new Map([[file, bytes]]));
}

function cellsOf(name: string, { inputs }: ForeignModel): { cells: Float64Array; rows: number } {
  const [, ...lines] = linesOf(name, 'inputs.csv');
  const cells = lines.flatMap((line) =>
    line.split(',').map((cell, at) => {
      const words =
        inputs[at]?.words ??
        (name === 'lgb-pandas-categorical' && at === 3 ? ['lo', 'mid', 'hi'] : undefined);
      const word = /^".*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      if (words !== undefined) return words.includes(word) ? words.indexOf(word) : NaN;
      return cell === ''
        ? NaN
        : /^[+-]?inf/i.test(cell)
          ? cell.startsWith('-')
            ? -Infinity
            : Infinity
          : Number(cell);
    }),
  );
  return { cells: Float64Array.from(cells), rows: lines.length };
}

const close = (got: number, expected: number, relative: number): boolean =>
  Math.abs(got - expected) <= relative * Math.max(1, Math.abs(expected));

describe.each(cases(answered))('$name/$file', async ({ name, file }) => {
  const model = await modelOf(name, file);
  const [head = '', ...lines] = linesOf(name, 'expected.csv');
  const columns = head.split(',');
  const expected = lines.map((line) => line.split(',').map(Number));
  const column = (start: string): number[] =>
    columns.flatMap((each, at) => (each.startsWith(start) ? [at] : []));
  // A list that goes with no split of a category is bound by the columns that it is mapped to.
  const loose = name === 'lgb-pandas-categorical';
  const { cells, rows } = cellsOf(name, loose ? { ...model, inputs: withLists(model) } : model);

  it('gives the raw sums of its library, bit for bit', () => {
    const sums = model.sums(cells, rows);
    const own = column('raw');
    expected.forEach((line, row) =>
      own.forEach((at, output) => expect([row, sums[row * own.length + output]]).toEqual([row, line[at]])),
    );
  });

  it('gives its answers', () => {
    const answers = model.answersOf(model.sums(cells, rows));
    const own = column('out');
    expected.forEach((line, row) => {
      const given = answers.subarray(row * model.outputs, (row + 1) * model.outputs);
      // multi:softmax answers which class it is.
      const got = own.length < given.length ? [given.indexOf(Math.max(...given))] : [...given];
      own.forEach((at, k) =>
        expect([row, got[k], close(got[k]!, line[at]!, 1e-6)]).toEqual([row, got[k], true]),
      );
    });
  });
});

/** pandas' lists of the vector, whose last three columns are categories, one of them split as a number. */
function withLists(model: ForeignModel): ForeignModel['inputs'] {
  const lists = [
    ['"q"', 'Paris', 'São Paulo', 'a b', 'x=y'],
    ['10', '20', '30'],
    ['lo', 'mid', 'hi'],
  ];
  return model.inputs.map((input, at) => (at === 0 ? input : { ...input, words: lists[at - 1]! }));
}

describe.runIf(present)('a file that is refused', () => {
  it.each(cases(refused))('$name/$file: by one clear line', async ({ name, file }) => {
    const error: unknown = await Promise.resolve()
      .then(() => modelOf(name, file))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(AiengError);
    const { message, hint, exitCode } = error as AiengError;
    expect(message).toMatch(/ is refused: [^\n]+\.$/);
    expect([hint === '', exitCode]).toEqual([false, 2]);
  });
});
