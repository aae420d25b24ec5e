import type { ReadModel } from '../../model.ts';
import { looseWords } from './lightgbm.ts';
import { readForeign, recogniseFormat } from './read.ts';

/** How a file becomes a model of this family: read, and checked in full. */
export async function readGiven(name: string, bytes: Uint8Array): Promise<ReadModel> {
  const format = recogniseFormat(name, bytes);
  const { inputs, notes, dispose } = await readForeign(format, new Map([[name, bytes]]));
  dispose?.();
  return { format, inputs, notes, loose: format === 'lightgbm' ? looseWords(bytes) : [] };
}
