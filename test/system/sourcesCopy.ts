import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../cli/support.ts';
import { scratchFolder } from './project.ts';

/** A copy of these files and folders of the repository, with its packages: what a test may change or build in. */
export function sourcesCopy(...names: readonly string[]): string {
  const copy = scratchFolder();
  for (const name of names) cpSync(join(repository, name), join(copy, name), { recursive: true });
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(repository, 'node_modules')))
    if (name !== '.cache')
      symlinkSync(join(repository, 'node_modules', name), join(copy, 'node_modules', name));
  return copy;
}
