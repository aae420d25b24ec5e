import { usageError } from '../../../errors.ts';
import { socketPathOf } from '../../../serviceAddress.ts';
import { termFlags } from '../../plan.ts';
import type { ContainerSettings, Wish } from '../../target.ts';
import { bundleFolder, dataFolder, imageUser, logFolderOf, readyScript, servicePort } from './insideImage.ts';

/** `127.0.0.1:8080:8080`; without a published port the engine chooses one. */
function portOf({ host, port }: Wish): string {
  const address = host.includes(':') ? `[${host}]` : host;
  return `${address}:${port === 0 ? '' : port}:${servicePort}`;
}

/** A registry's digest where the image was pushed; else the name that it has after `docker load`. */
const imageOf = ({ image, name, version }: Wish): string =>
  image?.pullReference ?? image?.reference ?? (version === null ? name : `${name}:${version}`);

/** Every prediction has to name its model: what `aieng serve` is told in the image. */
function commandOf(wish: Wish): readonly string[] {
  const { name, version, access } = wish;
  return [
    ...['serve', bundleFolder, '--host', '0.0.0.0', '--port', String(servicePort)],
    ...['--log-folder', logFolderOf(name)],
    ...(version === null ? [] : ['--model-version', String(version)]),
    ...termFlags(wish),
    ...(access === undefined ? [] : ['--access', access]),
  ];
}

/**
 * The service as Compose describes it, in the words of the Compose specification: the same limits, user and mounts as
 * the target's own containers. There is no gateway: an `up` with a new image is a restart.
 */
export function composeOf(wish: Wish, { memoryMb, cpus, pids }: ContainerSettings): object {
  const memory = `${memoryMb}m`;
  return {
    name: `aieng-${wish.name}`,
    services: {
      [wish.name]: {
        image: imageOf(wish),
        command: commandOf(wish),
        user: `${imageUser}:${imageUser}`,
        restart: 'unless-stopped',
        read_only: true,
        tmpfs: ['/tmp:rw,nosuid,nodev,noexec,size=64m'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: memory,
        memswap_limit: memory,
        cpus,
        pids_limit: pids,
        // Said twice: Swarm and newer Compose read these. Compose refuses a file where the two differ.
        deploy: { resources: { limits: { cpus: String(cpus), memory, pids } } },
        ports: [portOf(wish)],
        volumes: [`data:${dataFolder}`],
        healthcheck: {
          test: ['CMD', 'node', '-e', readyScript],
          interval: '30s',
          timeout: '5s',
          retries: 3,
          start_period: `${Math.ceil(wish.timeoutMs / 1000)}s`,
        },
        stop_grace_period: `${Math.max(1, Math.ceil(wish.drainMs / 1000))}s`,
        logging: { driver: 'json-file', options: { 'max-size': '5m', 'max-file': '2' } },
        labels: { 'dev.aieng.deployment': wish.name, 'dev.aieng.bundle': wish.bundleDigest },
      },
    },
    volumes: { data: {} },
  };
}

/** `compose.yaml` as text. Keys keep their order and nothing is folded, so that a diff shows what changed. */
export async function composeText(wish: Wish, settings: ContainerSettings): Promise<string> {
  if (wish.tls !== undefined || socketPathOf(wish.host) !== null)
    throw usageError({
      code: 'door-not-in-compose',
      message: `A Compose file publishes a port, and its service speaks plain HTTP: it cannot have ${wish.tls === undefined ? 'deploy.socket' : 'deploy.tls'} of ${wish.name}.`,
      hint: 'Deploy with --to container, whose gateway has both; or leave the line out and put a reverse proxy before it (docs/operations.md).',
    });
  const { stringify } = await import('yaml');
  const head = `# ${wish.name} as a container: docker compose up -d. Written by aieng; write it again instead of editing it.\n`;
  // A dollar is Compose's own: doubled, it is a dollar.
  const text = stringify(composeOf(wish, settings), { lineWidth: 0 }).replaceAll('$', '$$$$');
  return head + text;
}
