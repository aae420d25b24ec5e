import { randomBytes, randomFillSync } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { arch, cpus, hostname, platform } from 'node:os';
import { builtFile } from '../ownFolder.ts';
import type { Environment } from './environment.ts';
import { createIds } from './ids.ts';
import { ownVersion } from './ownVersion.ts';
import { readProcessStart } from './process.ts';
import { stageCodeReader } from './stageCode.ts';

/** What the caller (the CLI) knows of its own process. */
export interface EnvironmentOptions {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

function readText(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

const drawnBytes = 5;

/** Whole numbers below 2^40 from the operating system, of which many are asked for at a time: ids must not collide between hosts. */
function drawing(): () => number {
  const pool = Buffer.alloc(200 * drawnBytes);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    at += drawnBytes;
    return pool.readUIntLE(at - drawnBytes, drawnBytes);
  };
}

/**
 * The real world as values. Costs about a millisecond: git is asked separately (`readGit`), and code digests are
 * read when a stage first asks for one.
 */
export function readEnvironment(options: EnvironmentOptions): Environment {
  const system = platform();
  const code = stageCodeReader(builtFile('code-digests.json'));
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    newId: createIds(() => Date.now(), drawing()),
    newSecret: () => randomBytes(32).toString('base64url'),
    cwd: options.cwd,
    variables: options.variables,
    host: {
      name: hostname(),
      platform: system,
      arch: arch(),
      cpus: cpus().length,
      bootId: readText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) || 'unknown',
      pidNamespace: readText(() => readlinkSync('/proc/self/ns/pid')),
    },
    pid: process.pid,
    processStart: (pid) => readProcessStart(pid, system),
    nodeVersion: process.version,
    version: ownVersion(),
    stageCode: code,
    familyCode: (family) => code(`family ${family}`),
  };
}
