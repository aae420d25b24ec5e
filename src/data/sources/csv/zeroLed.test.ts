import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dialectOf } from '../../dialect.ts';
import { mayHoldZeroLed } from './zeroLed.ts';

const folder = mkdtempSync(join(tmpdir(), 'aieng-zeros-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const held = (text: string, changes: Partial<ReturnType<typeof dialectOf>> = {}): Promise<boolean> => {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, text);
  const dialect = { ...dialectOf('rows.csv'), ...changes };
  return mayHoldZeroLed({ path, displayPath: 'rows.csv', dialect, declarable: true, batchRows: 10 });
};

it.each([
  ['in the middle', 'a,b,c\n1,06101,2\n'],
  ['first of a line', 'a,b\n007,1\n'],
  ['last of a line', 'a,b\r\n1,007\r\n'],
  ['last of the file', 'a,b\n1,00'],
  ['with a sign', 'a,b\n-07,1\n'],
  ['in quotes', 'a,b\n"01",x\n'],
  ['between blanks', 'a,b\n 01 ,x\n'],
  ['behind a semicolon that nobody declared', 'a;b\n1;02\n'],
])('sees a zero before digits: %s', async (_what, text) => {
  expect(await held(text)).toBe(true);
});

it.each([
  ['nought', 'a,b\n0,-0\n'],
  ['a fraction', 'a,b\n0.25,00.5\n'],
  ['times and dates', 'a,b\n01.02.2024,08:30\n01/02/2024,00:00\n'],
  ['words', 'a,b\n0x1F,01st\n'],
  ['zeros within and behind', 'a,b\n100,1001\nx01,-100\n'],
  ['nothing', ''],
])('sees none: %s', async (_what, text) => {
  expect(await held(`a,b\n${text}`)).toBe(false);
});

it('parts fields by the delimiter that is declared, and cannot tell by one of several bytes', async () => {
  expect(await held('a~b\n1~02\n')).toBe(false);
  expect(await held('a~b\n1~02\n', { delimiter: '~' })).toBe(true);
  expect(await held('a,b\n1.5,2\n', { delimiter: '||' })).toBe(true);
});
