import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Tells the run whether this peer is why a test is skipped; test/allowed-skips.json names the file. */
export function noteUnavailable(peer: string, because: string | null): void {
  const file = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'unavailable', peer);
  rmSync(file, { force: true });
  if (because === null) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, because);
  process.stderr.write(`skipped, no ${peer}: ${because}\n`);
}
