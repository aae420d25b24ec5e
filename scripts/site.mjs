// `npm run site [-- --preview]`: the web site of docs/ into site/dist, static. Installs what it needs into site/ (Node 20 or
// newer); a link that leads nowhere fails it. `--preview` serves it at http://127.0.0.1:4173 afterwards.
// SITE_BASE: the path below which it will stand (default /).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const site = join(root, 'site');
const pages = join(site, 'pages');

/** Runs a command in site/, and ends as it did where it fails. */
function run(program, ...args) {
  const { status } = spawnSync(program, args, { cwd: site, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(site, 'node_modules', 'vitepress'))) run('npm', 'ci', '--no-audit', '--no-fund');
// Beside node_modules of the site: the pages become modules, which look for theirs above them.
rmSync(pages, { recursive: true, force: true });
cpSync(join(root, 'docs'), pages, { recursive: true });
const vitepress = join(site, 'node_modules', 'vitepress', 'bin', 'vitepress.js');
run(process.execPath, vitepress, 'build', '.');
// A page that could not be rendered is written without a word, and empty.
const empty = readdirSync(join(site, 'dist'), { recursive: true, encoding: 'utf8' })
  .filter((page) => page.endsWith('.html') && page !== '404.html')
  .filter((page) => !readFileSync(join(site, 'dist', page), 'utf8').includes('<h1'));
if (empty.length > 0) {
  console.error(`site: these pages are empty: ${empty.join(', ')}`);
  process.exit(1);
}
if (process.argv.includes('--preview'))
  run(process.execPath, vitepress, 'preview', '.', '--host', '127.0.0.1', '--port', '4173');
