import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const conf = `[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
[containers]
default_ulimits=["nofile=4096:4096","nproc=4096:4096"]
`;

/**
 * What leads podman to a configuration that works here. Without systemd (a CI sandbox) its defaults make no control
 * group and ask for limits that nobody may raise; runc with plain files and modest limits runs anywhere. The file is
 * written into `folder`. Where podman is configured by whoever calls, or systemd is there, nothing is changed.
 */
export function podmanVariables(
  variables: Readonly<Record<string, string | undefined>>,
  folder: string,
): Readonly<Record<string, string>> {
  if (variables['CONTAINERS_CONF'] !== undefined) return { CONTAINERS_CONF: variables['CONTAINERS_CONF'] };
  if (existsSync('/run/systemd/system')) return {};
  const file = path.join(folder, 'containers.conf');
  writeFileSync(file, conf);
  return { CONTAINERS_CONF: file };
}
