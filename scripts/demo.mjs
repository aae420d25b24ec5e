// `npm run demo`: installs what is missing, builds what is stale, then tells the story (scripts/demo/main.ts).
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setup } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
setup({ quiet: process.argv.includes('--json') });
const story = spawnSync(
  process.execPath,
  ['--import', 'tsx', 'scripts/demo/main.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exitCode = story.status ?? 1;
