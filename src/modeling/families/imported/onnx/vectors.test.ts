import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../../../../errors.ts';
import type { ModelFiles } from '../../../model.ts';
import { readForeign, recogniseFormat } from '../read.ts';
import { externalFiles } from './external.ts';

// ONNX files of the real libraries with what the native runtime answered, beside the repository; the few that are kept with it
// are in onnx.test.ts.

const folder = new URL('../../../../../../shared/models/', import.meta.url);
const present = existsSync(folder);
if (!present)
  console.warn(`skipped: ${folder.pathname} is absent, so ONNX files of other libraries are not compared`);
const names = present ? readdirSync(folder).filter((name) => name.startsWith('onnx-')) : [];
const refused = names.filter((name) => name.includes('broken'));
const answered = names.filter((name) => !refused.includes(name));

const bytesOf = (name: string, file: string): Uint8Array => readFileSync(new URL(`${name}/${file}`, folder));

function filesOf(name: string): ModelFiles {
  const model = bytesOf(name, 'model.onnx');
  recogniseFormat('model.onnx', model);
  const beside = externalFiles(model).filter((file) => existsSync(new URL(`${name}/${file}`, folder)));
  return new Map([
    ['model.onnx', model],
    ...beside.map((file): [string, Uint8Array] => [file, bytesOf(name, file)]),
  ]);
}

function table(name: string, file: string): { readonly head: string[]; readonly rows: string[][] } {
  const text = new TextDecoder().decode(bytesOf(name, file));
  const [head = [], ...rows] = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return { head, rows };
}

describe.each(answered)('%s', (name) => {
  it('answers as the native runtime did', async () => {
    const model = await readForeign('onnx', filesOf(name));
    const { rows } = table(name, 'inputs.csv');
    const cells = rows.flatMap((row) =>
      model.inputs.map(({ text, words = [] }, at) => {
        const cell = row[at] ?? '';
        if (text !== true) return cell === '' ? NaN : Number(cell.replace(/inf$/i, 'Infinity'));
        const place = words.indexOf(cell);
        return cell === '' ? NaN : place < 0 ? words.length : place;
      }),
    );
    const own = model.answersOf(model.sums(Float64Array.from(cells), rows.length));
    const expected = table(name, 'expected.csv');
    const columns = expected.head.flatMap((column, at) => (column.includes('label') ? [] : [{ column, at }]));
    expect(model.outputs).toBe(columns.length);
    if (model.labels !== undefined)
      expect(model.labels).toEqual(columns.map(({ column }) => column.replace(/^prob_/, '')));
    expected.rows.forEach((row, at) =>
      columns.forEach(({ at: column }, output) => {
        const [got, wanted] = [own[at * model.outputs + output]!, Number(row[column])];
        expect([at, output, Math.abs(got - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)), got]).toEqual([
          at,
          output,
          true,
          got,
        ]);
      }),
    );
    model.dispose?.();
  });
});

describe.runIf(present)('a file that is refused', () => {
  it.each(refused)('%s: by one clear line', async (name) => {
    const error: unknown = await Promise.resolve()
      .then(() => readForeign('onnx', filesOf(name)))
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
