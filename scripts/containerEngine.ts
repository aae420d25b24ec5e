import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { podmanVariables } from './podmanConf.ts';

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

/** Docker or podman, whichever answers. Podman gets a configuration that works here. */
export async function findEngine(): Promise<Engine> {
  if ((await answers('docker', ['info', '--format', '{{.ServerVersion}}'])) !== null)
    return { state: 'ready', name: 'docker', variables: {} };
  if ((await answers('podman', ['info', '--format', '{{.Version.Version}}'])) === null)
    return { state: 'absent', reason: 'neither docker nor podman answers on this machine' };
  const folder = await mkdtemp(path.join(tmpdir(), 'aieng-engine-'));
  return { state: 'ready', name: 'podman', variables: podmanVariables(process.env, folder) };
}
