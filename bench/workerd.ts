import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `npm run long -- workerd`: models as files of their own in a worker of an edge runtime. The runtime is 120 MB, so that it is no
// package of this one: it is fetched into a cache, once, and the suite over all files of their own runs with it.

const version = '1.20260601.1';
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'workerd');
const program = join(cache, 'workerd');

/** Fetches the runtime by npm; false where that cannot be. */
function fetchRuntime(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'aieng-workerd-'));
  try {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    const { status } = spawnSync('npm', ['install', ...flags, `workerd@${version}`], { stdio: 'inherit' });
    const own = join(folder, 'node_modules', '@cloudflare');
    if (status !== 0 || !existsSync(own)) return false;
    const [name] = readdirSync(own).filter((one) => one.startsWith('workerd-'));
    if (name === undefined) return false;
    mkdirSync(cache, { recursive: true });
    copyFileSync(join(own, name, 'bin', 'workerd'), program);
    chmodSync(program, 0o755);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!existsSync(program) && !fetchRuntime())
  console.log(`Skipped: npm cannot fetch workerd ${version} here.`);
else {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--project', 'thorough', 'test/conformance/portable.test.ts', '-t', 'edge runtime'];
  const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
  console.log(`workerd ${version}: every model answers there as here: ${status === 0 ? 'yes' : 'no'}`);
}
