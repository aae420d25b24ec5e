import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerLine } from '../format.ts';
import { listSegments, readBlocksBackwards, readLines, segmentName } from './segments.ts';
import type { Segment } from './segments.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'aieng-segments-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string | Uint8Array = ''): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const linesOf = async (file: string, meter = { bytes: 0 }): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of readLines(file, meter)) lines.push(line);
  return lines;
};
const blocksOf = async (file: string, meter = { bytes: 0 }): Promise<(readonly string[])[]> => {
  const segment: Segment = { file, instance: 'a', size: statSync(file).size, changed: 0 };
  const blocks: (readonly string[])[] = [];
  for await (const block of readBlocksBackwards(segment, meter)) blocks.push(block);
  return blocks;
};

describe('the segments of a log', () => {
  it('are those of instances that count, each by its number', async () => {
    for (const name of [
      'a/predictions-1000000.ndjson',
      'a/predictions-999999.ndjson',
      'b/predictions-000001.ndjson',
    ])
      write(name, 'x');
    for (const name of [
      'a/labels-000001.ndjson',
      'a/predictions-000001.index',
      'a/predictions-00001.ndjson',
      'a/old-predictions-000001.ndjson',
      'a/predictions-000001.ndjson.new',
      'c.pending/predictions-000001.ndjson',
      'd/notes.txt',
      'predictions-000001.ndjson',
    ])
      write(name);
    const changed = new Date(1_700_000_000_000);
    utimesSync(path.join(folder, 'b/predictions-000001.ndjson'), changed, changed);
    const found = await listSegments(folder, 'predictions');
    expect(
      found.map(({ instance, segments }) => [instance, segments.map(({ file }) => path.basename(file))]),
    ).toEqual([
      ['a', ['predictions-999999.ndjson', 'predictions-1000000.ndjson']],
      ['b', ['predictions-000001.ndjson']],
    ]);
    expect(found[1]?.segments[0]).toEqual({
      file: path.join(folder, 'b/predictions-000001.ndjson'),
      instance: 'b',
      size: 1,
      changed: changed.getTime(),
    });
    expect((await listSegments(folder, 'labels')).map(({ instance }) => instance)).toEqual(['a']);
    expect(await listSegments(path.join(folder, 'absent'), 'labels')).toEqual([]);
    await expect(listSegments(write('file'), 'labels')).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('are named so that they sort', () => {
    expect([1, 999_999, 1_000_000].map((n) => segmentName('labels', n))).toEqual([
      'labels-000001.ndjson',
      'labels-999999.ndjson',
      'labels-1000000.ndjson',
    ]);
  });
});

describe('the lines of a segment', () => {
  const header = headerLine('predictions', 'test');

  it('are its records: no header, no blank ones, the last one also without its end', async () => {
    const file = write('s', `${header}one\n\n   \ntwo\n{"log":"no header here"}\nthree`);
    const records = ['one', 'two', '{"log":"no header here"}', 'three'];
    const meter = { bytes: 0 };
    expect(await linesOf(file, meter)).toEqual(records);
    // What was looked at for the header, and the whole.
    expect(meter.bytes).toBe(2 * statSync(file).size);
    expect(await blocksOf(file)).toEqual([records]);
    expect(await linesOf(write('t', header))).toEqual([]);
    expect(await blocksOf(write('t', header))).toEqual([[]]);
    expect(await blocksOf(write('empty'))).toEqual([]);
    // A header is the first line and no other.
    expect(await linesOf(write('u', `one\n${header}`))).toEqual(['one', header.trim()]);
    expect(await blocksOf(write('u', `one\n${header}`))).toEqual([['one', header.trim()]]);
  });

  it.each([131_071, 131_072, 131_073, 262_144, 262_145, 400_000])(
    'are whole wherever a block of a file of %i bytes begins',
    async (bytes) => {
      // Lines of different lengths, with characters of several bytes.
      const lines: string[] = [];
      let size = 0;
      for (let n = 0; size < bytes; n += 1) {
        const line = `${n}:${'ü€😀'.repeat(n % 7)}`;
        lines.push(line);
        size += Buffer.byteLength(line) + 1;
      }
      const text = `${lines.join('\n')}\n`;
      const padded = 'x'.repeat(Math.max(0, bytes - Buffer.byteLength(text) - 1));
      const file = write('s', padded === '' ? text : `${padded}\n${text}`);
      const expected = (padded === '' ? lines : [padded, ...lines]).join('\n');
      expect((await linesOf(file)).join('\n') === expected).toBe(true);
      const blocks = await blocksOf(file);
      expect(blocks.toReversed().flat().join('\n') === expected).toBe(true);
      expect(blocks.length).toBe(Math.ceil(statSync(file).size / 131_072));
    },
  );

  it('longer than a block are whole, too', async () => {
    const lines = ['a'.repeat(300_000), 'b', 'c'.repeat(140_000)];
    const file = write('s', `${header}${lines.join('\n')}\n`);
    expect(await linesOf(file)).toEqual(lines);
    expect((await blocksOf(file)).toReversed().flat()).toEqual(lines);
  });

  it('of a segment that went meanwhile are none to a window, and an error to whoever reads it whole', async () => {
    const gone: Segment = { file: path.join(folder, 'gone'), instance: 'a', size: 10, changed: 0 };
    for await (const block of readBlocksBackwards(gone, { bytes: 0 })) expect(block).toBeNull();
    await expect(linesOf(gone.file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are refused where a later aieng wrote them, by the first 256 bytes', async () => {
    const newer = (version: string): string =>
      write('s', `{"log":"predictions","format":3,"aieng":"${version}"}\none\n`);
    await expect(linesOf(newer('9.0.0'))).rejects.toMatchObject({ code: 'log-too-new', exitCode: 8 });
    await expect(blocksOf(newer('9.0.0'))).rejects.toMatchObject({ code: 'log-too-new' });
  });
});
