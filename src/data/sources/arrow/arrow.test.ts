import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOf, readAll, schemaOf, sourceFile, temporaryFolder, wordsOf } from '../testing.fixture.ts';
import { arrowOf } from './arrow.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const texts = { t: [...Array<string>(40).fill('ab'.repeat(50)), ...Array<string>(40).fill('cd'.repeat(70))] };
/** The same as `pyarrow` writes it: Feather version 2, packed. */
const packed: Readonly<Record<string, string>> = {
  lz4: 'QVJST1cxAAD/////cAAAABAAAAAAAAoADAAGAAUACAAKAAAAAAEEAAwAAAAIAAgAAAAEAAgAAAAEAAAAAQAAABQAAAAQABQACAAGAAcADAAAABAAEAAAAAAAAQUQAAAAGAAAAAQAAAAAAAAAAQAAAHQAAAAEAAQABAAAAAAAAAD/////qAAAABQAAAAAAAAADAAYAAYABQAIAAwADAAAAAADBAAcAAAAsAEAAAAAAAAAAAAADAAcABAABAAIAAwADAAAAFgAAAAcAAAAFAAAAFAAAAAAAAAAAAAAAAQABAAEAAAAAwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFsBAAAAAAAAYAEAAAAAAABNAAAAAAAAAAAAAAABAAAAUAAAAAAAAAAAAAAAAAAAAEQBAAAAAAAABCJNGGBAgkQBAIAAAAAAZAAAAMgAAAAsAQAAkAEAAPQBAABYAgAAvAIAACADAACEAwAA6AMAAEwEAACwBAAAFAUAAHgFAADcBQAAQAYAAKQGAAAIBwAAbAcAANAHAAA0CAAAmAgAAPwIAABgCQAAxAkAACgKAACMCgAA8AoAAFQLAAC4CwAAHAwAAIAMAADkDAAASA0AAKwNAAAQDgAAdA4AANgOAAA8DwAAoA8AACwQAAC4EAAARBEAANARAABcEgAA6BIAAHQTAAAAFAAAjBQAABgVAACkFQAAMBYAALwWAABIFwAA1BcAAGAYAADsGAAAeBkAAAQaAACQGgAAHBsAAKgbAAA0HAAAwBwAAEwdAADYHQAAZB4AAPAeAAB8HwAACCAAAJQgAAAgIQAArCEAADgiAADEIgAAUCMAANwjAABoJAAA9CQAAIAlAAAAAAAAAAAAAACAJQAAAAAAAAQiTRhgQII2AAAAL2FiAgD///////////////////+aL2NkAgD////////////////////////////bUGRjZGNkAAAAAAAAAP////8AAAAAEAAAAAwAFAAGAAgADAAQAAwAAAAAAAQAOAAAACgAAAAEAAAAAQAAAIAAAAAAAAAAsAAAAAAAAACwAQAAAAAAAAAAAAAAAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwAAAAQABAAAAAAAAEFEAAAABgAAAAEAAAAAAAAAAEAAAB0AAAABAAEAAQAAACYAAAAQVJST1cx',
  zstd: 'QVJST1cxAAD/////cAAAABAAAAAAAAoADAAGAAUACAAKAAAAAAEEAAwAAAAIAAgAAAAEAAgAAAAEAAAAAQAAABQAAAAQABQACAAGAAcADAAAABAAEAAAAAAAAQUQAAAAGAAAAAQAAAAAAAAAAQAAAHQAAAAEAAQABAAAAAAAAAD/////sAAAABQAAAAAAAAADAAYAAYABQAIAAwADAAAAAADBAAcAAAAIAEAAAAAAAAAAAAADAAeABAABAAIAAwADAAAAGAAAAAkAAAAGAAAAFAAAAAAAAAAAAAAAAAABgAIAAcABgAAAAAAAAEDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA9wAAAAAAAAD4AAAAAAAAACEAAAAAAAAAAAAAAAEAAABQAAAAAAAAAAAAAAAAAAAARAEAAAAAAAAotS/9YEQALQcARlQ4M1BJZzNQGx2x2e8EUX4g7PIDgS53V4uT6h7PT4YRBlGRQnHhpLz+a5KeHd8BG2yCDDYhKSgAKwAqALcfDn50O2Q7DtzI3XDd0MyoMEP14uEFhBffitqKBSciTsROnH7hrA+WCVsMXMFdaV25TJlNST3J8OT1xFtCW6LgCMQR2JEBQ2xDVncb7iTcoX4EP7E/jAG49mjYs7qD4U5qTm0OgTeyN541sDV3aJ15OMNgzG0Mgi+0L6cDC3htitjU4FLuUoJJtkkFHs0efX8R/roDPFgEsYh1CHdItWdhDzWIwiBvAACAJQAAAAAAACi1L/1ggCR9AAAgYWJjZAIA2wV6vPl8hwUAAAAAAAAA/////wAAAAAQAAAADAAUAAYACAAMABAADAAAAAAABAA4AAAAKAAAAAQAAAABAAAAgAAAAAAAAAC4AAAAAAAAACABAAAAAAAAAAAAAAAAAAAIAAgAAAAEAAgAAAAEAAAAAQAAABQAAAAQABQACAAGAAcADAAAABAAEAAAAAAAAQUQAAAAGAAAAAQAAAAAAAAAAQAAAHQAAAAEAAQABAAAAJgAAABBUlJPVzE=',
};
/** Twenty-one columns of as many types, as `pyarrow` writes them, plain. */
const kinds = readFileSync(
  resolve(import.meta.dirname, '../../../../fixtures/dirty/arrow-kinds/input.feather'),
);

