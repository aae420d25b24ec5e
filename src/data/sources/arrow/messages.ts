import type { FileHandle } from 'node:fs/promises';
import { BadArrow, FlatTable } from './flatTable.ts';

/** A piece of a file: its description, and where its body is. */
export interface Message {
  readonly kind: 'schema' | 'dictionary' | 'batch' | 'other';
  readonly header: FlatTable;
  readonly bodyAt: number;
  readonly bodyBytes: number;
}

const kinds = ['other', 'schema', 'dictionary', 'batch'] as const;
const mostDescription = 256 << 20;

/** Reads bytes of a file by their place. */
export class ArrowBytes {
  readonly #handle: FileHandle;
  readonly size: number;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  async read(at: number, length: number): Promise<Buffer> {
    if (!(at >= 0 && length >= 0 && at + length <= this.size)) throw new BadArrow('it was cut off');
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await this.#handle.read(bytes, 0, length, at);
    if (bytesRead < length) throw new BadArrow('it was cut off');
    return bytes;
  }

  /** The message at a place; undefined at the end of a stream. */
  async message(at: number): Promise<Message | undefined> {
    // A stream may end without its mark.
    if (at === this.size) return undefined;
    const first = (await this.read(at, 4)).readInt32LE(0);
    const marked = first === -1;
    const length = marked ? (await this.read(at + 4, 4)).readInt32LE(0) : first;
    if (length === 0) return undefined;
    if (length < 0 || length > mostDescription) throw new BadArrow('a message of an absurd length');
    const start = at + (marked ? 8 : 4);
    const table = FlatTable.root(await this.read(start, length));
    const header = table.table(2);
    if (header === undefined) throw new BadArrow('a message without content');
    const bodyBytes = table.long(3);
    if (!(bodyBytes >= 0 && start + length + bodyBytes <= this.size)) throw new BadArrow('it was cut off');
    return { kind: kinds[table.byte(1)] ?? 'other', header, bodyAt: start + length, bodyBytes };
  }
}

const mark = 'ARROW1';

/** Where the messages of a file begin, in the order in which they are to be read. */
export interface Contents {
  readonly schema: FlatTable | undefined;
  messages(): AsyncGenerator<Message, void, void>;
}

/** The table of contents of a file, which stands at its end. */
async function fileContents(bytes: ArrowBytes): Promise<Contents> {
  const tail = await bytes.read(bytes.size - 10, 10);
  if (tail.toString('latin1', 4) !== mark) throw new BadArrow('it was cut off');
  const length = tail.readInt32LE(0);
  const footer = FlatTable.root(await bytes.read(bytes.size - 10 - length, length));
  const places = [...footer.longs(2, 3), ...footer.longs(3, 3)].map(([at]) => at ?? 0);
  return {
    schema: footer.table(1),
    messages: async function* () {
      for (const place of places) {
        const message = await bytes.message(place);
        if (message !== undefined) yield message;
      }
    },
  };
}

/** A stream has no table of contents: message follows message. */
async function streamContents(bytes: ArrowBytes): Promise<Contents> {
  const first = await bytes.message(0);
  if (first?.kind !== 'schema') throw new BadArrow('it is none');
  return {
    schema: first.header,
    messages: async function* () {
      for (let at = first.bodyAt + first.bodyBytes; ;) {
        const message = await bytes.message(at);
        if (message === undefined) return;
        yield message;
        at = message.bodyAt + message.bodyBytes;
      }
    },
  };
}

/** Opens a file (Feather version 2) or a stream. */
export async function contentsOf(bytes: ArrowBytes): Promise<Contents> {
  const start = (await bytes.read(0, Math.min(bytes.size, 8))).toString('latin1');
  if (start.startsWith(mark)) return fileContents(bytes);
  return streamContents(bytes);
}
