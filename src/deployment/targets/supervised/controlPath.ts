import { lstat, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../../digest.ts';
import { usageError } from '../../../errors.ts';

/** A unix socket's path must fit into 108 bytes (macOS: 104). */
const longestSocketPath = 100;

/** A folder in the temporary directory that only this user can enter. */
async function privateFolder(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const folder = path.join(os.tmpdir(), `aieng-${uid}`);
  await mkdir(folder, { mode: 0o700, recursive: true });
  const { uid: owner, mode } = await lstat(folder);
  if (process.getuid !== undefined && (owner !== uid || (mode & 0o077) !== 0))
    throw usageError({
      code: 'temporary-folder-not-private',
      message: `${folder} belongs to another user or is open to others, so no control socket can be put there.`,
      hint: `Remove it, or move the project to a path of less than ${longestSocketPath} characters.`,
    });
  return folder;
}

/**
 * Where the supervisor of a deployment listens for commands: in the deployment's folder, or, where that path is too
 * long for a socket, in a private folder under the temporary directory.
 */
export async function controlPath(folder: string): Promise<string> {
  const name = sha256(path.resolve(folder)).slice(0, 20);
  if (process.platform === 'win32') return `\\\\.\\pipe\\aieng-${name}`;
  const near = path.join(folder, 'control.sock');
  if (Buffer.byteLength(near) <= longestSocketPath) return near;
  return path.join(await privateFolder(), `${name}.sock`);
}