describe('an Arrow file', () => {
  it('is read as a stream, as a file, and packed with LZ4 or Zstandard', async () => {
    const schema = schemaOf({ t: 'text' });
    for (const bytes of [
      arrowOf(texts, 7),
      ...Object.values(packed).map((text) => Buffer.from(text, 'base64')),
    ]) {
      const { table } = await readAll(
        await sourceFile(folder.path, 'x.feather', bytes, { batchRows: 9 }),
        schema,
      );
      expect(table.columns.get('t')).toEqual({ kind: 'text', values: texts.t });
    }
  });

  it('keeps what each type of number and time is, to the last digit', async () => {
    const file = await sourceFile(folder.path, 'kinds.feather', kinds);
    const words = Object.fromEntries(
      Object.entries(await wordsOf(file)).map(([name, cells]) => [name, cells.map((cell) => cell![0])]),
    );
    expect(words).toMatchObject({
      u64: ['9223372036854775808', '2', ''],
      f16: ['0.5', '-2', ''],
      dec: ['-12.5', '', '0.05'],
      wide: Array.from({ length: 3 }, () => '12345678901234567890.12'),
      day: ['2024-01-01T00:00:00.000Z', '1969-12-31T00:00:00.000Z', ''],
      ns: ['1970-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', ''],
      clock: ['01:02:03.5', '', '23:59:59'],
      view: ['short', 'longer than twelve bytes', ''],
      'st.a': ['1', '', '3'],
      'st.in.b': ['x', '', ''],
    });
    const { read } = await readAll(file, schemaOf({ last: 'number' }));
    expect(read.unreadable.map(({ name }) => name)).toEqual(['list', 'bytes']);
    await expect(readAll(file, schemaOf({ list: 'text' }))).rejects.toMatchObject({
      code: 'unsupported-column-type',
    });
  });

  it('that is damaged, wherever, is told or is read: nothing else comes of it', async () => {
    for (const bytes of [
      arrowOf({ a: ['x', null, 'y'], b: ['1', '2', '3'] }, 2),
      Buffer.from(packed['lz4']!, 'base64'),
      kinds,
    ])
      for (let at = 0; at < bytes.length; at += 11) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 0xff;
        const file = await sourceFile(
          folder.path,
          'bad.feather',
          at % 2 === 0 ? changed : bytes.subarray(0, at),
        );
        const fault = await wordsOf(file).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (fault !== undefined) expect([at, fault]).toEqual([at, expect.objectContaining({ exitCode: 3 })]);
      }
  });

  it('of the first version, or from standard input, is refused with what to do', async () => {
    const old = await sourceFile(folder.path, 'old.feather', 'FEA1 and so on');
    await expect(namesOf(old)).rejects.toMatchObject({ code: 'feather-version-1', exitCode: 3 });
    const piped = { ...old, path: '-' };
    await expect(namesOf(piped)).rejects.toMatchObject({ code: 'arrow-from-stdin', exitCode: 2 });
  });
});
