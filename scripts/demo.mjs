// `npm run demo`: installs what is missing, builds what is stale, then tells the story (scripts/demo/main.ts).
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const ready = spawnSync(process.execPath, ['scripts/setup.mjs'], {
  cwd: root,
  // With --json stdout is the story's alone.
  stdio: ['ignore', process.argv.includes('--json') ? 2 : 'inherit', 'inherit'],
});
if (ready.status !== 0) process.exit(ready.status ?? 1);
const story = spawnSync(
  process.execPath,
  ['--import', 'tsx', 'scripts/demo/main.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exitCode = story.status ?? 1;
