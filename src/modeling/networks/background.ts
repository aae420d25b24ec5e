import { damagedError, usageError } from '../../errors.ts';
import type { EncodedRows } from '../../features/encode.ts';
import { createRandom } from '../../random.ts';
import type { ModelFiles } from '../model.ts';

const file = 'background.bin';
/** Rows of the training part that stand for "not known". */
export const backgroundRows = 32;

/** Training rows as a network sees them, a few that are dealt by the seed: `backgroundRows × width` at most. */
export function drawBackground(blocks: EncodedRows, seed: number): Float32Array {
  const chosen = createRandom(`${seed}/background`).choose(blocks.rows, backgroundRows);
  const out = new Float32Array(chosen.length * blocks.names.length);
  blocks.take(chosen, out);
  return out;
}

/** A few training rows as a network sees them, float32 little-endian, row after row: what its answers are explained from. */
export function writeBackground(rows: Float32Array): ModelFiles {
  const bytes = new Uint8Array(rows.length * 4);
  const view = new DataView(bytes.buffer);
  rows.forEach((value, at) => view.setFloat32(at * 4, value, true));
  return new Map([[file, bytes]]);
}

/** The rows; null for a bundle from before they were kept. Throws a damaged error for what are no rows of this network. */
export function readBackground(files: ModelFiles, inputs: number): Float32Array | null {
  const bytes = files.get(file);
  if (bytes === undefined) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = inputs * 4;
  const rows = Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) =>
    view.getFloat32(at * 4, true),
  );
  if (bytes.length > 0 && bytes.length % width === 0) return rows;
  throw damagedError({
    code: 'model-damaged',
    message: `The model's ${file} is no list of rows of ${inputs} numbers.`,
    hint: 'Take the bundle again from where it was packaged, or train and package again.',
  });
}

/** What to say of a bundle that has no background. */
export const withoutBackground = (): Error =>
  usageError({
    code: 'bundle-without-background',
    message:
      'This bundle was made before networks could be explained: it keeps no training rows to explain its answers from.',
    hint: 'Run `aieng run` with this version to train and package the model again, or predict without `--explain`.',
  });
