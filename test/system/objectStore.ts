// A real S3 compatible store on loopback: Ceph's radosgw over one monitor and one OSD that keeps its objects in memory.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, vi } from 'vitest';
import { freePort, scratchFolder } from './project.ts';

export const hasObjectStore = ['radosgw', 'ceph-mon', 'ceph-osd'].every((name) =>
  existsSync(`/usr/bin/${name}`),
);

export const credentials = { accessKeyId: 'reader', secretAccessKey: 'geheim-4711' };

export interface ObjectStore {
  /** `http://127.0.0.1:4711` */
  readonly endpoint: string;
  close(): Promise<void>;
}

type Server = ReturnType<typeof daemon>;

function daemon(folder: string, program: string, args: readonly string[]) {
  return execa(program, args, { cwd: folder, reject: false, stdio: 'ignore' });
}

const cluster = '6b1f5f3a-7a3c-4a3e-9d1a-000000000001';
const osd = '6b1f5f3a-7a3c-4a3e-9d1a-000000000002';

const settings = (folder: string, monitor: string, gateway: number): string => `[global]
fsid = ${cluster}
mon_host = ${monitor}
mon_data_avail_crit = 0
mon_data_avail_warn = 0
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
mon_max_pg_per_osd = 1000
mon_allow_pool_size_one = true
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 1073741824
mon_data = ${folder}/mon
osd_data = ${folder}/osd
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.asok
pid_file = ${folder}/run/$name.pid
log_file = ${folder}/log/$name.log
keyring = ${folder}/keyring
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr2 = false
rgw_frontends = beast endpoint=127.0.0.1:${gateway}
`;

/**
 * A store that answers, or why there is none after four tries: one time in four here, the first pools of a new cluster
 * never come up and radosgw-admin waits for ever. These daemons are a peer, not what is tested.
 */
export async function startObjectStore(): Promise<ObjectStore | { readonly because: string }> {
  let because = '';
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const started = await startOnce();
    if (!('because' in started)) return started;
    because = started.because;
  }
  return { because };
}

async function startOnce(): Promise<ObjectStore | { readonly because: string }> {
  const folder = scratchFolder();
  for (const name of ['mon', 'osd', 'run', 'log']) mkdirSync(join(folder, name));
  const [port, gateway] = [await freePort(), await freePort()];
  const monitor = `[v1:127.0.0.1:${port}]`;
  writeFileSync(join(folder, 'ceph.conf'), settings(folder, monitor, gateway));
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    for (const server of servers.reverse()) server.kill('SIGKILL');
    await Promise.all(servers);
  };
  try {
    const endpoint = `http://127.0.0.1:${gateway}`;
    await bringUp(folder, monitor, servers);
    await vi.waitFor(async () => expect((await fetch(endpoint)).ok).toBe(true), {
      timeout: 60_000,
      interval: 100,
    });
    return { endpoint, close };
  } catch (error) {
    await close();
    return { because: `${error instanceof Error ? error.message : String(error)}\n${lastLines(folder)}` };
  }
}

/** Monitor, OSD, a user, gateway: each server that was started is added to `servers`, also where a later step fails. */
async function bringUp(folder: string, monitor: string, servers: Server[]): Promise<void> {
  const inFolder = (name: string): string => join(folder, name);
  const [config, keyring, map] = [inFolder('ceph.conf'), inFolder('keyring'), inFolder('monmap')];
  const run = async (program: string, ...args: string[]): Promise<void> => {
    await execa(program, args, { cwd: folder, timeout: 60_000 });
  };
  const all = (...parts: string[]): string[] => parts.flatMap((part) => ['--cap', part, 'allow *']);
  const start = (program: string, ...args: string[]): void => {
    servers.push(daemon(folder, program, ['-c', config, ...args, '-f']));
  };
  await run('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.', ...all('mon'));
  await run('ceph-authtool', keyring, '--gen-key', '-n', 'client.admin', ...all('mon', 'osd', 'mgr'));
  await run('monmaptool', '--create', '--fsid', cluster, '--addv', 'a', monitor, map);
  await run('ceph-mon', '-c', config, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring);
  start('ceph-mon', '-i', 'a');
  await run('ceph', '-c', config, 'osd', 'new', osd);
  await run('ceph-osd', '-c', config, '-i', '0', '--mkfs', '--osd-uuid', osd);
  start('ceph-osd', '-i', '0');

  const isUp = async (): Promise<void> => {
    const { stdout } = await execa('ceph', ['-c', config, 'osd', 'stat', '--format', 'json']);
    expect(stdout).toContain('"num_up_osds":1');
  };
  await vi.waitFor(isUp, { timeout: 60_000, interval: 250 });
  const { accessKeyId, secretAccessKey } = credentials;
  const user = ['user', 'create', '--uid=reader', '--display-name=reader'];
  const keys = [`--access-key=${accessKeyId}`, `--secret=${secretAccessKey}`];
  await run('radosgw-admin', '-c', config, ...user, ...keys);
  start('radosgw', '-n', 'client.admin');
}

/** The end of each daemon's log. */
function lastLines(folder: string): string {
  const logs = readdirSync(join(folder, 'log'));
  const end = (name: string): string =>
    readFileSync(join(folder, 'log', name), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-8)
      .join('\n');
  return logs.map((name) => `--- ${name}\n${end(name)}`).join('\n');
}
