#!/usr/bin/env node
// Makes a clone ready: `npm ci` where node_modules is absent or differs from the lock file, and a build where dist is
// absent or was made from other sources. Does nothing, in well under a second, where all is as it should be.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceDigest, stampFile } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} path @returns {Record<string, any> | null} */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Whether every package of the lock file is there in its version. Optional ones may be absent: npm removes what cannot be built. */
export function isInstalled() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const there = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (there === undefined || there === null) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      entry.optional === true ||
      entry.devOptional === true ||
      (there[path]?.integrity === entry.integrity && there[path]?.version === entry.version),
  );
}

/** Whether dist was made, completely, from the sources that stand here. */
export const isBuilt = () => readJson(stampFile)?.source === sourceDigest();

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`setup: \`${[command, ...args].join(' ')}\` failed${error ? `: ${error.message}` : ''}.`);
  process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!isInstalled()) {
    console.log('setup: installing packages (npm ci)');
    run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund']);
  }
  if (!process.argv.includes('--no-build') && (!existsSync(stampFile) || !isBuilt())) {
    console.log('setup: building');
    run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
  }
}
