// A real S3 compatible store on loopback: Ceph's radosgw over one monitor and one OSD that keeps its objects in memory.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
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

const cluster = '6b1f5f3a-7a3c-4a3e-9d1a-000000000001';
const osd = '6b1f5f3a-7a3c-4a3e-9d1a-000000000002';

const settings = (folder: string, monitor: string, gateway: number): string => `[global]
fsid = ${cluster}
mon_host = ${monitor}
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

export async function startObjectStore(): Promise<ObjectStore> {
  const folder = scratchFolder();
  for (const name of ['mon', 'osd', 'run', 'log']) mkdirSync(join(folder, name));
  const [port, gateway] = [await freePort(), await freePort()];
  const monitor = `[v1:127.0.0.1:${port}]`;
  const config = join(folder, 'ceph.conf');
  const keyring = join(folder, 'keyring');
  const map = join(folder, 'monmap');
  writeFileSync(config, settings(folder, monitor, gateway));
  const run = async (program: string, ...args: string[]): Promise<void> => {
    await execa(program, args, { cwd: folder, timeout: 120_000 });
  };
  const all = (...parts: string[]): string[] => parts.flatMap((part) => ['--cap', part, 'allow *']);
  await run('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.', ...all('mon'));
  await run('ceph-authtool', keyring, '--gen-key', '-n', 'client.admin', ...all('mon', 'osd', 'mgr'));
  await run('monmaptool', '--create', '--fsid', cluster, '--addv', 'a', monitor, map);
  await run('ceph-mon', '-c', config, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring);
  const start = (program: string, ...args: string[]) =>
    execa(program, ['-c', config, ...args, '-f'], { cwd: folder, reject: false, stdio: 'ignore' });
  const servers = [start('ceph-mon', '-i', 'a')];
  await run('ceph', '-c', config, 'osd', 'new', osd);
  await run('ceph-osd', '-c', config, '-i', '0', '--mkfs', '--osd-uuid', osd);
  servers.push(start('ceph-osd', '-i', '0'));
  const { accessKeyId, secretAccessKey } = credentials;
  const user = ['user', 'create', '--uid=reader', '--display-name=reader'];
  await run(
    'radosgw-admin',
    '-c',
    config,
    ...user,
    `--access-key=${accessKeyId}`,
    `--secret=${secretAccessKey}`,
  );
  servers.push(start('radosgw', '-n', 'client.admin'));
  const endpoint = `http://127.0.0.1:${gateway}`;
  for (;;) {
    if ((await fetch(endpoint).catch(() => null))?.ok === true) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    endpoint,
    close: async () => {
      for (const server of servers.reverse()) server.kill('SIGKILL');
      await Promise.all(servers);
    },
  };
}
