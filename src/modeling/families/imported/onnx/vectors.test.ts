import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../../../../errors.ts';
import type { ModelFiles } from '../../../model.ts';
import { readForeign, recogniseFormat } from '../read.ts';
import { externalFiles } from './external.ts';

// ONNX files of the real libraries with what the native runtime answered: all of them beside the repository, and the few that
// are kept with it.

const folder = new URL('../../../../../../shared/models/', import.meta.url);
const own = new URL('../../../../../fixtures/models/', import.meta.url);
const present = existsSync(folder);
if (!present)
  console.warn(`skipped: ${folder.pathname} is absent, so ONNX files of other libraries are not compared`);
const foldersIn = (root: URL): readonly URL[] =>
  readdirSync(root)
    .filter((name) => name.startsWith('onnx-'))
    .map((name) => new URL(`${name}/`, root));
const folders = [...foldersIn(own), ...(present ? foldersIn(folder) : [])];
const isRefused = ({ pathname }: URL): boolean => pathname.includes('broken');
const told = (folder: URL): { readonly name: string; readonly folder: URL } => ({
  name: folder.pathname.split('/').slice(-3, -1).join('/'),
  folder,
});
const refused = folders.filter(isRefused).map(told);
const answered = folders.filter((each) => !isRefused(each)).map(told);

const bytesOf = (folder: URL, file: string): Uint8Array => readFileSync(new URL(file, folder));

function filesOf(folder: URL): ModelFiles {
  const model = bytesOf(folder, 'model.onnx');
  recogniseFormat('model.onnx', model);
  const beside = externalFiles(model).filter((file) => existsSync(new URL(file, folder)));
  return new Map([
    ['model.onnx', model],
    ...beside.map((file): [string, Uint8Array] => [file, bytesOf(folder, file)]),
  ]);
}

function table(folder: URL, file: string): { readonly head: string[]; readonly rows: string[][] } {
  const text = new TextDecoder().decode(bytesOf(folder, file));
  const [head = [], ...rows] = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return { head, rows };
}

describe.each(answered)('$name', ({ folder }) => {
  it('answers as the native runtime did', async () => {
    const model = await readForeign('onnx', filesOf(folder));
    const { rows } = table(folder, 'inputs.csv');
    const cells = rows.flatMap((row) =>
      model.inputs.map(({ text, words = [] }, at) => {
        const cell = row[at] ?? '';
        if (text !== true) return cell === '' ? NaN : Number(cell.replace(/inf$/i, 'Infinity'));
        const place = words.indexOf(cell);
        return cell === '' ? NaN : place < 0 ? words.length : place;
      }),
    );
    const got = model.answersOf(model.sums(Float64Array.from(cells), rows.length));
    const expected = table(folder, 'expected.csv');
    const columns = expected.head.flatMap((column, at) => (column.includes('label') ? [] : [{ column, at }]));
    expect(model.outputs).toBe(columns.length);
    if (model.labels !== undefined)
      expect(model.labels).toEqual(columns.map(({ column }) => column.replace(/^prob_/, '')));
    expected.rows.forEach((row, at) =>
      columns.forEach(({ at: column }, output) => {
        const [is, wanted] = [got[at * model.outputs + output]!, Number(row[column])];
        expect([at, output, Math.abs(is - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)), is]).toEqual([
          at,
          output,
          true,
          is,
        ]);
      }),
    );
    model.dispose?.();
  });
});

describe.runIf(present)('a file that is refused', () => {
  it.each(refused)('$name: by one clear line', async ({ folder }) => {
    const error: unknown = await Promise.resolve()
      .then(() => readForeign('onnx', filesOf(folder)))
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
