/**
 * Puts objects and writes folds that refer to them, for ever, and says each on stdout. Contents are of two kinds: shared
 * with the other writers and old from the beginning; and its own, which it makes old until it refers to them.
 */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../src/environment/index.ts';
import { openStore } from '../../src/store/index.ts';
import { writeFold } from '../../src/tracking/folds.ts';

const [folder, writer, rounds] = process.argv.slice(2) as [string, string, string];
const environment = readEnvironment({ variables: {}, cwd: folder });
const store = await openStore({ folder, environment });

for (let round = 0; round < Number(rounds); round += 1) {
  // Every third of its own is put without being referred to, and put again two rounds later, for a fold.
  const parquet = await store.put(`shared ${round % 40}`);
  const own = await store.put(`${writer} ${round - (round % 3)}`);
  if (round % 3 === 2) {
    await writeFold({ store }, 'churn', environment.newId(), {
      at: 0,
      before: 0,
      segments: [],
      predictions: 0,
      rows: 0,
      parquet,
      schema: own,
    });
    process.stdout.write(`${parquet} ${own}\n`);
  }
  // Nothing refers to it yet: it grows old in an instant, and a collection may take it before it is put again.
  else
    try {
      utimesSync(join(folder, 'objects', own.slice(0, 2), own), 1000, 1000);
    } catch {
      // A collection was faster.
    }
}
