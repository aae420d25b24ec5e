import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { usageError } from '../../errors.ts';

/** Systems take paths of 103 bytes and more; some is left for the name that the socket is made under. */
const mostBytes = 90;

/** Does somebody take connections there? */
function isServed(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: file });
    const done = (served: boolean): void => {
      socket.destroy();
      resolve(served);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

const statOf = (file: string): ReturnType<typeof lstatSync> => lstatSync(file, { throwIfNoEntry: false });

/**
 * May a socket be put at this path? One that a process left behind when it was killed may be replaced.
 *
 * @throws usage errors (exit 2): something else stands there, somebody listens there, or the path is too long.
 */
export async function checkSocketPath(file: string): Promise<void> {
  if (Buffer.byteLength(file) > mostBytes)
    throw usageError({
      code: 'socket-path-long',
      message: `The path of the socket is ${Buffer.byteLength(file)} bytes long; systems take ${mostBytes}: ${file}`,
      hint: 'Use a shorter one, such as /run/aieng/churn.sock.',
    });
  const found = statOf(file);
  if (found === undefined) return;
  if (!found.isSocket())
    throw usageError({
      code: 'socket-path-taken',
      message: `${file} exists and is no socket: it is left as it is.`,
      hint: 'Use another path, or move it away.',
    });
  if (await isServed(file))
    throw usageError({
      code: 'socket-in-use',
      message: `Another process listens at ${file}.`,
      hint: 'Stop that process, or use another path.',
    });
}

/** The name that a socket is bound under before others can see it where it belongs. */
export const makingName = (file: string): string =>
  path.join(path.dirname(file), `.${process.pid.toString(36)}.s`);

/**
 * Puts a bound socket where it belongs: its owner alone may connect, and it takes the place of a stale one in one step.
 * Gives what takes it away again, where nobody else has put another in its place.
 */
export function placeSocket(made: string, file: string): () => void {
  chmodSync(made, 0o600);
  renameSync(made, file);
  return forgetting(file);
}

/** Takes away the socket that is there now, later, where it is still that one. */
export function forgetting(file: string): () => void {
  const own = statOf(file);
  return () => {
    if (own !== undefined && statOf(file)?.ino === own.ino) rmSync(file, { force: true });
  };
}
