import type { Extract, Header } from 'tar-stream';
import { endOfTar, padding, tarHeader } from '../tar.ts';
import { bundleDamaged } from './damage.ts';
import { carriedFiles, openBundle, type Attachments, type CarriedBundle } from './bundle.ts';
import { bundleLimits, type BundleLimits } from './layout.ts';
import type { Bundle, BundleFiles } from './manifest.ts';

/**
 * The deterministic tar of a bundle: files sorted by path, without owner, time or rights of the machine. A version
 * goes along as `VERSION` (`churn@3`), and what is attached as it is, outside the bundle's digest.
 */
export function writeTar(bundle: Bundle, version: number | null, attachments?: Attachments): Uint8Array {
  const entries = [...carriedFiles(bundle, version, attachments)].flatMap(([path, bytes]) => [
    tarHeader({ path, kind: 'file', mode: 0o644, owner: 0, size: bytes.byteLength }),
    bytes,
    padding(bytes.byteLength),
  ]);
  return Buffer.concat([...entries, endOfTar]);
}

/** `./model/x` → `model/x`: tars that people make themselves begin with a dot. */
const plainPath = (name: string): string => name.replace(/^(?:\.\/)+/, '');

/** What is wrong with an entry, by its header alone; undefined = it may be read. */
function problemOfEntry(
  header: Header,
  places: ReadonlySet<string>,
  limits: BundleLimits,
  soFar: number,
): string | undefined {
  const path = plainPath(header.name);
  const shown = JSON.stringify(header.name.slice(0, 200));
  if (header.type !== 'file') return `${shown} is a ${header.type}; a bundle holds plain files only`;
  if (path.startsWith('/') || path.includes('\\') || path.split('/').includes('..'))
    return `${shown} would be written outside of its folder`;
  // On file systems that ignore case the two would be one file.
  if (places.has(path.toLowerCase())) return `${shown} is there twice`;
  if (places.size >= limits.files) return `it holds more than ${limits.files} files`;
  if (soFar + header.size > limits.bytes) return `it holds more than ${limits.bytes} bytes`;
  return undefined;
}

async function unpack(extract: Extract, where: string, limits: BundleLimits): Promise<BundleFiles> {
  const files = new Map<string, Uint8Array>();
  const places = new Set<string>();
  let total = 0;
  for await (const entry of extract) {
    if (entry.header.type === 'directory') {
      entry.resume();
      continue;
    }
    const problem = problemOfEntry(entry.header, places, limits, total);
    if (problem !== undefined) throw bundleDamaged(where, problem);
    const pieces: Uint8Array[] = [];
    for await (const piece of entry) pieces.push(piece as Uint8Array);
    // A buffer of its own, not a piece of Node's pool: weights are viewed as float32 from its start.
    const bytes = Uint8Array.from(Buffer.concat(pieces));
    total += bytes.byteLength;
    const path = plainPath(entry.header.name);
    places.add(path.toLowerCase());
    files.set(path, bytes);
  }
  return files;
}

/**
 * Reads a bundle's tar as what it is: bytes from anywhere. Nothing is written, links and devices are refused, and
 * every digest is verified before anything is given back. `where` names it in messages.
 *
 * @throws damaged (exit 8) naming what does not verify.
 */
export async function readTar(
  bytes: Uint8Array,
  where: string,
  limits = bundleLimits,
): Promise<CarriedBundle> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw bundleDamaged(where, 'it is gzip-compressed; unpack it with `gunzip` first');
  const { extract } = await import('tar-stream');
  const unpacker = extract();
  unpacker.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  let files: BundleFiles;
  try {
    files = await unpack(unpacker, where, limits);
  } catch (error) {
    if (error instanceof Error && error.name === 'AiengError') throw error;
    throw bundleDamaged(where, 'it is not a whole tar archive', error);
  }
  return openBundle(files, where);
}
