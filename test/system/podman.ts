// podman as these tests use it: with a configuration of its own where this machine's default one cannot run containers.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const podmanPath = '/usr/bin/podman';
export const hasPodman = existsSync(podmanPath);

const conf = `[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
[containers]
default_ulimits=["nofile=4096:4096","nproc=4096:4096"]
`;

export interface TestPodman {
  /** The variables of this process, and what leads podman to its configuration. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Runs podman; throws what it complains about. */
  run(...given: readonly string[]): string;
  /** Runs it and takes what comes. */
  try(...given: readonly string[]): string;
  close(): void;
}

/** Without systemd podman's defaults cannot make a control group: runc with plain files can. */
export function openPodman(variables: Readonly<Record<string, string | undefined>>): TestPodman {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aieng-podman-'));
  const file = path.join(folder, 'containers.conf');
  writeFileSync(file, conf);
  const asIs = variables['CONTAINERS_CONF'] !== undefined || existsSync('/run/systemd/system');
  const all = asIs ? variables : { ...variables, CONTAINERS_CONF: file };
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
