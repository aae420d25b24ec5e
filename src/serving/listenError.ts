import { createServer } from 'node:net';
import { usageError } from '../errors.ts';
import { socketPathOf } from '../serviceAddress.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** A port of this host that is free now, or null. */
async function freePort(host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen({ host, port: 0 }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** Why a socket cannot be put into the file system. Errors that are not about its path come back as they are. */
function socketError(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (!['ENOENT', 'ENOTDIR', 'EACCES', 'EROFS', 'EPERM', 'EADDRINUSE'].includes(code)) return error;
  return usageError({
    code: 'socket-not-possible',
    message: `No socket can be made at ${file} (${code}).`,
    hint: 'Use a path in a folder that exists and that this user may write to.',
    cause: error,
  });
}

/**
 * Why an address cannot be listened on, as a usage error (exit 2) that names a port that is free instead. Errors that
 * are not about the address come back as they are.
 */
export async function listenError(error: unknown, host: string, port: number): Promise<unknown> {
  const file = socketPathOf(host);
  if (file !== null) return socketError(error, file);
  const address = `${host}:${port}`;
  switch (codeOf(error)) {
    case 'EADDRINUSE': {
      const free = await freePort(host);
      return usageError({
        code: 'port-in-use',
        message: `Port ${port} on ${host} is used by another process.`,
        hint: `Stop that process, or take a free port: --port ${free ?? 0}`,
        cause: error,
      });
    }
    case 'EACCES':
      return usageError({
        code: 'port-not-allowed',
        message: `This user may not listen on ${address}.`,
        hint: 'Take a port above 1023: --port 8080',
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return usageError({
        code: 'host-not-available',
        message: `${host} is no address of this machine.`,
        hint: 'Use --host 127.0.0.1 (this machine only) or --host 0.0.0.0 (every interface).',
        cause: error,
      });
    default:
      return error;
  }
}
