import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createRandom } from '../src/random.ts';
import type { Random } from '../src/random.ts';

/** A file that is made for a bench: the same bytes for the same number of rows. */
export interface MadeFile {
  readonly name: string;
  readonly what: string;
  readonly rows: number;
  readonly label: string;
  readonly header: readonly string[];
  readonly row: (random: Random) => readonly (string | number | boolean)[];
}

const payments = ['Electronic check', 'Mailed check', 'Bank transfer (automatic)', 'Credit card (automatic)'];
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

/** Numbers, categories, booleans and times, some of them missing. */
const rows: MadeFile = {
  name: 'rows',
  what: '1M × 15, of every kind',
  rows: 1_000_000,
  label: 'answer',
  header: [
    ...upTo(7).map((i) => `number_${i}`),
    'count',
    'colour',
    'payment',
    'city',
    'flag',
    'answer',
    'since',
    'at',
  ],
  row: (random) => {
    const time = new Date(1.6e12 + random.integer(1e11)).toISOString();
    return [
      ...upTo(7).map((i) =>
        i > 3 && random.next() < 0.03 ? '' : (random.next() * 1000 - 200).toFixed(i < 3 ? 2 : 6),
      ),
      random.integer(73),
      ['red', 'green', 'blue'][random.integer(3)]!,
      payments[random.integer(4)]!,
      `city_${random.integer(500)}`,
      random.next() < 0.5,
      random.next() < 0.5 ? 'Yes' : 'No',
      time.slice(0, 10),
      `${time.slice(0, 19)}Z`,
    ];
  },
};

const narrow: MadeFile = {
  name: 'narrow',
  what: '10M × 5',
  rows: 10_000_000,
  label: 'answer',
  header: ['a', 'b', 'count', 'word', 'answer'],
  row: (random) => [
    (random.next() * 100).toFixed(3),
    (random.next() * 1000 - 500).toFixed(2),
    random.integer(1000),
    `w${random.integer(50)}`,
    random.next() < 0.5 ? 'Yes' : 'No',
  ],
};

const floats: MadeFile = {
  name: 'floats',
  what: '400k × 15, 17 digits',
  rows: 400_000,
  label: 'answer',
  header: [...upTo(14).map((i) => `x${i}`), 'answer'],
  row: (random) => [
    ...upTo(14).map(() => random.next() * random.next() * 1000),
    random.next() < 0.5 ? 'a' : 'b',
  ],
};

const wide: MadeFile = {
  name: 'wide',
  what: '100k × 500',
  rows: 100_000,
  label: 'answer',
  header: [...upTo(499).map((i) => `x${i}`), 'answer'],
  row: (random) => [
    ...upTo(499).map(() => (random.next() * 100).toFixed(4)),
    random.next() < 0.5 ? 'a' : 'b',
  ],
};

/** The files that the bench reads, by what they are made of. */
export const madeFiles = { rows, narrow, floats, wide } as const;

/** Writes a share of a file's rows, piece by piece. */
export async function writeMadeFile(
  path: string,
  { name, rows: all, header, row }: MadeFile,
  share: number,
): Promise<number> {
  const random = createRandom(`bench/ingest/${name}`);
  const out = createWriteStream(path);
  const count = Math.max(1000, Math.round(all * share));
  let text = `${header.join(',')}\n`;
  for (let at = 0; at < count; at += 1) {
    text += `${row(random).join(',')}\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
  return count;
}
