// A real registry on loopback: Debian's docker-registry, keeping its blobs in a folder that is gone afterwards.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort, scratchFolder } from './project.ts';

export const registryPath = '/usr/bin/docker-registry';
export const hasRegistry = existsSync(registryPath);

export interface TestRegistry {
  /** `127.0.0.1:4711` */
  readonly host: string;
  close(): Promise<void>;
}

export async function startRegistry(): Promise<TestRegistry> {
  const folder = scratchFolder();
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${join(folder, 'blobs')} } }\nhttp: { addr: ${host} }\n`,
  );
  const server = execa(registryPath, ['serve', config], { reject: false, stdio: 'ignore' });
  for (;;) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => null);
    if (answer?.ok === true) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    host,
    close: async () => {
      server.kill();
      await server;
    },
  };
}
