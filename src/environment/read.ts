import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { arch, cpus, hostname, platform } from 'node:os';
import { monotonicFactory } from 'ulid';
import type { Environment } from './environment.ts';
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

/** aieng's own version, from the package.json two folders above (the same from `src` and from `dist`). */
function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const named =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof named === 'string' ? named : '0.0.0';
}

/** Uniform in [0, 1) with 32 bits from the operating system: ids must not collide between hosts. */
const entropy = (): number => randomBytes(4).readUInt32LE(0) / 4294967296;

/**
 * The real world as values. Costs about a millisecond: git is asked separately (`readGit`), and code digests are
 * read when a stage first asks for one.
 */
export function readEnvironment(options: EnvironmentOptions): Environment {
  const nextUlid = monotonicFactory(entropy);
  const system = platform();
  const code = stageCodeReader(new URL('../code-digests.json', import.meta.url));
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    newId: () => nextUlid(Date.now()),
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
