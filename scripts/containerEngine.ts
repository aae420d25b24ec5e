import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** A container engine that answers, with the variables that its client needs here; or why there is none. */
export type Engine =
  | {
      readonly state: 'ready';
      readonly name: 'docker' | 'podman';
      readonly variables: Readonly<Record<string, string>>;
    }
  | { readonly state: 'absent'; readonly reason: string };

async function answers(program: string, args: readonly string[]): Promise<string | null> {
  const { exitCode, stdout } = await execa(program, args, {
    reject: false,
    timeout: 20_000,
    stdin: 'ignore',
  });
  return exitCode === 0 ? stdout.trim() : null;
}

/**
 * Podman wants to raise the limits on open files and processes for what it starts; in a sandbox (a CI container) it may
 * not, and then nothing starts. Asking for no more than there is works everywhere.
 */
async function modestLimits(): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'aieng-engine-')), 'containers.conf');
  const ulimits = '["nofile=4096:4096","nproc=4096:4096"]';
  await writeFile(
    file,
    `[engine]\nruntime="runc"\ncgroup_manager="cgroupfs"\nevents_logger="file"\n[containers]\ndefault_ulimits=${ulimits}\n`,
  );
  return file;
}

/** Docker or podman, whichever answers. Under CI podman gets limits that a sandbox allows. */
export async function findEngine(): Promise<Engine> {
  if ((await answers('docker', ['info', '--format', '{{.ServerVersion}}'])) !== null)
    return { state: 'ready', name: 'docker', variables: {} };
  if ((await answers('podman', ['info', '--format', '{{.Version.Version}}'])) === null)
    return { state: 'absent', reason: 'neither docker nor podman answers on this machine' };
  const own = process.env.CONTAINERS_CONF;
  const isRoot = process.getuid?.() === 0;
  const variables =
    own !== undefined ? { CONTAINERS_CONF: own } : isRoot ? { CONTAINERS_CONF: await modestLimits() } : {};
  return { state: 'ready', name: 'podman', variables };
}
