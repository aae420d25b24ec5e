import { readFileSync } from 'node:fs';
import { ownPath } from '../ownFolder.ts';

/** aieng's own version, as its package.json has it. */
export function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(ownPath('package.json'), 'utf8'));
  const named =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof named === 'string' ? named : '0.0.0';
}
