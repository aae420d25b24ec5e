import { dataError } from '../../../errors.ts';
import type { AiengError } from '../../../errors.ts';

/** Content that is so much longer than what it is packed in, and longer than `alwaysFine`, is taken for a bomb. */
const mostExpansion = 500;
const alwaysFine = 128 << 20;

/** The error for what is packed so tightly that unpacking it may never end. */
export function expandsTooMuch(displayPath: string, unpack: string): AiengError {
  return dataError({
    code: 'archive-expands',
    message: `${displayPath}: what is packed in it is more than ${mostExpansion} times as long as the file: that is hardly data.`,
    hint: `If it is, unpack it yourself (${unpack}) and name the unpacked file.`,
    at: { file: displayPath },
  });
}

/** Is content of `unpacked` bytes out of `packed` bytes beyond what data does? */
export const isBomb = (packed: number, unpacked: number): boolean =>
  unpacked > alwaysFine && unpacked > mostExpansion * packed;

/** Counts what goes into an unpacker; hands on what comes out while the two fit each other. */
export class Expansion {
  #packed = 0;
  #unpacked = 0;
  readonly #refuse: () => AiengError;

  constructor(refuse: () => AiengError) {
    this.#refuse = refuse;
  }

  async *counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of chunks) {
      this.#packed += chunk.length;
      yield chunk;
    }
  }

  async *bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of chunks) {
      this.#unpacked += chunk.length;
      if (isBomb(this.#packed, this.#unpacked)) throw this.#refuse();
      yield chunk;
    }
  }
}
