// `npm run bench`: start-up, reading, features, train and serve figures, each as a ratio to a peer in the same run.
// `npm run bench -- accuracy` (or any file of bench/ by its name) runs that one; what begins with -- is an option of it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const given = process.argv.slice(2);
const asked = given.filter((word) => !word.startsWith('--'));
const options = given.filter((word) => word.startsWith('--'));
const names = asked.length > 0 ? asked : ['startup', 'stream', 'features', 'train', 'serve'];
const unknown = names.find((name) => !existsSync(path.join(root, 'bench', `${name}.ts`)));
if (unknown !== undefined) {
  console.error(`bench/${unknown}.ts does not exist`);
  process.exit(2);
}

const run = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
process.exitCode = run(['scripts/setup.mjs']);
for (const name of names) {
  if (process.exitCode !== 0) break;
  console.log(`\n── ${name}`);
  process.exitCode = run(['--import', 'tsx', `bench/${name}.ts`, ...options]);
}
