#!/usr/bin/env node
// What the system stage uses beside npm's packages: a container engine, a registry, cron,
// databases. Installs what is missing
// where it can (Debian or Ubuntu, as root) and says what it cannot; the tests that need it are skipped with a reason.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Debian package → a file that it brings. */
const packages = {
  podman: '/usr/bin/podman',
  runc: '/usr/sbin/runc',
  catatonit: '/usr/bin/catatonit',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iptables: '/usr/sbin/iptables',
  skopeo: '/usr/bin/skopeo',
  'docker-registry': '/usr/bin/docker-registry',
  cron: '/usr/sbin/cron',
  'postgresql-15': '/usr/lib/postgresql/15/bin/postgres',
  'mariadb-server': '/usr/sbin/mariadbd',
  'ceph-mon': '/usr/bin/ceph-mon',
  'ceph-osd': '/usr/bin/ceph-osd',
  'ceph-common': '/usr/bin/ceph',
  radosgw: '/usr/bin/radosgw',
  prometheus: '/usr/bin/promtool',
  'prometheus-alertmanager': '/usr/bin/prometheus-alertmanager',
};

const missing = () =>
  Object.entries(packages)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);

/** @param {string[]} args @returns {boolean} */
function apt(...args) {
  const { status } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 300_000,
  });
  return status === 0;
}

/** Makes the packages there, as far as this machine allows. Never fails: what is absent is skipped by its tests. */
export function installSystemPackages() {
  const wanted = missing();
  if (wanted.length === 0) return;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(
      `system packages: ${wanted.join(', ')} not installed (needs root and apt-get): their tests are skipped`,
    );
    return;
  }
  console.log(`system packages: installing ${wanted.join(', ')}`);
  apt('update', '-qq');
  // One by one: a package that this release lacks must not keep the others out.
  for (const name of wanted) apt('install', '-y', '-qq', '--no-install-recommends', name);
  const absent = missing();
  if (absent.length > 0)
    console.log(`system packages: ${absent.join(', ')} could not be installed: their tests are skipped`);
}

if (process.argv[1] === import.meta.filename) installSystemPackages();
