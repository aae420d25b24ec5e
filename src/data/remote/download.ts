import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dataError, usageError } from '../../errors.ts';
import { patiently } from './faults.ts';
import type { RemoteSource } from './remoteSource.ts';
import { askWeb, isPassingOnWeb, versionOfAnswer, webFault } from './web.ts';

export const tooLarge = ({ displayPath, access: { maxBytes } }: RemoteSource): Error =>
  usageError({
    code: 'source-too-large',
    message: `${displayPath}: it has more than ${maxBytes} bytes.`,
    hint: 'If it is meant, raise source.max_bytes.',
    at: { file: displayPath },
  });

/** A content that broke off, to be asked for again. */
const brokenOff = (got: number, expected: number): Error =>
  Object.assign(new Error(`it broke off after ${got} of ${expected} bytes`), { code: 'ECONNRESET' });

/** SHA-256 or MD5 that an answer says of its content, as base64 (RFC 9530, RFC 1864). */
function promised({ headers }: IncomingMessage): { readonly sha256?: string; readonly md5?: string } {
  const said = [headers['repr-digest'], headers['content-digest'], headers.digest].flat().join(',');
  const sha256 = /sha-256=:?([A-Za-z0-9+/]{43}=):?/i.exec(said)?.[1];
  const md5 = headers['content-md5'];
  return { ...(sha256 === undefined ? {} : { sha256 }), ...(typeof md5 === 'string' ? { md5 } : {}) };
}

/** Writes what comes to a file, within the limit. @returns how many bytes */
export async function writeStream(
  file: RemoteSource,
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  look: (chunk: Uint8Array) => void = () => undefined,
): Promise<number> {
  const handle = await open(path, 'w');
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > file.access.maxBytes) throw tooLarge(file);
      look(chunk);
      await handle.writeFile(chunk);
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

async function receive(file: RemoteSource, path: string): Promise<string | null> {
  const answer = await askWeb(file, 'GET');
  try {
    const length = Number(answer.headers['content-length'] ?? Number.NaN);
    if (length > file.access.maxBytes) throw tooLarge(file);
    if (
      /^text\/html/i.test(answer.headers['content-type'] ?? '') &&
      !/\.html?$/i.test(new URL(file.path).pathname)
    )
      throw dataError({
        code: 'not-text',
        message: `${file.displayPath}: expected a file of rows, got a web page.`,
        hint: 'Open the address in a browser: it may want a login, or be a page about the file. Name the address of the file itself.',
        at: { file: file.displayPath },
      });
    const [sha256, md5] = [createHash('sha256'), createHash('md5')];
    const bytes = await writeStream(file, answer, path, (chunk) => {
      sha256.update(chunk);
      md5.update(chunk);
    });
    if (bytes < length) throw brokenOff(bytes, length);
    const wanted = promised(answer);
    const got = { sha256: sha256.digest('base64'), md5: md5.digest('base64') };
    if ((wanted.sha256 ?? got.sha256) !== got.sha256 || (wanted.md5 ?? got.md5) !== got.md5)
      throw Object.assign(new Error('its content is not what its checksum says'), { code: 'ECONNRESET' });
    return versionOfAnswer(answer);
  } finally {
    answer.destroy();
  }
}

/**
 * Fetches a file of the web, whole or not at all.
 *
 * @returns what it calls its content; null where it has no name
 */
export async function download(file: RemoteSource, path: string): Promise<string | null> {
  try {
    return await patiently(file, () => receive(file, path), isPassingOnWeb);
  } catch (cause) {
    throw webFault(file, cause);
  }
}
