// podman as these tests use it: with a configuration of its own where this machine's default one cannot run containers.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { podmanVariables } from '../../scripts/podmanConf.ts';

export const podmanPath = '/usr/bin/podman';
export const hasPodman = existsSync(podmanPath);

export interface TestPodman {
  /** The variables of this process, and what leads podman to its configuration. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Runs podman; throws what it complains about. */
  run(...given: readonly string[]): string;
  /** Runs it and takes what comes. */
  try(...given: readonly string[]): string;
  close(): void;
}

export function openPodman(variables: Readonly<Record<string, string | undefined>>): TestPodman {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aieng-podman-'));
  const all = { ...variables, ...podmanVariables(variables, folder) };
  const ask = (given: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(podmanPath, given, { encoding: 'utf8', env: all });
  return {
    variables: all,
    run: (...given) => {
      const { status, stdout, stderr } = ask(given);
      if (status !== 0) throw new Error(`podman ${given.join(' ')}: ${stderr}`);
      return stdout.trim();
    },
    try: (...given) => ask(given).stdout.trim(),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
