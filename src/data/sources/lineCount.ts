import { createReadStream } from 'node:fs';

const lineFeed = 10;

/** Physical lines of a file: what ends with a line feed, and what follows the last one. */
export async function lineCount(path: string): Promise<number> {
  let lines = 0;
  let last = lineFeed;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = piece as Buffer;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
    last = bytes.at(-1) ?? last;
  }
  return last === lineFeed ? lines : lines + 1;
}
